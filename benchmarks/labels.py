"""Labelled lines of bare text, as examples; some with the codes of the real notice.

Lines of blind sets keep no text: it comes from the real notices (`benchmarks.blind.texts`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.blind import SECTORS, file_of
from benchmarks.blind.texts import key, notices
from cordee.notices.notice import Notice
from cordee.notices.reading import read
from cordee.notices.trades.document import Document, of_record


@dataclass(frozen=True, slots=True)
class Label:
    """One line of `sectors.jsonl` (see its GUIDELINES): what was read, and the answers."""

    id: str
    document: Document
    sectors: tuple[str, ...]
    fit: int
    stratum: str
    title: str
    is_hard: bool


def read_labels(path: Path) -> list[Label]:
    """The lines of a label file. Raises ValueError naming the line that is not one."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(_label(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}, line {number}: not a labelled notice ({error!r}).") from None
    return found


def read_blind(name: str, data: Path) -> list[Label]:
    """The lines of a blind set, each with the text of its notice found in the shared data."""
    texts = notices(data)
    lines = map(json.loads, file_of(name, SECTORS).read_text("utf-8").splitlines())
    return [_label({**texts[key(line)], **line}) for line in lines]


LEARNED = ("first", "second")
"""Blind sets that the weights are learned from too, once what they measured is written down."""


def read_learned(data: Path) -> list[Label]:
    """What the shipped weights are learned from: the label file, and blind sets no longer blind."""
    blind = [label for name in LEARNED for label in read_blind(name, data)]
    return [*read_labels(data / "labels/sectors.jsonl"), *blind]


def _label(record: dict[str, Any]) -> Label:
    return Label(
        id=str(record["id"]),
        document=of_record(record),
        sectors=tuple(record["sectors"]),
        fit=int(record["fit"]),
        stratum=str(record.get("stratum", "targeted")),
        title=str(record["title"]),
        is_hard=bool(record.get("hard", False)),
    )


def codes_by_id(path: Path) -> dict[str, Document]:
    """By identifier, the codes of the notices at a path, as documents without words."""
    return {item.id: _codes(item) for item in read(path) if isinstance(item, Notice)}


def with_codes(labels: list[Label], codes: Mapping[str, Document]) -> Iterator[Label]:
    """The labels whose notice is among these, each with its codes."""
    for label in labels:
        if (own := codes.get(label.id)) is not None:
            document = replace(label.document, codes=own.codes, lot_codes=own.lot_codes)
            yield replace(label, document=document)


def _codes(notice: Notice) -> Document:
    lots = tuple(lot.cpv.codes for lot in notice.lots if lot.cpv.codes)
    return Document((), (), notice.cpv.codes, lots)

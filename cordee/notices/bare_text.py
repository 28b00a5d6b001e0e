"""Lines of bare text, in the shape of the label files, as notices: for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cordee.notices.clauses import Clauses, read_clauses
from cordee.notices.notice import (
    Descripteur,
    Evidence,
    Format,
    GroupingTerms,
    Kind,
    Lot,
    Notice,
    NoticeError,
    Reserved,
    SocialClause,
    Source,
)
from cordee.notices.places import distinct, place_of_department
from cordee.notices.text import fold
from cordee.notices.trades.document import Document, of_record
from cordee.rules.reservation import Reservation

_LOT = re.compile(
    r"\s*lots?\s*+:?\s*+(?:n\s?[°oº]?\s*+)?(\d{0,3})\s*+[:.\-–]\s*(.+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class BareText:
    """One line: as a document of trades, as a notice, and what it says of clauses and groups."""

    document: Document
    notice: Notice
    clauses: Clauses


def read_lines(lines: Iterable[str], place: str) -> Iterator[BareText | NoticeError]:
    """Each line of `{"id", "title", "text", "grouping_text", "descripteurs", "departments"}`.

    Every field may lack; answers, if there are any, are ignored. A line that is not such an object
    gives one NoticeError and never stops the others.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{place}, ligne {number}"
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield NoticeError(where, f"Ce n’est pas du JSON ({error}).", "Corrigez cette ligne.")
            continue
        if not isinstance(record, dict):
            yield NoticeError(
                where, "Ce n’est pas un objet JSON.", 'Écrivez {"id": …, "title": …, "text": …}.'
            )
            continue
        yield _bare_text(record, number)


def _bare_text(record: Mapping[str, Any], number: int) -> BareText:
    text, grouping = _words(record.get("text")), _words(record.get("grouping_text"))
    clauses = read_clauses(text, grouping)
    labels = record.get("descripteurs")
    departments = record.get("departments")
    places = [
        place_of_department(str(code), "departments")
        for code in (departments if isinstance(departments, list) else ())
    ]
    notice = Notice(
        source=Source.BOAMP,
        format=Format.BOAMP_ENVELOPE,
        id=_words(record.get("id")) or f"ligne-{number}",
        kind=Kind.CALL,
        title=_words(record.get("title")) or None,
        text=text or None,
        descripteurs=tuple(
            Descripteur("", str(label)) for label in (labels if isinstance(labels, list) else ())
        ),
        places=distinct(places),
        lots=_lots(text),
        reserved=_reserved(clauses),
        social_clause=_social_clause(clauses),
        grouping=GroupingTerms(clauses.grouping, clauses.grouping_evidence)
        if clauses.grouping_evidence
        else None,
        conditions=(Evidence("groupement", grouping),) if grouping else (),
    )
    return BareText(of_record(record), notice, clauses)


def _words(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _lots(text: str) -> tuple[Lot, ...]:
    """The lots that lines such as "Lot : Peinture" open; the lines that follow are their text."""
    titles: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        if (found := _LOT.match(line)) is not None and "lot" in fold(line[:8]):
            titles.append((found.group(2).strip(), []))
        elif titles and line.strip():
            titles[-1][1].append(line.strip())
    return tuple(
        Lot(id=str(number), title=title, text="\n".join(rest) or None)
        for number, (title, rest) in enumerate(titles, 1)
    )


def _reserved(clauses: Clauses) -> Reserved | None:
    if clauses.reserved is Reservation.NONE and not clauses.reserved_evidence:
        return None
    return Reserved(clauses.reserved, clauses.reserved_evidence)


def _social_clause(clauses: Clauses) -> SocialClause | None:
    if not clauses.clause_evidence:
        return None
    return SocialClause(
        kind=clauses.clause,
        evidence=clauses.clause_evidence,
        hours=clauses.hours,
        rate_percent=clauses.rate_percent,
        negated=clauses.negated,
    )

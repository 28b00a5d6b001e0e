"""The text of real notices by source and identifier, in the shape of the records of label files."""

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cordee.notices.notice import Notice
from cordee.notices.reading import read

type Record = dict[str, Any]
type Key = tuple[str, str]

PASSAGE, WHOLE, CONDITIONS = 500, 1_500, 4_000
"""The most characters of one passage, of a text, and of what a notice says of its conditions."""
CUT = " (…)"
KEYWORDS = "Descripteurs BOAMP :"
BOXES = (
    "RESERVED_ORGANISATIONS_SERVICE_MISSION",
    "RESTRICTED_SHELTERED_PROGRAM",
    "RESTRICTED_SHELTERED_WORKSHOP",
)
# What candidates must show and what may be added to a contract say nothing of its clauses.
BESIDE = ("SUITABILITY", "OPTIONS_DESCR", "RENEWAL_DESCR", "LEGAL_FORM")


def key(record: Record) -> Key:
    """Source and identifier: what a label keeps of its notice."""
    return record["source"], record["id"]


def notices(data: Path) -> dict[Key, Record]:
    """Every notice of the shared data that has a title, as a line of `sectors.jsonl`."""
    every = (*_boamp_2021(data), *_of_2026(data), *map(_of_ted, _ted(data)))
    return {key(record): record for record in every if record["title"].strip()}


def conditions(data: Path) -> dict[Key, Record]:
    """Every notice that says something of its conditions, as a line of `clauses.jsonl`."""
    found = [
        _terms(record["idweb"], "boamp-2021-conditions", record["cond"], record["groupement"])
        for record in _lines(data / "boamp/insertion_conditions.jsonl")
    ]
    found += [
        _terms(record["idweb"], "boamp-2021", record.get("cond"), record.get("groupement"))
        for record in _lines(data / "boamp/notices_2021.jsonl.gz")
    ]
    found += [_terms(each["id"], each["source"], each["text"], "") for each in _of_2026(data)]
    found += [_terms(each.id, "ted-export", *_conditions_of(each)) for each in _ted(data)]
    return {key(each): each for each in found if each["text"] or each["grouping_text"]}


def _lines(path: Path) -> Iterator[Record]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    return map(json.loads, text.splitlines())


def _boamp_2021(data: Path) -> Iterator[Record]:
    for record in _lines(data / "boamp/notices_2021.jsonl.gz"):
        keywords = list(record["desc"].values())
        yield _record(record["idweb"], "boamp-2021", record["objet"], "", keywords, record["dep"])


def _of_2026(data: Path) -> Iterator[Record]:
    for record in _lines(data / "boamp/notices_2026_07.jsonl"):
        text, _, keywords = (record["description"] or "").partition(KEYWORDS)
        yield _record(
            record["sourceRef"],
            "boamp-2026" if record["source"] == "boamp" else "ted-2026",
            record["title"],
            _cut(text.strip(), WHOLE),
            [word.strip() for word in keywords.split(",") if word.strip()],
            [each.zfill(2) for each in json.loads(record["departementsJson"])],
        )


def _ted(data: Path) -> Iterator[Notice]:
    return (each for each in read(data / "ted/ted_export_fr.zip") if isinstance(each, Notice))


def _of_ted(notice: Notice) -> Record:
    passages = [notice.text]
    for lot in notice.lots:
        passages += [f"Lot : {lot.title}" if lot.title else None, lot.text]
    text = _cut("\n".join(_cut(each, PASSAGE) for each in passages if each), WHOLE)
    departments = dict.fromkeys(place.department for place in notice.places if place.department)
    return _record(notice.id, "ted-export", notice.title or "", text, [], list(departments))


def _conditions_of(notice: Notice) -> tuple[str, str]:
    """What a TED notice says of its conditions, boxes first, and of groups of companies."""
    own = [each for each in notice.conditions if not each.where.endswith(BESIDE)]
    seen = notice.reserved.evidence if notice.reserved else ()
    ticked = [f"[{box}]" for box in BOXES if any(box in each.words for each in seen)]
    said = dict.fromkeys(each.words for each in own)
    form = [each.words for each in notice.conditions if each.where.endswith("LEGAL_FORM")]
    groups = [sentence for words in said for sentence in _about_groups(words)]
    return _cut("\n".join([*ticked, *said]), CONDITIONS), "\n".join(dict.fromkeys(form + groups))


def _about_groups(words: str) -> Iterable[str]:
    return (each for each in re.split(r"(?<=[.;])\s+|\n", words) if "groupement" in each.lower())


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rpartition(" ")[0] + CUT


def _record(
    identifier: str,
    source: str,
    title: str,
    text: str,
    descripteurs: list[str],
    departments: list[str],
) -> Record:
    return {
        "id": identifier,
        "source": source,
        "title": " ".join(title.split()),
        "text": text,
        "descripteurs": descripteurs,
        "departments": departments,
    }


def _terms(identifier: str, source: str, text: str | None, grouping: str | None) -> Record:
    found = {"id": identifier, "source": source, "text": text or ""}
    return {**found, "grouping_text": grouping or ""}

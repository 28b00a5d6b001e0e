"""How well sentences on amounts, durations, renewals, starts and places are read.

The labels of `blind/prose.jsonl` were written before the reader was run on them. `development` are
those it was written with; `first` and `second` gave a score at first sight, then were looked at.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.blind import PROSE
from benchmarks.blind.texts import Key, Record, conditions, key, notices
from cordee.members.referentials import read_communes
from cordee.notices.clauses.numbers import number_of
from cordee.notices.formats.assembly import lot_inside
from cordee.notices.notice import Format, Kind, Notice, Place, Source
from cordee.notices.places import departments_of, distinct, place_of_department
from cordee.notices.prose import Said, read_prose
from cordee.notices.reading import read
from cordee.rules.territory import fold_place_name

FACTS = ("amount", "months", "most", "start", "places")
FOLDERS = (("ted", ("ted/ted_export_fr.zip", "ted/eforms")), ("boamp", ("boamp",)))
type Communes = dict[str, set[str]]


def print_prose(data: Path, *, ids: bool) -> None:
    """Precision and recall of each fact, part by part; with `ids`, each line read otherwise."""
    found, communes = dict(_notices(data)), _departments_by_name()
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    misread = []
    for label in map(json.loads, PROSE.read_text("utf-8").splitlines()):
        told = told_of(found[key(label)], label["lot"], communes)
        for fact in FACTS:
            if fact in label:
                _count(counts[label["part"], fact], label[fact], told[fact])
                if label[fact] != told[fact]:
                    misread.append((label["id"], label["lot"], fact, label[fact], told[fact]))
    print("Prose: what sentences tell of the whole or of a lot; right only when it is the same")
    for (part, fact), (right, wrong, missed) in counts.items():
        precision, recall = right / max(right + wrong, 1), right / max(right + missed, 1)
        print(f"  {part:11} {fact:6} {right + missed:3} labelled", end="")
        print(f"  precision {precision:.3f}  recall {recall:.3f}")
    for line in misread if ids else ():
        print("    {} lot {!r} {}: {} → {}".format(*line))


def _count(counts: list[int], asked: Any, told: Any) -> None:
    """Right, wrong and missed; what is read otherwise is both wrong and missed."""
    counts[0] += asked is not None and told == asked
    counts[1] += told is not None and told != asked
    counts[2] += asked is not None and told != asked


def told_of(notice: Notice, lot: str, communes: Communes) -> dict[str, Any]:
    """What the reader finds in the sentences of the whole or of a lot, in the form of labels."""
    said = read_prose(notice, lot_inside).get(number_of(lot) if lot else "", Said())
    duration, price = said.duration, said.sum
    amount: list[Any] | None = None
    most = duration.most_months if duration else None
    if price is not None:
        amount = [price.cents / 100, most if price.months == 0 else price.months]
        amount += ["ttc"] if price.has_tax else []
    start = duration.start if duration else None
    return {
        "amount": amount,
        "months": duration.months if duration else None,
        "most": most,
        "start": start.isoformat()[:7] if start else None,
        "places": sorted(_departments(said.places, communes)) or None,
    }


def _departments(places: Iterable[Place], communes: Communes) -> set[str]:
    """Departments of places; a name alone counts where its area holds one commune of that name."""
    found: set[str] = set()
    for place in places:
        if place.department:
            found.add(place.department)
        elif place.city:
            inside = communes.get(fold_place_name(place.city), set()) & set(departments_of(place))
            found |= inside if len(inside) == 1 else set()
    return found


def _departments_by_name() -> Communes:
    found: Communes = {}
    for row in read_communes():
        found.setdefault(fold_place_name(row.name), set()).add(row.department)
    return found


def _notices(data: Path) -> Iterator[tuple[Key, Notice]]:
    """Every notice that a label may name; those that are kept as bare text have no field."""
    bare = notices(data)
    for place, record in conditions(data).items():
        bare[place] = bare.get(place, {}) | {"text": record["text"], "id": record["id"]}
    for place, record in bare.items():
        yield place, _bare(record)
    for source, folders in FOLDERS:
        for folder in folders:
            for notice in read(data / folder):
                if isinstance(notice, Notice):
                    yield (source, notice.id), notice


def _bare(record: Record) -> Notice:
    departments = [place_of_department(code, "") for code in record.get("departments", ())]
    return Notice(
        source=Source.BOAMP,
        format=Format.BOAMP_ENVELOPE,
        id=record["id"],
        kind=Kind.CALL,
        title=record.get("title"),
        text=record["text"] or None,
        places=distinct(departments),
    )

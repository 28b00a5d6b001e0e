"""Which of our fields each column of somebody's file fills: guessed from its head, then chosen."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cordee.base.search.words import fold
from cordee.base.tables import Row
from cordee.members.structure_list import COLUMNS, FIELD_LABELS, NEEDED_COLUMNS, own_column


@dataclass(frozen=True, slots=True)
class ListFields:
    """What the columns of a sort of file may fill: our fields by their name in French.

    `needed`: for each thing that a file must say, the fields that say it, in one way or another.
    """

    labels: Mapping[str, str]
    synonyms: Mapping[str, Collection[str]]
    needed: Sequence[Sequence[Sequence[str]]]


STRUCTURES = ListFields(
    FIELD_LABELS,
    {own: column["names"] for own, column in COLUMNS.items()},
    needed=[[[own]] for own in NEEDED_COLUMNS],
)


def guess_columns(header: Sequence[str], fields: ListFields = STRUCTURES) -> dict[str, str]:
    """Their column → our field; "" where none is recognised. Each field once, the first wins."""
    guessed: dict[str, str] = {}
    taken: set[str] = set()
    for name in header:
        if not name:
            continue
        field = _field_of(name, fields)
        guessed[name] = "" if field in taken else field
        taken.add(field)
    return guessed


def _field_of(name: str, fields: ListFields) -> str:
    own = own_column(name)
    if own in fields.labels:
        return own
    words = fold(name.replace("°", " ").replace("_", " ").replace(".", " "))
    plain = " ".join(word for word in words.split() if word not in {"de", "du", "la", "le", "l"})
    return next((field for field, names in fields.synonyms.items() if plain in names), "")


def missing(columns: Mapping[str, str], fields: ListFields = STRUCTURES) -> list[str]:
    """Needed fields that no column fills, in French."""
    filled = set(columns.values())
    return [
        ", ou ".join(" et ".join(fields.labels[name] for name in way) for way in ways)
        for ways in fields.needed
        if not any(filled.issuperset(way) for way in ways)
    ]


def doubled(columns: Mapping[str, str], fields: ListFields = STRUCTURES) -> list[str]:
    """Fields that two columns fill, in French."""
    filled = [field for field in columns.values() if field]
    return [fields.labels[field] for field in dict.fromkeys(filled) if filled.count(field) > 1]


def mapped(rows: Iterable[Row], columns: Mapping[str, str]) -> Iterator[Row]:
    """The same rows under our names; untouched where no column was chosen (usual names)."""
    for row in rows:
        if not columns:
            yield row
            continue
        values = {own: row.values.get(theirs, "") for theirs, own in columns.items() if own}
        yield Row(row.number, values, row.fault)


def header_key(header: Sequence[str]) -> str:
    """The same for the same columns in the same order, whatever case and spaces."""
    plain = json.dumps([" ".join(name.casefold().split()) for name in header], ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()

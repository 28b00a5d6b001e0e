"""What differs between two states of the terms, and three states put together.

Terms are laid flat (one value at one place), so that two people who worked on different cells
both keep their work, and two who wrote in the same one are told so.

What each party agrees to: its own slice and the common terms, and their fingerprint.

A change asks again exactly those whose fingerprint moved. What is accepted is listed by name: a new
field of a row is no term, and cancels nothing, until its name is added here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from cordee.agreement.terms import FORMAT, Terms, canonical, terms_from_json, terms_to_json
from cordee.rules.groups import PartyRole

Place = tuple[str, ...]
# Nothing at this place: the row is not there.
ABSENT = object()
_ROWS = {"line": "lines", "party": "parties"}
PARTY = ("key", "siren", "kind", "role", "of")
LABOUR = ("priced_by", "supervision", "tools")
CELL: tuple[str, ...] = ("party", "line", "chantier", "cents", "cfte", "insertion_hours", "crews")
# Names that come later: not said, they are not written, and what was accepted before they could be
# said still stands.
CELL_WHERE_SAID = ("work",)
COMMON_WHERE_SAID = ("study_costs", "notice", "exclusion", "dispute_steps", "insurance_cents")
LINE = ("key", "lot", "label", "trade", "first_month", "months")
COMMON: tuple[str, ...] = ("payment", "decision", "withdrawal", "disputes", "penalties")


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is not what it was; `None` where it was absent, or is gone.

    Places: `("form",)`, `("lead",)`, `("reasons",)`, `("reasons_words",)`, `("common", field)`,
    `("line", key, field)`, `("party", key, field)`, `("cell", party, line, field)`.
    """

    place: Place
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two people wrote different values at the same place, from the same one."""

    place: Place
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """Three states put together; `terms` is None where there is a conflict."""

    terms: Terms | None
    conflicts: tuple[Conflict, ...]


def changes(before: Terms, after: Terms) -> tuple[Change, ...]:
    """Every value that differs, in a stable order."""
    old, new = _flat(before), _flat(after)
    return tuple(
        Change(place, _shown(old.get(place, ABSENT)), _shown(new.get(place, ABSENT)))
        for place in sorted(old.keys() | new.keys())
        if old.get(place, ABSENT) != new.get(place, ABSENT)
    )


def merge(base: Terms, mine: Terms, theirs: Terms) -> Merged:
    """Put together what two people made of the same terms.

    What one alone changed is kept. Where both changed a value, and not to the same, it is a
    conflict; so is a cell changed by one of a party or a line that the other took out.
    """
    flat = _flat(base), _flat(mine), _flat(theirs)
    places = sorted(flat[0].keys() | flat[1].keys() | flat[2].keys())
    found: dict[Place, Any] = {}
    conflicts = []
    for place in places:
        was, here, there = (each.get(place, ABSENT) for each in flat)
        if here in (there, was):
            value = there
        elif there == was:
            value = here
        else:
            conflicts.append(_conflict(place, flat))
            continue
        if value is not ABSENT:
            found[place] = value
    conflicts += _orphans(found, flat)
    if conflicts:
        return Merged(None, tuple(conflicts))
    try:
        return Merged(_raised(found, (theirs, mine)), ())
    except ValueError:
        # Each change stands alone, and not both: a member made a subcontractor by one while the
        # other gave it a subcontractor. What I changed is asked again.
        mine_alone = [place for place in places if flat[1].get(place) != flat[0].get(place)]
        return Merged(None, tuple(_conflict(place, flat) for place in mine_alone))


def _flat(terms: Terms) -> dict[Place, Any]:
    plain = terms_to_json(terms)
    flat: dict[Place, Any] = {(name,): plain[name] for name in ("form", "lead", "reasons_words")}
    flat["reasons",] = tuple(plain["reasons"])
    flat |= {("common", name): value for name, value in plain["common"].items()}
    for kind, rows in _ROWS.items():
        for row in plain[rows]:
            for name, value in row.items():
                if name != "key":
                    kept = tuple(sorted(value.items())) if isinstance(value, dict) else value
                    flat[kind, row["key"], name] = kept
    for cell in terms.cells:
        for name, value in asdict(cell).items():
            # What a cell does not say is not a place: two people may add to it side by side.
            if name not in {"party", "line"} and value is not None and value is not False:
                flat["cell", cell.party, cell.line, name] = value
    return flat


def _orphans(found: Mapping[Place, Any], flat: Sequence[Mapping[Place, Any]]) -> list[Conflict]:
    """Values about a party or a line that is gone: one took it out while the other wrote in it."""
    present = {place[:2] for place in found if place[0] in _ROWS}
    return [
        _conflict(place, flat)
        for place, value in found.items()
        if not present.issuperset(_rows_behind(place, value))
    ]


def _rows_behind(place: Place, value: Any) -> list[Place]:
    """The party and the line that a value is about, or points to."""
    match place:
        case ("cell", party, line, _):
            return [("party", party), ("line", line)]
        case ("lead",) | ("party", _, "of") if value is not None:
            return [("party", value)]
    return []


def _conflict(place: Place, flat: Sequence[Mapping[Place, Any]]) -> Conflict:
    return Conflict(place, *(_shown(each.get(place, ABSENT)) for each in flat))


def _raised(found: Mapping[Place, Any], orders: Iterable[Terms]) -> Terms:
    """Terms from flat values, their rows in the order in which they were last seen."""
    plain: dict[str, Any] = {"format": FORMAT, "common": {}, "cells": []}
    rows: dict[Place, dict[str, Any]] = {}
    cells: dict[Place, dict[str, Any]] = {}
    for place, value in found.items():
        if len(place) == 1:
            plain[place[0]] = value
        elif place[0] == "common":
            plain["common"][place[1]] = value
        elif place[0] == "cell":
            cells.setdefault(place[1:3], {})[place[3]] = value
        else:
            kept = dict(value) if isinstance(value, tuple) else value
            rows.setdefault(place[:2], {"key": place[1]})[place[2]] = kept
    for kind, name in _ROWS.items():
        seen = [row.key for terms in orders for row in getattr(terms, name)]
        keys = [key for key in dict.fromkeys(seen) if (kind, key) in rows]
        plain[name] = [rows[kind, key] for key in keys]
    plain["cells"] = [{"party": at[0], "line": at[1], **said} for at, said in cells.items()]
    return terms_from_json(plain)


def _shown(value: Any) -> Any:
    return None if value is ABSENT else value


CELL += ("first_month", "months")
COMMON += ("coordination", "coordination_cents", "labour_share_percent")
COMMON += ("insertion_rate_percent", "hourly_cost_cents")


def slice_of(terms: Terms, party: str) -> dict[str, Any]:
    """What a party takes, and what is done for it: plain values.

    Of a member: its cells and those of its subcontractors and suppliers of staff. Of these: their
    own cells, and for whom they come. A pin is a tool of the table, not a term.
    """
    who = terms.party(party)
    rows = [who, *terms.behind(party)]
    return {
        "parties": [{**_named(row, PARTY), "labour": _named(row.labour, LABOUR)} for row in rows],
        "cells": [
            _said(cell, CELL, CELL_WHERE_SAID) for row in rows for cell in terms.cells_of(row.key)
        ],
        "lines": [
            _named(line, LINE)
            for line in terms.lines
            if any(not terms.cell(row.key, line.key).is_empty for row in rows)
        ],
    }


def _named(row: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _said(row: object, names: Iterable[str], where_said: Iterable[str]) -> dict[str, Any]:
    said = (name for name in where_said if getattr(row, name) not in (None, ""))
    return _named(row, (*names, *said))


def common_of(terms: Terms, party: str) -> dict[str, Any]:
    """What a party agrees to beside its slice: plain values.

    A member agrees to the form, the lead, who else is a member, and the common terms; whoever
    answers for the whole agrees to the whole price too. Who answers alone agrees to that, to the
    price and to the common terms. The others deal with their member alone.
    """
    who = terms.party(party)
    if who.role is not PartyRole.MEMBER:
        return {}
    arrangement = terms.arrangement
    common = {
        **arrangement.engagement(terms),
        "terms": _said(terms.common, COMMON, COMMON_WHERE_SAID),
    }
    if arrangement.owes_the_whole(terms, party):
        common["price_cents"] = terms.price_cents
    return common


def fingerprint(terms: Terms, party: str) -> str:
    """SHA-256 (hexadecimal) of what a party agrees to."""
    agreed = {"slice": slice_of(terms, party), "common": common_of(terms, party)}
    return sha256(canonical(agreed).encode()).hexdigest()


def moved(before: Terms, after: Terms) -> tuple[str, ...]:
    """The parties of `after` who have to agree again: those who are new or whose terms moved."""
    known = {party.key for party in before.parties}
    return tuple(
        party.key
        for party in after.parties
        if party.key not in known or fingerprint(before, party.key) != fingerprint(after, party.key)
    )

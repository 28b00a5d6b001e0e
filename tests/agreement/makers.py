"""Small terms, written out, and strategies of many."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from cordee.agreement import Cell, Line, Party, PartyRole, Terms
from cordee.agreement.edits import alone, together
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import Kind

MARCH = 2027 * 12 + 2


def line(key: str = "01", **values: Any) -> Line:
    given: dict[str, Any] = {
        "lot": "1",
        "label": f"Travaux {key}",
        "trade": "espaces-verts",
        "price_cents": 100_000_00,
        "need_cfte": 400,
        "first_month": MARCH,
        "months": 8,
        "insertion_hours": 300,
    }
    return Line(key=key, **(given | values))


def party(key: str, **values: Any) -> Party:
    given: dict[str, Any] = {
        "siren": f"{int(key):09d}",
        "kind": Kind.ACI,
        "role": PartyRole.MEMBER,
    }
    return Party(key=key, **(given | values))


def whole(**values: Any) -> Terms:
    """Two ACI that share two lines, and a company that one of them calls."""
    given: dict[str, Any] = {
        "lines": (line("01"), line("02", lot="2", price_cents=50_000_01)),
        "parties": (
            party("1"),
            party("2", kind=Kind.EI),
            party("3", kind=Kind.ENTREPRISE, role=PartyRole.SUBCONTRACTOR, of="2"),
        ),
        "cells": (
            Cell(party="1", line="01", cents=60_000_00, cfte=240, insertion_hours=180, work="nord"),
            Cell(party="2", line="01", cents=40_000_00, cfte=160, insertion_hours=120, work="sud"),
            Cell(party="2", line="02", cents=50_000_01, cfte=400, insertion_hours=300),
            Cell(party="3", line="02", cents=10_000_00, cfte=80),
        ),
        "form": GroupForm.CONJOINT,
        "lead": "2",
    }
    return Terms(**(given | values))


amounts = st.one_of(st.none(), st.integers(0, 10**9))


@st.composite
def edited(draw: st.DrawFn, terms: Terms, *, switches: bool = False) -> Terms:
    """The same terms after some edits of cells, of the form, of the lead and of common words.

    `switches`: now and then one member answers alone, or subcontractors become members again.
    """
    gestures = ["cell", "form", "lead", "words", "price"]
    for _ in range(draw(st.integers(0, 5))):
        match draw(st.sampled_from([*gestures, "switch"] if switches else gestures)):
            case "switch":
                terms = draw(switched(terms))
            case "cell":
                at = draw(st.sampled_from([p.key for p in terms.parties]))
                of = draw(st.sampled_from([row.key for row in terms.lines]))
                cell = terms.cell(at, of)
                field = draw(st.sampled_from(["cents", "cfte", "insertion_hours", "crews"]))
                changed: Any = {field: draw(amounts)}
                terms = terms.with_cell(replace(cell, **changed))
            case "form":
                terms = replace(terms, form=draw(st.sampled_from([None, *GroupForm])))
            case "lead":
                members = [None, *(p.key for p in terms.members)]
                terms = replace(terms, lead=draw(st.sampled_from(members)))
            case "words":
                words = draw(st.text(max_size=8))
                terms = replace(terms, common=replace(terms.common, payment=words))
            case _:
                first, *others = terms.lines
                priced = replace(first, price_cents=draw(st.integers(0, 10**9)))
                terms = replace(terms, lines=(priced, *others))
    return terms


@st.composite
def switched(draw: st.DrawFn, terms: Terms) -> Terms:
    """One member answers alone; where one does already, some of the others are members again."""
    if terms.holder is None:
        return alone(terms, draw(st.sampled_from([m.key for m in terms.members])))
    given = [p.key for p in terms.parties if p.role is PartyRole.SUBCONTRACTOR]
    back = draw(st.lists(st.sampled_from(given), min_size=1, unique=True))
    lead = draw(st.sampled_from([terms.holder.key, *back]))
    return together(terms, back, draw(st.sampled_from(list(GroupForm))), lead)


@st.composite
def split(draw: st.DrawFn) -> Terms:
    """A split that holds: four members, what two of them give out, prices that are the shares."""
    base = whole()
    parties = (*base.parties, party("4"), party("5", role=PartyRole.SUBCONTRACTOR, of="4"))
    cells = []
    for row in base.lines:
        for member, helper in (("1", None), ("2", "3"), ("4", "5")):
            held: dict[str, int] = {
                name: draw(st.integers(0, 10**8)) for name in ("cents", "cfte", "insertion_hours")
            }
            if draw(st.booleans()):
                cells.append(Cell(party=member, line=row.key, **held))
                if helper is not None and draw(st.booleans()):
                    part = {name: draw(st.integers(0, most)) for name, most in held.items()}
                    cells.append(Cell(party=helper, line=row.key, **part))
    terms = replace(base, parties=parties, cells=tuple(cells))
    lines = tuple(
        replace(
            row,
            price_cents=sum(terms.cell(m.key, row.key).cents or 0 for m in terms.members),
        )
        for row in terms.lines
    )
    return replace(terms, lines=lines)

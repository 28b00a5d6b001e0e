"""A change asks again exactly those whose share, or whose common terms, moved."""

from dataclasses import fields, make_dataclass, replace
from typing import Any

import pytest
from hypothesis import given

from cordee.agreement import Cell, CommonTerms, Labour, Line, Party, PartyRole, Terms, changes
from cordee.agreement.changes import fingerprint, moved
from cordee.agreement.model import PricedBy, Side
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import Kind
from tests.agreement.makers import edited, party, whole

BASE = whole()


def with_cents(terms: Terms, at: str, of: str, cents: int) -> Terms:
    return terms.with_cell(replace(terms.cell(at, of), cents=cents))


def test_a_share_that_moves_asks_its_party_alone() -> None:
    assert moved(BASE, with_cents(BASE, "1", "01", 1)) == ("1",)


def test_a_subcontract_that_moves_asks_both_its_sides() -> None:
    assert moved(BASE, with_cents(BASE, "3", "02", 1)) == ("2", "3")


@pytest.mark.parametrize(
    "after",
    [
        replace(BASE, form=GroupForm.SOLIDAIRE),
        replace(BASE, lead="1"),
        replace(BASE, common=CommonTerms(payment="Chacun facture l’acheteur.")),
    ],
)
def test_the_common_terms_ask_every_member_and_no_subcontractor(after: Terms) -> None:
    assert moved(BASE, after) == ("1", "2")


def test_who_is_a_member_concerns_every_member() -> None:
    assert moved(BASE, replace(BASE, parties=(*BASE.parties, party("4")))) == ("1", "2", "4")


def test_the_price_concerns_whoever_answers_for_all_of_it() -> None:
    def dearer(terms: Terms) -> Terms:
        first, second = terms.lines
        return replace(terms, lines=(first, replace(second, price_cents=second.price_cents + 1)))

    assert moved(BASE, dearer(BASE)) == ()
    solidary = replace(BASE, form=GroupForm.SOLIDAIRE)
    assert moved(solidary, dearer(solidary)) == ("1", "2")
    lead_only = replace(BASE, form=GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE)
    assert moved(lead_only, dearer(lead_only)) == ("2",)


def test_a_pin_is_no_term() -> None:
    pinned = BASE.with_cell(replace(BASE.cell("1", "01"), pinned=True))
    assert moved(BASE, pinned) == ()


@given(edited(BASE))
def test_the_same_terms_have_the_same_fingerprint(terms: Terms) -> None:
    again = replace(terms, cells=tuple(reversed(terms.cells)))
    for each in terms.parties:
        assert fingerprint(terms, each.key) == fingerprint(again, each.key)
    assert moved(terms, again) == ()


# What is accepted, by name.

SAID = replace(
    BASE,
    form=GroupForm.SOLIDAIRE,
    common=CommonTerms(
        payment="À trente jours.",
        decision="d",
        withdrawal="w",
        disputes="l",
        penalties="p",
        coordination="c",
        coordination_cents=1,
        labour_share_percent=2,
        insertion_rate_percent=3,
        hourly_cost_cents=4,
    ),
)


def test_what_was_accepted_stays_so() -> None:
    """Fingerprints that bases keep: another one would ask everybody again."""
    assert [fingerprint(BASE, each.key) for each in BASE.parties] == [
        "16098386a41a5a9f5e1cdeda5a1ef57e71d65d5ef434674a019e05192f36bb55",
        "4d7c2c3ce0ba96fcdfd6bc17cfbc7ed72dc620ae2f3dfcfc814bfb57ea6e9988",
        "e74e8eece209aa3ab14eae7c3980f0c2bb530f993f64bda28c613321a073e04b",
    ]
    assert [fingerprint(SAID, each.key) for each in SAID.parties] == [
        "9883e1268c165a2589cd155db4e671c974af67f9ca8834cff48a868ea1c729c3",
        "0d80b788131917ba2a3915a4e10239beda596292fe2c4b200bd3c73a14ef5864",
        "e74e8eece209aa3ab14eae7c3980f0c2bb530f993f64bda28c613321a073e04b",
    ]


def widened(row: Any) -> Any:
    """The same row with a field that nobody thought of."""
    wider = make_dataclass(
        f"Wider{type(row).__name__}", [("colour", str)], bases=(type(row),), frozen=True
    )
    return wider(**{each.name: getattr(row, each.name) for each in fields(row)}, colour="bleu")


def test_a_new_field_asks_nobody_again() -> None:
    wider = replace(
        SAID,
        lines=tuple(map(widened, SAID.lines)),
        parties=tuple(widened(replace(each, labour=widened(each.labour))) for each in SAID.parties),
        cells=tuple(map(widened, SAID.cells)),
        common=widened(SAID.common),
    )
    assert moved(SAID, wider) == ()


@pytest.mark.parametrize("name", [*changes.CELL[2:], *changes.CELL_WHERE_SAID])
def test_each_term_of_a_share_asks_its_party_again(name: str) -> None:
    changed: Any = {name: "est" if name == "work" else 7}
    assert moved(BASE, BASE.with_cell(replace(BASE.cell("1", "01"), **changed))) == ("1",)


@pytest.mark.parametrize("name", [*changes.COMMON, *changes.COMMON_WHERE_SAID])
def test_each_common_term_asks_the_members_again(name: str) -> None:
    said = getattr(SAID.common, name)
    changed: Any = {name: "autrement" if isinstance(said, str) else (said or 0) + 1}
    assert moved(SAID, replace(SAID, common=replace(SAID.common, **changed))) == ("1", "2")


@pytest.mark.parametrize(
    "changed",
    [
        {"siren": "999999999"},
        {"kind": Kind.EA},
        {"role": PartyRole.EMPLOYER},
        {"of": "1"},
        {"labour": Labour(priced_by=PricedBy.RESULT)},
        {"labour": Labour(supervision=Side.CLIENT)},
        {"labour": Labour(tools=Side.CLIENT)},
    ],
)
def test_who_comes_and_how_asks_both_sides_again(changed: Any) -> None:
    first, second, third = BASE.parties
    after = replace(BASE, parties=(first, second, replace(third, **changed)))
    assert "3" in moved(BASE, after)


@pytest.mark.parametrize(
    "changed",
    [
        {"lot": "9"},
        {"label": "Autres"},
        {"trade": "gros-oeuvre"},
        {"first_month": 1},
        {"months": 2},
    ],
)
def test_each_term_of_a_line_asks_those_who_hold_it_again(changed: Any) -> None:
    first, second = BASE.lines
    assert moved(BASE, replace(BASE, lines=(first, replace(second, **changed)))) == ("2", "3")


@pytest.mark.parametrize(
    ("kind", "terms", "no_terms"),
    [
        (Cell, {*changes.CELL, *changes.CELL_WHERE_SAID}, {"pinned"}),
        (Party, {*changes.PARTY, "labour"}, {"vat"}),
        (Labour, {*changes.LABOUR}, set()),
        (Line, {*changes.LINE}, {"price_cents", "need_cfte", "insertion_hours"}),
        (CommonTerms, {*changes.COMMON, *changes.COMMON_WHERE_SAID}, set()),
    ],
)
def test_each_field_is_a_term_or_is_none(kind: type, terms: set[str], no_terms: set[str]) -> None:
    """A new field asks nobody again; whether it should is said here."""
    assert {each.name for each in fields(kind)} == terms | no_terms

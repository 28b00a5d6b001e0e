"""A change asks again exactly those whose share, or whose common terms, moved."""

from dataclasses import replace

import pytest
from hypothesis import given

from cordee.agreement import CommonTerms, Terms
from cordee.agreement.slices import fingerprint, moved
from cordee.rules.groups import GroupForm
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

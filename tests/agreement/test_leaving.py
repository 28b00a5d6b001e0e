"""A member leaves: no cent, no hour and no price is lost, whoever takes its work."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.agreement import Cell, Party, PartyRole, Terms
from cordee.agreement.departure import (
    replaced,
    shared_among,
    subcontracted,
    taken_over,
)
from cordee.agreement.model import FIGURES
from cordee.rules.kinds import Kind
from tests.agreement.makers import MARCH, edited, party, whole

NEW = party("9", siren="900000009")


def four(**values: object) -> Terms:
    base = whole()
    return replace(
        base,
        parties=(*base.parties, party("4")),
        cells=(*base.cells, Cell(party="4", line="01", cents=7, crews=1)),
        **values,
    )


def sums(terms: Terms) -> dict[tuple[str, str], int]:
    """By line and figure, what the members hold together."""
    return {
        (line.key, name): sum(
            getattr(terms.cell(member.key, line.key), name) or 0 for member in terms.members
        )
        for line in terms.lines
        for name in FIGURES
    }


@given(terms=edited(four()), leaver=st.sampled_from(["1", "2", "4"]))
def test_what_the_members_hold_stays_the_same_on_each_line(terms: Terms, leaver: str) -> None:
    taker = next(member.key for member in terms.members if member.key != leaver)
    for after in (
        taken_over(terms, leaver, taker),
        shared_among(terms, leaver),
        replaced(terms, leaver, NEW),
    ):
        assert sums(after) == sums(terms)
        assert after.price_cents == terms.price_cents
        assert leaver not in {each.key for each in after.parties}
        assert all(each.of != leaver for each in after.parties)


@given(terms=edited(four()), leaver=st.sampled_from(["1", "2", "4"]))
def test_the_lead_passes_on_only_where_it_leaves(terms: Terms, leaver: str) -> None:
    for after in (shared_among(terms, leaver), replaced(terms, leaver, NEW)):
        if terms.lead == leaver:
            assert after.lead is not None
        else:
            assert after.lead == terms.lead


def test_who_takes_over_holds_both_and_the_months_of_both() -> None:
    terms = whole(
        cells=(
            Cell(party="1", line="01", cents=60_000_00, first_month=MARCH, months=2),
            Cell(party="2", line="01", cents=40_000_00, first_month=MARCH + 4, months=3),
        )
    )
    after = taken_over(terms, "1", "2")
    assert after.cell("2", "01") == Cell(
        party="2", line="01", cents=100_000_00, first_month=MARCH, months=7
    )


def test_a_share_is_split_in_proportion_to_the_cent() -> None:
    terms = replace(
        four(),
        cells=(
            Cell(party="1", line="01", cents=100_00),
            Cell(party="2", line="01", cents=200_00),
            Cell(party="4", line="01", cents=100_00),
        ),
    )
    after = shared_among(terms, "1")
    assert after.cell("2", "01").cents == 200_00 + 66_67
    assert after.cell("4", "01").cents == 100_00 + 33_33


def test_a_subcontractor_stays_within_the_amount_of_its_new_member() -> None:
    terms = replace(
        four(),
        cells=(
            Cell(party="2", line="02", cents=50_000_01),
            Cell(party="3", line="02", cents=50_000_00),
            Cell(party="1", line="01", cents=10),
            Cell(party="4", line="01", cents=9),
        ),
    )
    after = shared_among(terms, "2")
    behind = after.party("3").of
    assert behind == "1"
    assert (after.cell("1", "02").cents or 0) >= 50_000_00


def test_a_replacement_takes_the_very_same_cells() -> None:
    after = replaced(whole(), "2", NEW)
    assert {cell.line: cell.cents for cell in after.cells_of("9")} == {
        "01": 40_000_00,
        "02": 50_000_01,
    }
    assert (after.lead, after.party("3").of) == ("9", "9")


def test_a_subcontractor_does_what_is_left_and_the_member_stays() -> None:
    new = Party(key="9", siren="900000009", kind=Kind.EI, role=PartyRole.SUBCONTRACTOR, of="2")
    after = subcontracted(whole(), "2", new)
    assert after.cell("2", "02").cents == 50_000_01
    assert after.cell("9", "02").cents == 40_000_01, "10 000 € are another subcontractor's"
    assert after.own_cents("2") == 0


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="another member"):
        taken_over(whole(), "1", "1")
    with pytest.raises(ValueError, match="another member"):
        taken_over(whole(), "1", "3")
    with pytest.raises(ValueError, match="make it a subcontractor"):
        subcontracted(whole(), "1", NEW)
    alone = replace(whole(), parties=(party("1"),), cells=(), lead="1")
    with pytest.raises(ValueError, match="only member"):
        shared_among(alone, "1")

"""What two people make of the same terms: nothing that one wrote is lost without being told."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cordee.agreement import Cell, Terms
from cordee.agreement.changes import changes, merge
from cordee.agreement.terms import terms_from_json, terms_to_json
from tests.agreement.makers import edited, party, whole

BASE = whole()


def cell(terms: Terms, at: str, of: str, **values: object) -> Terms:
    return terms.with_cell(replace(terms.cell(at, of), **values))  # type: ignore[arg-type]


def test_different_cells_are_both_kept() -> None:
    mine, theirs = cell(BASE, "1", "01", cents=1), cell(BASE, "2", "02", cents=2)
    merged = merge(BASE, mine, theirs)
    assert merged.terms is not None
    assert merged.terms.cell("1", "01").cents == 1
    assert merged.terms.cell("2", "02").cents == 2


def test_different_figures_of_one_cell_are_both_kept() -> None:
    mine, theirs = cell(BASE, "1", "01", cents=1), cell(BASE, "1", "01", cfte=7)
    merged = merge(BASE, mine, theirs)
    assert merged.terms is not None
    assert (merged.terms.cell("1", "01").cents, merged.terms.cell("1", "01").cfte) == (1, 7)


def test_one_figure_written_twice_is_a_conflict_that_tells_both() -> None:
    merged = merge(BASE, cell(BASE, "1", "01", cents=1), cell(BASE, "1", "01", cents=2))
    assert merged.terms is None
    (conflict,) = merged.conflicts
    assert conflict.place == ("cell", "1", "01", "cents")
    assert (conflict.base, conflict.mine, conflict.theirs) == (60_000_00, 1, 2)


def test_the_same_figure_written_twice_is_none() -> None:
    mine = cell(BASE, "1", "01", cents=1)
    assert merge(BASE, mine, mine).terms == mine


def test_a_cell_of_a_party_that_the_other_took_out_is_a_conflict() -> None:
    gone = replace(
        BASE,
        parties=tuple(p for p in BASE.parties if p.key != "3"),
        cells=tuple(c for c in BASE.cells if c.party != "3"),
    )
    merged = merge(BASE, cell(BASE, "3", "02", cents=9), gone)
    assert merged.terms is None
    assert ("cell", "3", "02", "cents") in {each.place for each in merged.conflicts}


def test_a_lead_that_the_other_took_out_is_a_conflict() -> None:
    gone = replace(
        BASE,
        parties=tuple(p for p in BASE.parties if p.key != "1"),
        cells=tuple(c for c in BASE.cells if c.party != "1"),
    )
    merged = merge(BASE, replace(BASE, lead="1"), gone)
    assert merged.terms is None
    assert ("lead",) in {each.place for each in merged.conflicts}


def test_two_parties_brought_in_at_once_are_both_there() -> None:
    mine = replace(BASE, parties=(*BASE.parties, party("4")))
    theirs = replace(BASE, parties=(*BASE.parties, party("5")))
    merged = merge(BASE, mine, theirs)
    assert merged.terms is not None
    assert [p.key for p in merged.terms.parties] == ["1", "2", "3", "5", "4"]


@given(edited(BASE))
def test_terms_survive_being_stored(terms: Terms) -> None:
    assert terms_from_json(terms_to_json(terms)) == terms


@given(edited(BASE))
def test_merging_with_nothing_keeps_what_was_made(mine: Terms) -> None:
    assert merge(BASE, mine, BASE).terms == mine
    assert merge(BASE, BASE, mine).terms == mine


@given(edited(BASE), edited(BASE))
def test_no_value_that_one_alone_wrote_is_lost(mine: Terms, theirs: Terms) -> None:
    wrote = {c.place: c.after for c in changes(BASE, mine)}
    wrote_too = {c.place: c.after for c in changes(BASE, theirs)}
    merged = merge(BASE, mine, theirs)
    both = {place for place in wrote if place in wrote_too and wrote[place] != wrote_too[place]}
    if merged.terms is None:
        assert both <= {each.place for each in merged.conflicts}
        return
    assert not both
    kept = {c.place: c.after for c in changes(BASE, merged.terms)}
    assert kept == wrote | wrote_too


@given(edited(BASE), edited(BASE))
def test_the_order_in_which_two_write_changes_nothing(mine: Terms, theirs: Terms) -> None:
    one, other = merge(BASE, mine, theirs), merge(BASE, theirs, mine)
    assert one.terms == other.terms
    assert {c.place for c in one.conflicts} == {c.place for c in other.conflicts}


@given(st.data())
def test_what_changed_leads_from_one_to_the_other(data: st.DataObject) -> None:
    before = data.draw(edited(BASE))
    after = data.draw(edited(before))
    assert (changes(before, after) == ()) == (before == after)


def test_an_empty_cell_says_nothing() -> None:
    assert BASE.with_cell(Cell(party="1", line="02")) == BASE

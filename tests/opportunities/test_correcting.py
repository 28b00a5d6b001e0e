"""What people correct lies over the reading, survives every import, and can be taken back."""

from pathlib import Path
from typing import Any

import pytest

from cordee.accounts.models import JournalEntry, User
from cordee.opportunities.actions.correcting import correct_fact, withdraw_correction
from cordee.opportunities.facts import FACTS, holder_of, with_holder
from cordee.opportunities.models import Correction, Opportunity, Reading
from tests.opportunities.makers import (
    CLEANING,
    GREEN,
    ON,
    agreed,
    import_records,
    in_days,
    make_opportunity,
    record,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def opportunity(valley: Any, tmp_path: Path) -> Opportunity:
    return make_opportunity(tmp_path, lots=[("Tonte", GREEN), ("Nettoyage", CLEANING)])


def packages(opportunity: Opportunity) -> list[Any]:
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    return list(breakdown.packages.all())


def test_a_correction_shows_and_leaves_the_reading_alone(
    opportunity: Opportunity, nadia: User
) -> None:
    before = Reading.objects.get().data
    agreed(opportunity=opportunity, fact="title", value="Tonte de neuf communes", by=nadia, on=ON)
    opportunity.refresh_from_db()
    assert opportunity.title == "Tonte de neuf communes"
    understanding = opportunity.current()
    assert understanding.notice.title == "Tonte de neuf communes"
    assert understanding.as_read.title == "Entretien des espaces verts"
    assert Reading.objects.get().data == before
    entry = JournalEntry.objects.get(verb="opportunities.propose_correction")
    assert (entry.by, entry.after["value"]) == (nadia, "Tonte de neuf communes")
    assert list(Opportunity.objects.search("tonte communes")) == [opportunity]


def test_a_title_makes_no_new_breakdown_an_amount_does(
    opportunity: Opportunity, nadia: User
) -> None:
    agreed(opportunity=opportunity, fact="title", value="Autre titre", by=nadia, on=ON)
    assert opportunity.breakdowns.count() == 1
    amount = agreed(
        opportunity=opportunity, fact="amount", lot="1", value=12_000_000, by=nadia, on=ON
    )
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    assert (breakdown.number, breakdown.origin, breakdown.made_by) == (2, "correction", nadia)
    first, second = packages(opportunity)
    assert first.amount_cents == 12_000_000
    assert first.provenance["amount_cents"]["state"] == "stated"
    assert first.provenance["amount_cents"]["corrected"] == amount.pk
    assert "corrected" not in second.provenance["amount_cents"]
    assert opportunity.breakdowns.get(number=1).packages.count() == 2


@pytest.mark.parametrize(
    ("fact", "value", "field", "expected"),
    [
        ("months", 6, "months", 6),
        ("start", "2027-05-01", "first_month", 2027 * 12 + 4),
        ("trades", ["textile-couture"], "trade", "textile-couture"),
        ("need", 350, "need_cfte", 350),
        (
            "places",
            [{"commune": "38001", "department": "38", "city": "Saint-Aubin-sur-Verdoire"}],
            "commune_id",
            "38001",
        ),
        ("reserved", "INSERTION", "reserved", "INSERTION"),
    ],
)
def test_facts_of_a_lot_reach_its_package_only(
    opportunity: Opportunity, nadia: User, fact: str, value: Any, field: str, expected: Any
) -> None:
    _, other = packages(opportunity)
    agreed(opportunity=opportunity, fact=fact, lot="1", value=value, by=nadia, on=ON)
    first, second = packages(opportunity)
    assert getattr(first, field) == expected
    assert getattr(second, field) == getattr(other, field)


def test_trades_are_listed_the_most_important_first(opportunity: Opportunity, nadia: User) -> None:
    said = ["textile-couture", "proprete", "espaces-verts"]
    agreed(opportunity=opportunity, fact="trades", value=said, by=nadia, on=ON)
    assert [trade.trade for trade in opportunity.trades.all()][:3] == said


def test_a_lot_said_to_be_none_of_our_trades_is_left_out(
    opportunity: Opportunity, nadia: User
) -> None:
    agreed(opportunity=opportunity, fact="trades", lot="2", value=[], by=nadia, on=ON)
    assert [package.lot_id for package in packages(opportunity)] == ["1"]
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    assert [(o["lot_id"], o["why"][:8]) for o in breakdown.left_out] == [("2", "Corrigé\u00a0")]
    assert [str(trade) for trade in opportunity.trades.all()] == ["Espaces verts"]


def test_a_correction_survives_a_new_import_and_a_new_version(
    opportunity: Opportunity, nadia: User, tmp_path: Path
) -> None:
    deadline = in_days(40)
    agreed(opportunity=opportunity, fact="deadline", value=deadline.isoformat(), by=nadia, on=ON)
    import_records(
        tmp_path,
        record(lots=[("Tonte et taille", GREEN), ("Nettoyage", CLEANING)], deadline=in_days(25)),
    )
    opportunity.refresh_from_db()
    assert opportunity.deadline == deadline
    assert [package.label for package in packages(opportunity)] == ["Tonte et taille", "Nettoyage"]


def test_a_correction_of_a_lot_that_goes_away_is_kept_not_applied(
    opportunity: Opportunity, nadia: User, tmp_path: Path
) -> None:
    agreed(opportunity=opportunity, fact="amount", lot="2", value=900_000, by=nadia, on=ON)
    import_records(tmp_path, record(lots=[("Tonte", GREEN)]))
    understanding = opportunity.current()
    assert [overlay.lot_id for overlay in understanding.pointless] == ["2"]
    assert Correction.objects.standing().count() == 1
    assert [package.lot_id for package in packages(opportunity)] == ["1"]


def test_what_a_lot_says_of_itself_wins_over_the_whole(
    opportunity: Opportunity, nadia: User
) -> None:
    own = agreed(opportunity=opportunity, fact="amount", lot="1", value=3_000_000, by=nadia, on=ON)
    whole = agreed(opportunity=opportunity, fact="amount", value=5_000_000, by=nadia, on=ON)
    first, second = packages(opportunity)
    assert (first.amount_cents, second.amount_cents) == (3_000_000, 2_000_000)
    assert first.provenance["amount_cents"]["corrected"] == own.pk
    assert second.provenance["amount_cents"]["corrected"] == whole.pk


def test_correcting_again_replaces_and_withdrawing_goes_back(
    opportunity: Opportunity, nadia: User
) -> None:
    agreed(opportunity=opportunity, fact="months", value=6, by=nadia, on=ON)
    last = agreed(opportunity=opportunity, fact="months", value=8, by=nadia, on=ON)
    assert list(Correction.objects.standing()) == [last]
    assert Correction.objects.count() == 2
    withdraw_correction(correction=last, by=nadia, on=ON)
    opportunity.refresh_from_db()
    assert opportunity.months == 12
    assert opportunity.current().corrections == {}
    withdraw_correction(correction=last, by=nadia, on=ON)
    assert JournalEntry.objects.filter(verb="opportunities.withdraw_correction").count() == 1


def test_nobody_knows_is_a_correction_too(opportunity: Opportunity, nadia: User) -> None:
    agreed(opportunity=opportunity, fact="deadline", value=None, by=nadia, on=ON)
    opportunity.refresh_from_db()
    assert opportunity.deadline is None


@pytest.mark.parametrize(
    ("fact", "lot", "said"),
    [("colour", "", "colour"), ("title", "1", "'1'"), ("amount", "9", "'9'")],
)
def test_what_does_not_exist_cannot_be_corrected(
    opportunity: Opportunity, nadia: User, fact: str, lot: str, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        correct_fact(opportunity=opportunity, fact=fact, lot=lot, value=1, by=nadia, on=ON)
    assert Correction.objects.count() == 0


VALUES: dict[str, Any] = {
    "title": "Un titre",
    "deadline": "2027-01-05T11:00:00+00:00",
    "trades": ["proprete"],
    "places": [{"commune": "38001", "department": "38", "city": "Saint-Aubin-sur-Verdoire"}],
    "amount": 1_234_56,
    "months": 7,
    "start": "2027-02-01",
    "need": 250,
    "reserved": "MIXTE",
    "social_clause": "both",
    "clause_hours": 420,
    "clause_rate": 750,
    "negated": True,
    "grouping": "conjoint",
}


# The fit is no field of a notice: it is worked out of the trades, or said by a person.
@pytest.mark.parametrize("name", sorted(set(FACTS) - {"fit"}))
def test_each_fact_reads_back_what_was_written(opportunity: Opportunity, name: str) -> None:
    """For the whole and, where it can be, for a lot; and None takes it away."""
    fact, notice = FACTS[name], opportunity.current().notice
    for lot in ("", "1") if fact.per_lot else ("",):
        holder = holder_of(notice, lot)
        assert holder is not None
        written = with_holder(notice, lot, fact.write(holder, VALUES[name]))
        again = holder_of(written, lot)
        assert fact.read(again) == VALUES[name]
        if name != "title":
            assert not fact.read(fact.write(again, None))

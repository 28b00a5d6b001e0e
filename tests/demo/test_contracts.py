"""Contracts of the demo: fictional, and soon to end whatever the day."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from cordee.notices.notice import Notice, Provenance, Source
from cordee.notices.packages import estimate_packages, needs_comparison
from cordee.notices.reading import read
from cordee.opportunities.actions.importing import import_notices
from cordee.opportunities.models import AwardedContract
from cordee.opportunities.models.contracts import contracts_like
from demo.alliance_notices import render_for_alliances
from demo.contracts import render_contracts
from demo.numbers import FIRST_DIGITS
from tests.notices.test_packages import ON, notice

PAST = 8


@pytest.mark.parametrize("today", [date(2026, 11, 25), date(2028, 2, 29)])
@pytest.mark.django_db
def test_the_contracts_are_read_stored_and_end_soon(today: date, tmp_path: Path) -> None:
    path = render_contracts(today, tmp_path)
    found = list(read(path))
    assert all(isinstance(one, Notice) and one.source is Source.DECP for one in found)
    report = import_notices([path], by=None, on=today)
    assert (report.contracts, report.errors) == (5 + PAST, [])
    assert import_notices([path], by=None, on=today).skipped == 5 + PAST
    first, last = today - timedelta(days=60), today + timedelta(days=730)
    contracts = AwardedContract.objects.ending_between(first, last).prefetch_related("holders")
    assert len(contracts) == 4
    assert all(contract.trade for contract in contracts)
    holders = [holder for contract in contracts for holder in contract.holders.all()]
    assert len(holders) == 5
    assert {holder.siret[:3] for holder in holders} == {FIRST_DIGITS}
    assert {contract.buyer_siret[:3] for contract in contracts} == {FIRST_DIGITS}
    # And one that was just awarded, with a clause.
    (awarded,) = AwardedContract.objects.told_between(today - timedelta(days=7), today)
    assert (awarded.social_clause, awarded.trade) == ("execution", "espaces-verts")
    # Its call, which no alliance answers, says how many hours are owed.
    import_notices(render_for_alliances(today, tmp_path / "avis"), by=None, on=today)
    awarded.refresh_from_db()
    (package,) = awarded.opportunity.latest_breakdown().packages.all()
    hours = package.sizes["insertion_hours"]
    assert (hours["value"], hours["state"]) == (2_400, "stated")


@pytest.mark.django_db
def test_what_has_no_price_is_compared_with_those_of_the_past(tmp_path: Path) -> None:
    """As the crates that the company of the demo wants painted."""
    import_notices([render_contracts(ON, tmp_path)], by=None, on=ON)
    crates = notice(trades=("second-oeuvre-batiment",), title="Peindre deux cents caisses")
    alike = contracts_like(needs_comparison(crates), before=ON, not_of=None)
    assert len(alike) == PAST
    (package,) = estimate_packages(crates, on=ON, contracts=alike)
    assert package.amount_cents.provenance is Provenance.COMPARED
    assert package.amount_cents.contracts == PAST

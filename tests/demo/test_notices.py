from datetime import date, timedelta
from pathlib import Path

import pytest

from cordee.notices.notice import Notice, Provenance
from cordee.notices.packages import ScopeOutcome, estimate_packages, scope
from cordee.notices.reading import read
from cordee.rules.months import month_number
from demo.expected import EXPECTED, ExpectedNotice, ExpectedPackage
from demo.notices import PARIS, notice_values, render, render_notices, template_paths
from demo.valley import CONTRACTS, contract_start

DAYS = [date(2026, 11, 25), date(2027, 3, 15), date(2027, 12, 31), date(2028, 2, 29)]


def read_one(expected: ExpectedNotice, today: date, folder: Path) -> Notice:
    """The only notice of one rendered file."""
    render_notices(today, folder)
    (notice,) = read(folder / expected.file)
    assert isinstance(notice, Notice), notice
    return notice


def test_there_are_twelve_and_each_is_expected() -> None:
    assert [path.name for path in template_paths()] == [each.file for each in EXPECTED]
    assert len(EXPECTED) == 12
    assert {each.notice for each in CONTRACTS} <= {each.file for each in EXPECTED}


def test_every_true_format_is_there() -> None:
    assert {each.format for each in EXPECTED} == {
        "private_need",
        "eforms",
        "boamp_eforms",
        "boamp_mapa",
        "boamp_legacy",
        "ted_r209",
    }


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda each: each.file)
def test_a_notice_reads_as_intended(expected: ExpectedNotice, today: date, tmp_path: Path) -> None:
    notice = read_one(expected, today, tmp_path)
    clause = notice.social_clause
    assert notice.format == expected.format
    assert notice.buyer is not None
    assert notice.buyer.siret is not None
    assert "fictif" in notice.buyer.name or "fictive" in notice.buyer.name
    assert (notice.reserved.reservation.name if notice.reserved else None) == expected.reservation
    assert (notice.grouping.form if notice.grouping else None) == expected.grouping
    assert (clause.hours if clause else None) == expected.clause_hours


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda each: each.file)
@pytest.mark.parametrize("today", DAYS)
def test_a_notice_gives_its_packages_on_any_day(
    expected: ExpectedNotice, today: date, tmp_path: Path
) -> None:
    notice = read_one(expected, today, tmp_path)
    estimates = estimate_packages(notice, on=today)
    found = tuple(
        ExpectedPackage(
            estimate.lot_id,
            estimate.trade.value,
            (estimate.place.value.department if estimate.place.value else None) or "",
            estimate.months.value,
            estimate.need_cfte.value,
            estimate.amount_cents.value,
        )
        for estimate in estimates
    )
    assert found == expected.packages
    if expected.is_stated:
        start = month_number(contract_start(today))
        assert all(estimate.first_month.value == start for estimate in estimates)
        assert all(
            Provenance.SUPPOSED not in (e.need_cfte.provenance, e.amount_cents.provenance)
            for e in estimates
        )
    else:
        assert all(e.amount_cents.provenance is Provenance.SUPPOSED for e in estimates)


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda each: each.file)
@pytest.mark.parametrize("today", DAYS)
def test_a_notice_is_open_closed_or_out_of_our_trades(
    expected: ExpectedNotice, today: date, tmp_path: Path
) -> None:
    notice = read_one(expected, today, tmp_path)
    outcomes = {
        "closed": ScopeOutcome.CLOSED,
        "out_of_scope": ScopeOutcome.OUT_OF_SCOPE,
    }
    found = scope(notice, on=today)
    assert found.outcome is outcomes.get(expected.outcome or "", ScopeOutcome.IN_SCOPE)
    assert found.why
    assert notice.deadline is not None
    closes_on = notice.deadline.astimezone(PARIS).date()
    shift = -5 if expected.outcome == "closed" else 30
    assert closes_on == today + timedelta(days=shift)


def test_two_renderings_of_a_day_are_the_same_bytes(today: date, tmp_path: Path) -> None:
    first = render_notices(today, tmp_path / "first")
    second = render_notices(today, tmp_path / "second")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    other = render_notices(today + timedelta(days=1), tmp_path / "other")
    assert first[0].read_bytes() != other[0].read_bytes()


def test_contracts_start_in_three_to_six_months() -> None:
    for shift in range(400):
        today = date(2026, 1, 1) + timedelta(days=shift)
        assert 3 * 30 <= (contract_start(today) - today).days <= 6 * 31


def test_a_template_with_an_unknown_name_is_refused(today: date) -> None:
    with pytest.raises(KeyError, match="demain"):
        render("{ $demain }", notice_values(today))

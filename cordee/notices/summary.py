"""One notice as one object for programs: what `./go run -- read` prints, field by field.

`docs/read-command.md` describes the fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from cordee.notices.bare_text import BareText
from cordee.notices.green_flags import Flag, green_flags
from cordee.notices.notice import ClauseKind, Evidence, GroupingForm, Kind, Lot, Notice
from cordee.notices.packages import Estimated, PackageEstimate, estimate_packages
from cordee.notices.trades.lots import NoticeTrades, trades_of
from cordee.notices.trades.reading import Sector, TradesReading, read_trades
from cordee.rules.reservation import Reservation


def summary_of(notice: Notice, *, on: date) -> dict[str, Any]:
    """The summary of a notice; `on` dates thresholds and a start that nothing tells."""
    trades = trades_of(notice)
    return _summary(notice, trades, trades.whole, on)


def summary_of_text(bare: BareText, *, on: date) -> dict[str, Any]:
    """The summary of a line of bare text; what its words say of clauses stays as read."""
    notice = bare.notice
    whole = read_trades(bare.document)
    found = _summary(notice, trades_of(notice), whole, on)
    clauses = bare.clauses
    rate = clauses.rate_percent
    return found | {
        "reserved": _lower(clauses.reserved),
        "clause": clauses.clause.value,
        "hours": clauses.hours,
        "rate_pct": None if rate is None else float(rate),
        "grouping": clauses.grouping.value,
        "negated": clauses.negated,
    }


def _summary(
    notice: Notice, trades: NoticeTrades, whole: TradesReading, on: date
) -> dict[str, Any]:
    packages = estimate_packages(notice, on=on) if notice.kind is not Kind.AWARD else ()
    reserved, clause, grouping = notice.reserved, notice.social_clause, notice.grouping
    denied = reserved is not None and reserved.reservation is Reservation.NONE
    return {
        "id": notice.id,
        "source": notice.source.value,
        "format": notice.format.value,
        "kind": notice.kind.value,
        "title": notice.title,
        "published_on": notice.published_on.isoformat() if notice.published_on else None,
        "deadline": notice.deadline.isoformat() if notice.deadline else None,
        "sectors": [_sector(sector) for sector in whole.sectors],
        "sector_candidates": [_sector(sector) for sector in whole.candidates],
        "why_none": whole.why_none,
        "fit": whole.fit.value,
        "fit_why": whole.fit.why,
        "reserved": _lower(reserved.reservation) if reserved else _lower(Reservation.NONE),
        "clause": clause.kind.value if clause else ClauseKind.NONE.value,
        "hours": clause.hours if clause else None,
        "rate_pct": float(clause.rate_percent) if clause and clause.rate_percent else None,
        "grouping": grouping.form.value if grouping else GroupingForm.FREE.value,
        "negated": denied or bool(clause and clause.negated),
        "lots": [_lot(notice, lot, trades) for lot in notice.lots],
        "work_packages": [_package(package) for package in packages],
        "flags": [_flag(flag) for flag in green_flags(notice, on=on, packages=packages)],
    }


def _lower(reservation: Reservation) -> str:
    return reservation.value.lower()


def _evidence(items: Sequence[Evidence]) -> list[dict[str, str]]:
    return [{"where": item.where, "words": item.words} for item in items]


def _sector(sector: Sector) -> dict[str, Any]:
    return {
        "slug": sector.slug,
        "probability": sector.probability,
        "because": _evidence(sector.because),
    }


def _lot(notice: Notice, lot: Lot, trades: NoticeTrades) -> dict[str, Any]:
    reading = trades.lots[lot.id]
    reserved = notice.reserved_for(lot)
    clause = lot.social_clause
    return {
        "id": lot.id,
        "title": lot.title,
        "trade": reading.trade,
        "why": reading.why,
        "reserved": _lower(reserved.reservation) if reserved else _lower(Reservation.NONE),
        "clause": clause.kind.value if clause else ClauseKind.NONE.value,
        "hours": clause.hours if clause else None,
        "amount_cents": lot.amount.cents if lot.amount else None,
        "months": lot.duration.months if lot.duration else None,
    }


def _package(package: PackageEstimate) -> dict[str, Any]:
    place = package.place.value
    return {
        "lot": package.lot_id,
        "label": package.label,
        "trade": package.trade.value,
        "department": place.department if place else None,
        "first_month": f"{package.first_month.value // 12}-{package.first_month.value % 12 + 1:02}",
        "months": _estimate(package.months),
        "need_cfte": _estimate(package.need_cfte),
        "hours": _estimate(package.hours),
        "amount_cents": _estimate(package.amount_cents),
        "reserved": package.reservation.value.lower() if package.reservation else None,
        "notes": list(package.notes),
    }


def _estimate(estimate: Estimated[int]) -> dict[str, Any]:
    return {
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "provenance": estimate.provenance.value,
        "rule": estimate.rule,
    }


def _flag(flag: Flag) -> dict[str, Any]:
    return {
        "point": flag.point.value,
        "state": flag.state.value,
        "meaning": flag.meaning,
        "evidence": _evidence(flag.evidence),
    }

"""How each fact of a notice is read from it, and how a person's value is put in its place."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from cordee.notices.notice import (
    Amount,
    ClauseKind,
    Duration,
    Evidence,
    GroupingForm,
    GroupingTerms,
    Lot,
    Notice,
    Place,
    Provenance,
    Reserved,
    SocialClause,
)
from cordee.rules.reservation import Reservation

type Holder = Notice | Lot

CORRECTED = "correction"
"""`Evidence.where` of a value that a person gave."""


def corrected_evidence(words: object) -> Evidence:
    return Evidence(CORRECTED, str(words))


def read_deadline(notice: Notice) -> str | None:
    return notice.deadline.isoformat() if notice.deadline else None


def write_deadline(notice: Notice, value: str | None) -> Notice:
    moment = datetime.fromisoformat(value).astimezone(UTC) if value else None
    return replace(notice, deadline=moment, deadline_source=None)


def write_amount(holder: Holder, value: int | None) -> Holder:
    return replace(
        holder, amount=None if value is None else Amount(value, corrected_evidence(value))
    )


def write_months(holder: Holder, value: int | None) -> Holder:
    known = holder.duration or Duration()
    # The last day would contradict the new length.
    return replace(
        holder,
        duration=replace(
            known,
            months=value,
            end=None,
            provenance=Provenance.STATED,
            evidence=(corrected_evidence(value),),
        ),
    )


def write_start(holder: Holder, value: str | None) -> Holder:
    known = holder.duration or Duration()
    start = date.fromisoformat(value) if value else None
    return replace(
        holder,
        duration=replace(known, start=start, end=None, evidence=(corrected_evidence(value),)),
    )


def read_start(holder: Holder) -> str | None:
    start = holder.duration.start if holder.duration else None
    return start.isoformat() if start else None


def write_reserved(holder: Holder, value: str | None) -> Holder:
    reserved = Reserved(Reservation(value), (corrected_evidence(value),)) if value else None
    return replace(holder, reserved=reserved)


def _with_clause[Held: Notice | Lot](
    holder: Held, value: object, *, absent: ClauseKind = ClauseKind.EXECUTION, **said: Any
) -> Held:
    known = holder.social_clause or SocialClause(absent, ())
    clause = replace(known, evidence=(corrected_evidence(value),), **said)
    return replace(holder, social_clause=clause)


def write_clause(holder: Holder, value: str | None) -> Holder:
    if value is None:
        return replace(holder, social_clause=None)
    kind, known = ClauseKind(value), holder.social_clause
    # Saying that nothing is asked is not saying that the buyer writes so.
    negated = known is not None and known.negated and kind is ClauseKind.NONE
    return _with_clause(holder, value, kind=kind, negated=negated)


def write_hours(holder: Holder, value: int | None) -> Holder:
    return _with_clause(holder, value, hours=value)


def write_grouping(notice: Notice, value: str | None) -> Notice:
    terms = GroupingTerms(GroupingForm(value), (corrected_evidence(value),)) if value else None
    return replace(notice, grouping=terms)


def read_places(holder: Holder) -> list[dict[str, str | None]] | None:
    return [
        {"commune": p.commune, "department": p.department, "city": p.city} for p in holder.places
    ] or None


def write_places(holder: Holder, value: list[dict[str, str | None]] | None) -> Holder:
    places = tuple(
        Place(
            department=place.get("department"),
            commune=place.get("commune"),
            city=place.get("city"),
            evidence=corrected_evidence(place.get("city") or place.get("department")),
        )
        for place in value or ()
    )
    return replace(holder, places=places)


def read_rate(holder: Holder) -> int | None:
    """Hundredths of a per cent."""
    rate = holder.social_clause.rate_percent if holder.social_clause else None
    return None if rate is None else int(rate * 100)


def write_rate(holder: Holder, value: int | None) -> Holder:
    return _with_clause(holder, value, rate_percent=None if value is None else Decimal(value) / 100)


def read_negated(notice: Notice) -> bool | None:
    """True where the buyer writes that there is no clause; silence is None."""
    return True if notice.social_clause and notice.social_clause.negated else None


def write_negated(notice: Notice, value: bool | None) -> Notice:
    if notice.social_clause is None and not value:
        return notice
    return _with_clause(notice, value, absent=ClauseKind.NONE, negated=bool(value))


def write_trades(holder: Holder, value: Sequence[str] | None) -> Holder:
    return replace(holder, trades=tuple(value or ()))

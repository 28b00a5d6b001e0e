"""The facts of a notice that a person may correct: one table, read and written the same way.

Values are JSON, as corrections store them: a text, a whole number (cents, months, hours,
hundredths of FTE), an ISO day or moment (UTC), a list. None is "nobody knows".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
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


class Shape(StrEnum):
    """How a value is typed in a form."""

    TEXT = "text"
    MOMENT = "moment"
    DAY = "day"
    EUROS = "euros"
    FTE = "fte"
    WHOLE = "whole"
    RESERVATION = "reservation"
    CLAUSE = "clause"
    GROUPING = "grouping"
    PLACES = "places"
    TRADE = "trade"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of "Ce que nous avons compris".

    `per_lot`: can also be said of one lot. `shapes_work`: a correction makes a new breakdown.
    `write` returns the same kind of holder with the value in place.
    """

    name: str
    label: str
    question: str
    shape: Shape
    read: Callable[[Any], Any]
    write: Callable[[Any, Any], Any]
    evidence: Callable[[Any], tuple[Evidence, ...]]
    per_lot: bool = False
    shapes_work: bool = False


def _said(words: object) -> Evidence:
    return Evidence(CORRECTED, str(words))


def _plain(field: str) -> Callable[[Holder], tuple[Evidence, ...]]:
    def evidence(holder: Holder) -> tuple[Evidence, ...]:
        found = holder.evidence_for(field) if isinstance(holder, Notice) else None
        return (found,) if found else ()

    return evidence


def _read_deadline(notice: Notice) -> str | None:
    return notice.deadline.isoformat() if notice.deadline else None


def _write_deadline(notice: Notice, value: str | None) -> Notice:
    moment = datetime.fromisoformat(value).astimezone(UTC) if value else None
    return replace(notice, deadline=moment, deadline_source=None)


def _write_amount(holder: Holder, value: int | None) -> Holder:
    return replace(holder, amount=None if value is None else Amount(value, _said(value)))


def _write_months(holder: Holder, value: int | None) -> Holder:
    known = holder.duration or Duration()
    # The last day would contradict the new length.
    return replace(
        holder,
        duration=replace(
            known,
            months=value,
            end=None,
            provenance=Provenance.STATED,
            evidence=(_said(value),),
        ),
    )


def _write_start(holder: Holder, value: str | None) -> Holder:
    known = holder.duration or Duration()
    start = date.fromisoformat(value) if value else None
    return replace(holder, duration=replace(known, start=start, end=None, evidence=(_said(value),)))


def _read_start(holder: Holder) -> str | None:
    start = holder.duration.start if holder.duration else None
    return start.isoformat() if start else None


def _write_reserved(holder: Holder, value: str | None) -> Holder:
    reserved = Reserved(Reservation(value), (_said(value),)) if value else None
    return replace(holder, reserved=reserved)


def _write_clause(holder: Holder, value: str | None) -> Holder:
    if value is None:
        return replace(holder, social_clause=None)
    known = holder.social_clause or SocialClause(ClauseKind(value), ())
    return replace(
        holder,
        social_clause=replace(
            known,
            kind=ClauseKind(value),
            negated=value == ClauseKind.NONE,
            evidence=(_said(value),),
        ),
    )


def _write_hours(holder: Holder, value: int | None) -> Holder:
    known = holder.social_clause or SocialClause(ClauseKind.EXECUTION, ())
    return replace(holder, social_clause=replace(known, hours=value, evidence=(_said(value),)))


def _write_grouping(notice: Notice, value: str | None) -> Notice:
    terms = GroupingTerms(GroupingForm(value), (_said(value),)) if value else None
    return replace(notice, grouping=terms)


def _read_places(holder: Holder) -> list[dict[str, str | None]] | None:
    return [
        {"commune": p.commune, "department": p.department, "city": p.city} for p in holder.places
    ] or None


def _write_places(holder: Holder, value: list[dict[str, str | None]] | None) -> Holder:
    places = tuple(
        Place(
            department=place.get("department"),
            commune=place.get("commune"),
            city=place.get("city"),
            evidence=_said(place.get("city") or place.get("department")),
        )
        for place in value or ()
    )
    return replace(holder, places=places)


FACTS: Mapping[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact(
            "title",
            "Titre",
            "Que veut l’acheteur, en une ligne\u202f?",
            Shape.TEXT,
            lambda h: h.title,
            lambda h, v: replace(h, title=v),
            _plain("title"),
        ),
        Fact(
            "deadline",
            "Date limite de réponse",
            "Jusqu’à quand peut-on répondre\u202f?",
            Shape.MOMENT,
            _read_deadline,
            _write_deadline,
            _plain("deadline"),
        ),
        Fact(
            "trades",
            "Métier demandé",
            "Quel métier faut-il\u202f?",
            Shape.TRADE,
            lambda h: list(h.trades) or None,
            lambda h, v: replace(h, trades=tuple(v or ())),
            lambda h: (),
            per_lot=True,
            shapes_work=True,
        ),
        Fact(
            "places",
            "Lieux",
            "Où le travail se fait-il\u202f?",
            Shape.PLACES,
            _read_places,
            _write_places,
            lambda h: tuple(p.evidence for p in h.places if p.evidence),
            per_lot=True,
            shapes_work=True,
        ),
        Fact(
            "amount",
            "Montant estimé hors taxes",
            "Quel montant l’acheteur estime-t-il\u202f?",
            Shape.EUROS,
            lambda h: h.amount.cents if h.amount else None,
            _write_amount,
            lambda h: (h.amount.evidence,) if h.amount else (),
            per_lot=True,
            shapes_work=True,
        ),
        Fact(
            "months",
            "Durée",
            "Combien de mois le travail dure-t-il\u202f?",
            Shape.WHOLE,
            lambda h: h.duration.months if h.duration else None,
            _write_months,
            lambda h: h.duration.evidence if h.duration else (),
            per_lot=True,
            shapes_work=True,
        ),
        Fact(
            "start",
            "Premier jour",
            "Quel jour le travail commence-t-il\u202f?",
            Shape.DAY,
            _read_start,
            _write_start,
            lambda h: h.duration.evidence if h.duration and h.duration.start else (),
            per_lot=True,
            shapes_work=True,
        ),
        Fact(
            "need",
            "Équipe",
            "Combien de personnes à plein temps faut-il\u202f?",
            Shape.FTE,
            lambda h: h.need_cfte,
            lambda h, v: replace(h, need_cfte=v),
            lambda h: (),
            per_lot=True,
            shapes_work=True,
        ),
        Fact(
            "reserved",
            "Réservation",
            "Le marché est-il réservé\u202f?",
            Shape.RESERVATION,
            lambda h: h.reserved.reservation.value if h.reserved else None,
            _write_reserved,
            lambda h: h.reserved.evidence if h.reserved else (),
            per_lot=True,
            shapes_work=True,
        ),
        Fact(
            "social_clause",
            "Insertion",
            "Que demande l’acheteur pour l’insertion\u202f?",
            Shape.CLAUSE,
            lambda h: h.social_clause.kind.value if h.social_clause else None,
            _write_clause,
            lambda h: h.social_clause.evidence if h.social_clause else (),
        ),
        Fact(
            "clause_hours",
            "Heures d’insertion",
            "Combien d’heures d’insertion en tout\u202f?",
            Shape.WHOLE,
            lambda h: h.social_clause.hours if h.social_clause else None,
            _write_hours,
            lambda h: h.social_clause.evidence if h.social_clause and h.social_clause.hours else (),
        ),
        Fact(
            "grouping",
            "Groupement",
            "Sous quelle forme peut-on répondre à plusieurs\u202f?",
            Shape.GROUPING,
            lambda h: h.grouping.form.value if h.grouping else None,
            _write_grouping,
            lambda h: h.grouping.evidence if h.grouping else (),
        ),
    )
}


def holder_of(notice: Notice, lot_id: str) -> Holder | None:
    """The notice, or one of its lots; None where there is no such lot."""
    if not lot_id:
        return notice
    return next((lot for lot in notice.lots if lot.id == lot_id), None)


def with_holder(notice: Notice, lot_id: str, holder: Holder) -> Notice:
    """The notice with this lot (or itself) in place of what was there."""
    if isinstance(holder, Notice):
        return holder
    return replace(notice, lots=tuple(holder if lot.id == lot_id else lot for lot in notice.lots))

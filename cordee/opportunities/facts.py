"""The facts of a notice that a person may correct: one table, each read and written the same way.

Values are JSON, as corrections store them: a text, a whole number (cents, months, hours,
hundredths of FTE or of a per cent), a yes or no, an ISO day or moment (UTC), a list. None is
"nobody knows".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import partial
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


class FactInput(StrEnum):
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
    TRADES = "trades"
    FIT = "fit"
    PERCENT = "percent"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """One line of "Ce que nous avons compris".

    `per_lot`: can also be said of one lot. `shapes_work`: a correction makes a new breakdown.
    `write` returns the same kind of holder with the value in place.
    """

    name: str
    label: str
    question: str
    shape: FactInput
    read: Callable[[Any], Any]
    write: Callable[[Any, Any], Any]
    evidence: Callable[[Any], tuple[Evidence, ...]]
    per_lot: bool = False
    shapes_work: bool = False


def _plain(field: str) -> Callable[[Holder], tuple[Evidence, ...]]:
    def evidence(holder: Holder) -> tuple[Evidence, ...]:
        found = holder.evidence_for(field) if isinstance(holder, Notice) else None
        return (found,) if found else ()

    return evidence


# Said of a lot too, and what a breakdown is cut by.
_of_work = partial(FactDefinition, per_lot=True, shapes_work=True)

FACTS: Mapping[str, FactDefinition] = {
    fact.name: fact
    for fact in (
        FactDefinition(
            "title",
            "Titre",
            "Que veut l’acheteur, en une ligne\u202f?",
            FactInput.TEXT,
            lambda h: h.title,
            lambda h, v: replace(h, title=v),
            _plain("title"),
        ),
        FactDefinition(
            "deadline",
            "Date limite de réponse",
            "Jusqu’à quand peut-on répondre\u202f?",
            FactInput.MOMENT,
            read_deadline,
            write_deadline,
            _plain("deadline"),
        ),
        _of_work(
            "trades",
            "Métiers demandés",
            "Quels métiers faut-il\u202f?",
            FactInput.TRADES,
            lambda h: list(h.trades) or None,
            write_trades,
            lambda h: (),
        ),
        FactDefinition(
            "fit",
            "Accessible à l’insertion",
            "Des structures d’insertion peuvent-elles porter ce marché\u202f?",
            FactInput.FIT,
            lambda h: None,
            lambda h, v: h,
            lambda h: (),
        ),
        _of_work(
            "places",
            "Lieux",
            "Où le travail se fait-il\u202f?",
            FactInput.PLACES,
            read_places,
            write_places,
            lambda h: tuple(p.evidence for p in h.places if p.evidence),
        ),
        _of_work(
            "amount",
            "Montant estimé hors taxes",
            "Quel montant l’acheteur estime-t-il\u202f?",
            FactInput.EUROS,
            lambda h: h.amount.cents if h.amount else None,
            write_amount,
            lambda h: (h.amount.evidence,) if h.amount else (),
        ),
        _of_work(
            "months",
            "Durée",
            "Combien de mois le travail dure-t-il\u202f?",
            FactInput.WHOLE,
            lambda h: h.duration.months if h.duration else None,
            write_months,
            lambda h: h.duration.evidence if h.duration else (),
        ),
        _of_work(
            "start",
            "Premier jour",
            "Quel jour le travail commence-t-il\u202f?",
            FactInput.DAY,
            read_start,
            write_start,
            lambda h: h.duration.evidence if h.duration and h.duration.start else (),
        ),
        _of_work(
            "need",
            "Équipe",
            "Combien de personnes à plein temps faut-il\u202f?",
            FactInput.FTE,
            lambda h: h.need_cfte,
            lambda h, v: replace(h, need_cfte=v),
            lambda h: (),
        ),
        _of_work(
            "reserved",
            "Réservation",
            "Le marché est-il réservé\u202f?",
            FactInput.RESERVATION,
            lambda h: h.reserved.reservation.value if h.reserved else None,
            write_reserved,
            lambda h: h.reserved.evidence if h.reserved else (),
        ),
        FactDefinition(
            "social_clause",
            "Insertion",
            "Que demande l’acheteur pour l’insertion\u202f?",
            FactInput.CLAUSE,
            lambda h: h.social_clause.kind.value if h.social_clause else None,
            write_clause,
            lambda h: h.social_clause.evidence if h.social_clause else (),
            per_lot=True,
        ),
        FactDefinition(
            "clause_hours",
            "Heures d’insertion",
            "Combien d’heures d’insertion en tout\u202f?",
            FactInput.WHOLE,
            lambda h: h.social_clause.hours if h.social_clause else None,
            write_hours,
            lambda h: h.social_clause.evidence if h.social_clause and h.social_clause.hours else (),
            per_lot=True,
        ),
        FactDefinition(
            "clause_rate",
            "Part des heures pour l’insertion",
            "Quelle part des heures va à l’insertion\u202f?",
            FactInput.PERCENT,
            read_rate,
            write_rate,
            lambda h: (
                h.social_clause.evidence if h.social_clause and h.social_clause.rate_percent else ()
            ),
            per_lot=True,
        ),
        FactDefinition(
            "negated",
            "Clause écartée",
            "L’avis écrit-il qu’il n’y a pas de clause d’insertion\u202f?",
            FactInput.YES_NO,
            read_negated,
            write_negated,
            lambda h: h.social_clause.evidence if read_negated(h) else (),
        ),
        FactDefinition(
            "grouping",
            "Groupement",
            "Sous quelle forme peut-on répondre à plusieurs\u202f?",
            FactInput.GROUPING,
            lambda h: h.grouping.form.value if h.grouping else None,
            write_grouping,
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


def is_same(fact: FactDefinition, one: Any, other: Any) -> bool:
    """Whether two values of a fact say the same; of places, the code counts and not the name."""
    if fact.shape is FactInput.PLACES and one and other:
        return {_code(place) for place in one} == {_code(place) for place in other}
    if fact.shape is FactInput.TRADES and one and other:
        # Where no craft is named, the whole trade is asked: as where somebody says so.
        one, other = ([each.removesuffix(":") for each in named] for named in (one, other))
    if fact.shape is FactInput.MOMENT and one and other:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    return bool(one == other)


def _code(place: Mapping[str, str | None]) -> str:
    return place.get("commune") or place.get("department") or place.get("city") or ""

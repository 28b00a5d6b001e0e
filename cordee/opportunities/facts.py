"""The facts of a notice that a person may correct: one table, read and written the same way.

Values are JSON, as corrections store them: a text, a whole number (cents, months, hours,
hundredths of FTE or of a per cent), a yes or no, an ISO day or moment (UTC), a list. None is
"nobody knows".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from cordee.notices.notice import Evidence, Notice
from cordee.opportunities import fact_values as values
from cordee.opportunities.fact_values import Holder


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
            values.read_deadline,
            values.write_deadline,
            _plain("deadline"),
        ),
        FactDefinition(
            "trades",
            "Métiers demandés",
            "Quels métiers faut-il\u202f?",
            FactInput.TRADES,
            lambda h: list(h.trades) or None,
            values.write_trades,
            lambda h: (),
            per_lot=True,
            shapes_work=True,
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
        FactDefinition(
            "places",
            "Lieux",
            "Où le travail se fait-il\u202f?",
            FactInput.PLACES,
            values.read_places,
            values.write_places,
            lambda h: tuple(p.evidence for p in h.places if p.evidence),
            per_lot=True,
            shapes_work=True,
        ),
        FactDefinition(
            "amount",
            "Montant estimé hors taxes",
            "Quel montant l’acheteur estime-t-il\u202f?",
            FactInput.EUROS,
            lambda h: h.amount.cents if h.amount else None,
            values.write_amount,
            lambda h: (h.amount.evidence,) if h.amount else (),
            per_lot=True,
            shapes_work=True,
        ),
        FactDefinition(
            "months",
            "Durée",
            "Combien de mois le travail dure-t-il\u202f?",
            FactInput.WHOLE,
            lambda h: h.duration.months if h.duration else None,
            values.write_months,
            lambda h: h.duration.evidence if h.duration else (),
            per_lot=True,
            shapes_work=True,
        ),
        FactDefinition(
            "start",
            "Premier jour",
            "Quel jour le travail commence-t-il\u202f?",
            FactInput.DAY,
            values.read_start,
            values.write_start,
            lambda h: h.duration.evidence if h.duration and h.duration.start else (),
            per_lot=True,
            shapes_work=True,
        ),
        FactDefinition(
            "need",
            "Équipe",
            "Combien de personnes à plein temps faut-il\u202f?",
            FactInput.FTE,
            lambda h: h.need_cfte,
            lambda h, v: replace(h, need_cfte=v),
            lambda h: (),
            per_lot=True,
            shapes_work=True,
        ),
        FactDefinition(
            "reserved",
            "Réservation",
            "Le marché est-il réservé\u202f?",
            FactInput.RESERVATION,
            lambda h: h.reserved.reservation.value if h.reserved else None,
            values.write_reserved,
            lambda h: h.reserved.evidence if h.reserved else (),
            per_lot=True,
            shapes_work=True,
        ),
        FactDefinition(
            "social_clause",
            "Insertion",
            "Que demande l’acheteur pour l’insertion\u202f?",
            FactInput.CLAUSE,
            lambda h: h.social_clause.kind.value if h.social_clause else None,
            values.write_clause,
            lambda h: h.social_clause.evidence if h.social_clause else (),
            per_lot=True,
        ),
        FactDefinition(
            "clause_hours",
            "Heures d’insertion",
            "Combien d’heures d’insertion en tout\u202f?",
            FactInput.WHOLE,
            lambda h: h.social_clause.hours if h.social_clause else None,
            values.write_hours,
            lambda h: h.social_clause.evidence if h.social_clause and h.social_clause.hours else (),
            per_lot=True,
        ),
        FactDefinition(
            "clause_rate",
            "Part des heures pour l’insertion",
            "Quelle part des heures va à l’insertion\u202f?",
            FactInput.PERCENT,
            values.read_rate,
            values.write_rate,
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
            values.read_negated,
            values.write_negated,
            lambda h: h.social_clause.evidence if values.read_negated(h) else (),
        ),
        FactDefinition(
            "grouping",
            "Groupement",
            "Sous quelle forme peut-on répondre à plusieurs\u202f?",
            FactInput.GROUPING,
            lambda h: h.grouping.form.value if h.grouping else None,
            values.write_grouping,
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
    if fact.shape is FactInput.MOMENT and one and other:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    return bool(one == other)


def _code(place: Mapping[str, str | None]) -> str:
    return place.get("commune") or place.get("department") or place.get("city") or ""

"""Why an opportunity stands in a digest, in plain words. Pure: values in, French out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from cordee.base.ui import french
from cordee.mobilisation.digests.selection import Item
from cordee.opportunities.models import Opportunity
from cordee.rules.reservation import Reservation
from cordee.rules.trades import TRADES


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One opportunity as a mail and a page show it."""

    opportunity: Opportunity
    lot: str
    why: str
    is_pressing: bool


PRESSING_DAYS = 7


def lines_of(items: Iterable[Item], *, on: date) -> list[DigestLine]:
    return [line_of(item.opportunity, item.facts, on=on) for item in items]


def line_of(opportunity: Opportunity, facts: Mapping[str, Any], *, on: date) -> DigestLine:
    day = _day(opportunity)
    return DigestLine(
        opportunity,
        _lot(opportunity, facts),
        why(facts, day, on=on),
        day is not None and 0 <= (day - on).days <= PRESSING_DAYS,
    )


def why(facts: Mapping[str, Any], day: date | None, *, on: date) -> str:
    """ "À 12 km, votre métier espaces verts, réservé aux structures d’insertion, réponse…", after
    what its own pages answer of it, where that is computed: "Oui, en équipe de trois."
    """
    verdict = facts.get("verdict", "")
    parts = [
        _distance(facts),
        _trade(facts),
        _reserved(facts["reserved"]),
        "" if verdict else _free(facts),
        "date limite inconnue" if day is None else f"réponse avant le {french.day(day, on)}",
    ]
    words = ", ".join(part for part in parts if part)
    return f"{verdict}. " * bool(verdict) + words[:1].upper() + words[1:] + "."


def subject_of(name: str, lines: list[DigestLine], *, on: date) -> str:
    """The answer first: how many, for whom, and how long there is for the first."""
    count = french.count(len(lines), "opportunité")
    day = _day(lines[0].opportunity)
    if day is None:
        return f"{count} pour {name}"
    which = "à rendre" if len(lines) == 1 else "la première à rendre"
    return f"{count} pour {name}, {which} {french.days_left(day, on)}"


def _day(opportunity: Opportunity) -> date | None:
    return None if opportunity.deadline is None else timezone.localdate(opportunity.deadline)


def _distance(facts: Mapping[str, Any]) -> str:
    distance_km = facts["distance_hm"] / 10
    words = french.ON_SPOT if french.is_on_spot(distance_km) else f"à {french.km(distance_km)}"
    if where := facts.get("only_department"):
        # The middle of a department is no place: no distance is told of it.
        words = f"lieu exact inconnu, {where}"
    return words


def _trade(facts: Mapping[str, Any]) -> str:
    label = TRADES[facts["trade"]].in_sentence
    if facts.get("is_possible"):
        return f"peut-être votre métier\u00a0: {label}"
    if facts["is_trade_guessed"]:
        return f"métier supposé, à confirmer : {label}"
    return f"votre métier {label}"


def _reserved(reserved: str) -> str:
    if reserved in ("", Reservation.NONE.value):
        return ""
    label = Reservation(reserved).label
    return label[:1].lower() + label[1:]


def _free(facts: Mapping[str, Any]) -> str:
    """What the user's own crews allow; nothing where nobody told."""
    free, months = facts["free_months"], facts["months"]
    if free is None:
        return ""
    if free == months:
        return "une équipe libre tout du long"
    if free == 0:
        return "vos équipes sont prises : il faut être plusieurs"
    return f"une équipe libre {free} mois sur {months}"


def _lot(opportunity: Opportunity, facts: Mapping[str, Any]) -> str:
    """The lot it stands there for, where the contract has several."""
    if opportunity.lots_count < 2:
        return ""
    more = facts.get("other_lots", 0)
    lot: str = facts["lot"]
    return lot + (f", et {french.count(more, 'autre lot', 'autres lots')}" if more else "")

"""Facts of a notice in plain French words, with the names of places and codes."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.ui import french
from cordee.base.ui import months as months_in_french
from cordee.members import referentials
from cordee.members.models import Commune
from cordee.notices.notice import ClauseKind, GroupingForm
from cordee.opportunities.models import Opportunity
from cordee.rules import crafts
from cordee.rules.reservation import Reservation

HEAD_LETTERS, TAIL_LETTERS = 70, 50
SHOWN_PLACES = 2
NOBODY_KNOWS = "Personne ne le sait encore"
# Tags do not wrap: each fits a phone.
GROUPING_SHORT: Mapping[str, str] = {
    GroupingForm.FREE.value: "Groupement accepté",
    GroupingForm.CONJOINT.value: "Groupement conjoint",
    GroupingForm.SOLIDAIRE.value: "Groupement solidaire",
    GroupingForm.CONJOINT_MANDATAIRE_SOLIDAIRE.value: "Mandataire solidaire",
    GroupingForm.FORBIDDEN.value: "Groupement écarté",
}
RESERVATION_SHORT: Mapping[str, str] = {
    Reservation.NONE.value: "Non réservé",
    Reservation.HANDICAP.value: "Réservé\u00a0: handicap",
    Reservation.INSERTION.value: "Réservé\u00a0: insertion",
    Reservation.PENITENTIAIRE.value: "Réservé\u00a0: détention",
    Reservation.MIXTE.value: "Réservé\u00a0: handicap ou insertion",
    Reservation.ESS.value: "Réservé\u00a0: ESS",
}
FIT_LABELS: Mapping[int, str] = {2: "Oui, en entier ou presque", 1: "Oui, une partie", 0: "Non"}
_FIT_SENTENCES: Mapping[int, str] = {
    2: "Des structures d’insertion peuvent tout porter, ou presque",
    1: "Des structures d’insertion peuvent en porter une partie",
    0: "Aucune structure d’insertion ne peut porter ce marché",
}
YES_NO_LABELS: Mapping[str, str] = {"oui": "Oui", "non": "Non"}


def fact_in_words(
    fact: str, value: Any, on: date, communes: Mapping[str, str] | None = None
) -> str:
    """A fact as a short sentence. `communes`: names by INSEE code, where already at hand."""
    if value is None:
        return NOBODY_KNOWS
    match fact:
        case "deadline":
            local = timezone.localtime(datetime.fromisoformat(value))
            return f"Réponse avant le {french.moment(local, on)}"
        case "trades":
            return _list([*map(crafts.label_of, value)]) or "Aucun de nos métiers"
        case "places":
            return place_names(value, communes)
        case "amount":
            return f"{french.euros(value, rounded=value % 100 == 0)} estimés, hors taxes"
        case "months":
            return f"{french.number(value)}{french.THIN}mois"
        case "need":
            return f"{french.fte(value)} par mois"
        case "start":
            return f"Début le {french.day(date.fromisoformat(value), on)}"
        case "reserved":
            return Reservation(value).label
        case "social_clause":
            return ClauseKind(value).label
        case "clause_hours":
            return f"{french.count(value, 'heure')} d’insertion en tout"
        case "clause_rate":
            rate = french.with_unit(french.number(Decimal(value) / 100), "%")
            return f"{rate} des heures pour l’insertion"
        case "negated":
            return "L’avis écrit qu’il n’y a pas de clause" if value else "L’avis n’en refuse pas"
        case "fit":
            return _FIT_SENTENCES[value]
        case "grouping":
            return GroupingForm(value).label
        case _:
            return str(value)


def shown_name(person: User | None) -> str:
    """The name a person chose to show; never the address, which is nobody else's business."""
    return (person.display_name if person else "") or "une personne inscrite"


def commune_names(places: Iterable[Mapping[str, str | None]]) -> Mapping[str, str]:
    """Names of the communes of these places, by INSEE code: one query."""
    codes = {place["commune"] for place in places if place.get("commune")}
    return dict(Commune.objects.filter(pk__in=codes).values_list("pk", "name"))


def place_names(
    places: Sequence[Mapping[str, str | None]], communes: Mapping[str, str] | None = None
) -> str:
    """Communes and departments by name; a code that we do not know stays a code."""
    communes = commune_names(places) if communes is None else communes
    departments = department_names()
    names = [
        communes.get(place.get("commune") or "")
        or place.get("city")
        or departments.get(place.get("department") or "")
        or place.get("department")
        for place in places
    ]
    return _list([name for name in names if name]) or "Zone plus large qu’un département"


def place_line(place: Mapping[str, Any]) -> str:
    """ "Aubenas (07)", or the department alone: a place as one types it."""
    city, department = place.get("city"), place.get("department") or ""
    return f"{city} ({department})" if city and department else city or department


def where_words(opportunity: Opportunity) -> str:
    """ "Les Granges-Verdoire", "Isère, commune inconnue", "lieu inconnu": one query."""
    places = list(opportunity.places.all())
    if not places:
        return "lieu inconnu"
    names = ", ".join(place.label for place in places[:SHOWN_PLACES])
    if len(places) > SHOWN_PLACES:
        more = len(places) - SHOWN_PLACES
        names += f" et {french.count(more, 'autre lieu', 'autres lieux')}"
    return f"{names}, commune inconnue" if all(place.is_supposed for place in places) else names


def without_middle(words: str) -> str:
    """Both ends of a long title: those of the lots of one notice differ by their last words."""
    if len(words) <= HEAD_LETTERS + TAIL_LETTERS:
        return words
    head, tail = words[:HEAD_LETTERS], words[-TAIL_LETTERS:]
    return f"{head.rpartition(' ')[0] or head} […] {tail.partition(' ')[2] or tail}"


def period(first_month: int | None, months: int | None) -> str:
    """ "mars à novembre 2027", "24 mois à partir de mars 2027"."""
    if first_month is None:
        return f"{months}{french.THIN}mois" if months else french.UNKNOWN
    if months is None:
        return f"à partir de {months_in_french.month(first_month)}"
    last = first_month + months - 1
    if months == 1:
        return months_in_french.month(first_month)
    if first_month // 12 == last // 12:
        return f"{french.MONTHS[first_month % 12]} à {months_in_french.month(last)}"
    return f"{months}{french.THIN}mois à partir de {months_in_french.month(first_month)}"


def _list(names: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(names))
    if len(distinct) > 8:
        return ", ".join(distinct[:7]) + f" et {len(distinct) - 7} autres"
    return ", ".join(distinct)


CPV_LABELS = Path(__file__).parent / "referentials" / "cpv_labels.csv"
# Two to eight digits, with or without the check digit.
CPV_CODE = re.compile(r"(\d{2,8})(?:-\d)?")


def cpv_label(code: str) -> str | None:
    """The label of a CPV code, or else of the nearest code above it that we hold, or None.

    `code` has 2 to 8 digits, with or without its check digit: "77310000-6", "77310000", "7731".
    """
    match = CPV_CODE.fullmatch(code.strip())
    if match is None:
        return None
    digits = match[1].ljust(8, "0")
    labels = _cpv_labels()
    for length in range(8, 1, -1):
        if found := labels.get(digits[:length].ljust(8, "0")):
            return found
    return None


@cache
def _cpv_labels() -> dict[str, str]:
    with CPV_LABELS.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["label"] for row in csv.DictReader(file)}


@cache
def department_names() -> Mapping[str, str]:
    """Code → "Ardèche (07)", in the order of codes."""
    return {row.code: f"{row.name} ({row.code})" for row in referentials.read_departments()}


@cache
def department_choices() -> list[tuple[str, str]]:
    """(code, "07 Ardèche") for a list where one looks for a number."""
    return [(row.code, f"{row.code} {row.name}") for row in referentials.read_departments()]


def mail_facts(
    opportunity: Opportunity, on: date, *, part: str = "", price_cents: int = 0
) -> list[tuple[str, str]]:
    """What, where, when, how much: (name, words), the unknown said too.

    `part` and `price_cents` (hors taxes) are the reader's; a part that is the whole is not said.
    """
    own = "" if part in ("", opportunity.title) else f" Votre part\u00a0: {part}."
    where = where_words(opportunity)
    when = "Date limite non dite"
    if opportunity.deadline is not None:
        local = timezone.localtime(opportunity.deadline)
        when = f"Offre avant le {french.moment(local, on)}"
    if opportunity.months:
        when += f", pour {opportunity.months}\u202fmois"
    amount = opportunity.amount_cents
    price = f"{french.euros(price_cents, rounded=True)} HT pour vous" if price_cents else ""
    whole = f"{french.euros(amount, rounded=True)} HT" if amount else "Montant non dit"
    if price:
        price += f", sur {whole} en tout" if amount else ""
    return [
        ("Quoi", f"{french.ended(french.cut(opportunity.title, 90))}{own}"),
        ("Où", f"{where[:1].upper()}{where[1:]}"),
        ("Quand", when),
        ("Combien", price or whole),
    ]

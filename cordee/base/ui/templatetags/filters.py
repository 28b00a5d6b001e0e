"""Figures, dates and words as a French page writes them; builtin, so no template loads them."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cordee.base.ui import french, months
from cordee.rules.clock import day_of
from cordee.rules.grammar import agreed

register = template.Library()
# As `french` writes them: `La part {{ name|de_nom }}` is « La part des Jardins ».
for name, written in {
    "nombre": french.number,
    "taille": french.size,
    "de_nom": french.of,
    "a_nom": french.to,
    "jour_court": french.short_day,
    "prix": french.price,
}.items():
    register.filter(name, written)


def _with_unit(text: str, unit: str) -> SafeString:
    if text == french.UNKNOWN:
        return format_html('<span class="unite">{}</span>', text)
    return format_html('{}{}<span class="unite">{}</span>', text, french.THIN, unit)


@register.filter
def euros(amount_cents: int | None) -> SafeString:
    """Integer cents: "1 234,56 €". For plain text (an attribute), add `|striptags`."""
    return _with_unit(french.euros_number(amount_cents), "€")


@register.filter
def euros_rond(amount_cents: int | None) -> SafeString:
    """Integer cents, to the euro: "1 235 €"."""
    return _with_unit(french.euros_number(amount_cents, rounded=True), "€")


@register.filter
def heures(minutes: int | None) -> SafeString:
    """Minutes: "1 500 h", "12,5 h"; to the hundredth of an hour."""
    return _with_unit(french.hours_number(minutes), "h")


@register.filter
def mois(number: int) -> str:
    """An absolute month: "juin 2027"."""
    return months.month(number)


@register.filter
def etp(cfte: int | None) -> SafeString:
    """Hundredths of a full-time equivalent: "12,5 ETP"."""
    return _with_unit(french.fte_number(cfte), "ETP")


@register.filter
def km(distance_km: float | None, decimals: int | None = None) -> SafeString:
    """ "7,7 km", "12 km"; `|km:1` keeps one decimal always."""
    return _with_unit(french.km_number(distance_km, decimals), "km")


@register.filter
def trajet(distance_km: float | None) -> SafeString:
    """A way to work: "7,7 km", and "sur place" under half a kilometre."""
    if french.is_on_spot(distance_km):
        return format_html("{}", french.ON_SPOT)
    return km(distance_km)


@register.filter
def pourcent(rate: Decimal | float | None, decimals: int = 1) -> SafeString:
    """A rate between 0 and 1: "26,4 %"."""
    return _with_unit(french.percent_number(rate, decimals), "%")


@register.filter
def adresse(written: str | None) -> str:
    """An address that others wrote, where it is one of the Web; "" for "javascript:" and others."""
    written = (written or "").strip()
    if written.lower().startswith("www."):
        written = f"http://{written}"
    return written if written.lower().startswith(("http://", "https://")) else ""


@register.filter
def en_json(value: Any) -> str:
    """For an attribute that a script reads: our policy refuses scripts inside pages."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def accorde(name: str, words: str) -> str:
    """The name with its verb: "accepte,acceptent" after "Les Jardins du Val" is the second."""
    return agreed(name, *words.split(","))


@register.filter
def compte(how_many: int, words: str) -> str:
    """`{{ 25|compte:"structure" }}`; an odd plural after a comma: "réseau,réseaux"."""
    singular, _, plural = words.partition(",")
    return french.count(how_many, singular, plural or None)


@register.filter
def date_fr(when: date | datetime | None, on: date | None = None) -> str:
    """ "17 décembre", with the year when it is not this one; with the hour for a datetime."""
    on = on or timezone.localdate()
    if isinstance(when, datetime):
        return french.moment(when, on)
    return french.day(when, on)


@register.filter
def jour(when: date | datetime | None, on: date | None = None) -> str:
    """ "17 décembre": the day of a moment in Paris, without its hour."""
    day = day_of(when) if isinstance(when, datetime) else when
    return french.day(day, on or timezone.localdate())


@register.filter
def jour_proche(when: date, on: date | None = None) -> str:
    """ "d’ici demain", "d’ici mercredi"."""
    return french.near_day(when, on or timezone.localdate())


@register.filter
def lien_tel(number: str) -> str:
    """A telephone number as a link takes it: `<a href="{{ phone|lien_tel }}">`."""
    return "tel:" + "".join(sign for sign in number if sign.isdigit() or sign == "+")


@register.filter
def jours_restants(until: date | datetime | None, on: date | None = None) -> str:
    """ "dans 23 jours", "demain", "passé depuis 3 jours"."""
    if isinstance(until, datetime):
        until = day_of(until)
    return french.days_left(until, on or timezone.localdate())


@register.filter
def message_kind(level: str) -> str:
    """The banner that shows a message of Django's."""
    return {"warning": "vigilance", "error": "bloque"}.get(level, "sur")


@register.filter
def variant(of: Any, template: str) -> list[str]:
    """The templates that show a thing of several kinds, the most particular first, for `include`.

    `of.variants` names them: `{% include page.arrangement|variant:"alliances/filing/frozen" %}`
    takes `frozen_staffed.html`, or else `frozen_sole.html`.
    """
    return [f"{template}_{each}.html" for each in of.variants]

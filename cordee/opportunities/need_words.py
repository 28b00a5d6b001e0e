"""A need in words: one line a fact, for its author and for who reads it over."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from cordee.base.ui import french
from cordee.notices.notice import NeedKind, Notice
from cordee.opportunities.models import Audience, Opportunity, Stage
from cordee.opportunities.models.choices import NEED_KIND_CHOICES
from cordee.opportunities.need_forms import CONTRACTS, GIVINGS
from cordee.opportunities.wording import place_line
from cordee.rules.trades import TRADES

UNKNOWN = "inconnu"
KINDS = dict(NEED_KIND_CHOICES)
_CONTRACTS, _GIVINGS = dict(CONTRACTS), dict(GIVINGS)

type Line = tuple[str, str]


def lines_of(content: Mapping[str, Any]) -> list[Line]:
    """(question, answer) of a private-need file; what is left out stays "inconnu"."""
    today = timezone.localdate()
    terms = content.get("need", {})
    kind = NeedKind(terms.get("kind", NeedKind.CONTRACT.value))
    amount, fte = content.get("amount_euros"), content.get("need_fte")
    months = content.get("duration_months")
    trades = [TRADES[slug].label for slug in content.get("trades", []) if slug in TRADES]
    found = [
        ("Sorte de besoin", KINDS[kind.value]),
        ("En une ligne", content["title"]),
        *_lines_with(terms.get),
        ("En plus", content.get("text", "")),
        ("Pour", content.get("buyer", {}).get("name", "")),
        ("Métier", ", ".join(trades) or UNKNOWN),
        ("Lieu", ", ".join(map(place_line, content.get("places", []))) or UNKNOWN),
        ("Répondre jusqu’au", _day(content.get("deadline", "")[:10], today)),
    ]
    if kind not in (NeedKind.SPONSORSHIP, NeedKind.PROJECT):
        found.append(("Premier jour", _day(content.get("start", ""), today)))
    if kind not in (NeedKind.SPONSORSHIP, NeedKind.PROJECT, NeedKind.QUOTE):
        found.append(("Durée", f"{months}\u202fmois" if months else UNKNOWN))
    if kind.is_work and kind is not NeedKind.QUOTE:
        found.append(("Équipe", french.fte(int(fte * 100)) if fte else UNKNOWN))
    if kind not in (NeedKind.QUOTE, NeedKind.LABOUR):
        cents = int(Decimal(str(amount)) * 100) if amount else None
        found.append(("Montant", french.euros(cents) if cents else UNKNOWN))
    return [(question, answer) for question, answer in found if answer]


def terms_lines(notice: Notice) -> list[Line]:
    """What the page of an opportunity tells of a need besides what every notice has."""
    terms = notice.need
    if terms is None:
        return []
    return [
        ("Sorte de besoin", KINDS[terms.kind.value]),
        *_lines_with(lambda name: getattr(terms, name)),
    ]


def _lines_with(value_of: Any) -> list[Line]:
    people = value_of("people")
    return [
        line
        for line in (
            ("Quantité", value_of("quantity") or ""),
            ("Marché principal", value_of("main_contract") or ""),
            ("Personnes", french.number(people) if people else ""),
            ("Contrat", _CONTRACTS.get(value_of("contract") or "", "")),
            ("Code ROME", value_of("rome") or ""),
            ("Don", _GIVINGS.get(value_of("giving") or "", "")),
            ("Pour qui", value_of("for_whom") or ""),
        )
        if line[1]
    ]


def _day(written: str, today: date) -> str:
    return french.day(date.fromisoformat(written), today) if written else UNKNOWN


type Shown = tuple[str, str]

# What counts first where several networks decided differently.
_BY_PRIORITY = (
    (Audience.State.ASKED, ("vigilance", "Question à répondre")),
    (Audience.State.PUBLISHED, ("sur", "Publié")),
    (Audience.State.PENDING, ("inconnu", "En relecture")),
    (Audience.State.REFUSED, ("bloque", "Non relayé")),
)
STATES: dict[str, Shown] = {
    Audience.State.PENDING: ("inconnu", "À relire"),
    Audience.State.ASKED: ("vigilance", "Question posée"),
    Audience.State.PUBLISHED: ("sur", "Publié"),
    Audience.State.REFUSED: ("bloque", "Refusé"),
}


def state_of(need: Opportunity, now: datetime) -> Shown:
    """(kind of state, words); reads the audiences that are at hand."""
    if need.stage == Stage.CANCELLED:
        return "inconnu", "Retiré"
    if need.stage == Stage.AWARDED:
        return "sur", "Pourvu"
    if need.deadline is not None and need.deadline <= now:
        return "inconnu", "Délai passé"
    states = {audience.state for audience in need.audiences.all()}
    for state, shown in _BY_PRIORITY:
        if state in states:
            return shown
    return "inconnu", "Sans réseau"

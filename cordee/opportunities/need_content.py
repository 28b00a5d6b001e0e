"""From what was typed of a need to its file, and back."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from cordee.accounts.access import Person
from cordee.base.ui import french
from cordee.members.models import Network, RoleSeat
from cordee.notices.notice import NeedKind, Notice
from cordee.opportunities.access import networks_to_address
from cordee.opportunities.models import Audience, NeedDraft, Opportunity, Stage
from cordee.opportunities.need_forms import (
    CONTRACTS,
    GIVINGS,
    UNKNOWN,
    WHAT_IS_ASKED,
    WHERE_IS_ASKED,
    AudienceForm,
    WhatForm,
    WhereForm,
)
from cordee.opportunities.wording import place_line
from cordee.rules.trades import TRADES

WHAT, WHERE, WHO, CHECK = "quoi", "ou", "qui", "verifier"
STEPS = (WHAT, WHERE, WHO, CHECK)
TITLES = {
    WHAT: "De quoi avez-vous besoin\u202f?",
    WHERE: "Où et quand\u202f?",
    WHO: "À quels réseaux l’adresser\u202f?",
    CHECK: "Est-ce bien cela\u202f?",
}


def step_form(
    draft: NeedDraft, step: str, data: Mapping[str, Any] | None, person: Person
) -> forms.Form:
    """The form of a step: bound to `data`, else filled with what was typed before."""
    typed = draft.typed.get(step) or {}
    if step == WHAT:
        typed = typed or {"buyer": _usual_buyer(person)}
        return WhatForm(draft.terms, data, initial=typed)
    if step == WHERE:
        return WhereForm(draft.terms, data, initial=typed)
    networks = networks_to_address(person)
    if draft.revises is not None:
        networks = networks.exclude(audiences__opportunity=draft.revises)
    # What is corrected has its networks, unless nobody reads it yet.
    has_none = draft.revises is None or not draft.revises.audiences.exists()
    return AudienceForm(networks, data, initial=typed, is_required=has_none)


def complete(draft: NeedDraft, person: Person) -> tuple[dict[str, Any], list[Network]] | str:
    """(content, networks) of the whole need, or the first step that lacks an answer."""
    found: dict[str, Mapping[str, Any]] = {}
    for step in (WHAT, WHERE, WHO):
        if step not in draft.typed:
            return step
        form = step_form(draft, step, draft.typed[step], person)
        if not form.is_valid():
            return step
        found[step] = form.cleaned_data
    content = _content(draft.terms, found[WHAT], found[WHERE])
    return content, list(found[WHO]["networks"])


def _content(kind: NeedKind, what: Mapping[str, Any], where: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a private-need file; what is unknown is left out."""
    amount_cents, fte = what.get("amount"), where.get("need_fte")
    terms = {
        name: what[name]
        for name in ("quantity", "main_contract", "people", "rome", "contract", "giving")
        if what.get(name) and what[name] != UNKNOWN
    }
    if what.get("for_whom"):
        terms["for_whom"] = what["for_whom"]
    found = {
        "title": what["title"],
        "text": what.get("text"),
        "buyer": {"name": what["buyer"]},
        "trades": [] if where["trade"] == UNKNOWN else [where["trade"]],
        "places": [
            {key: value for key, value in place.items() if value}
            for place in where.get("place") or []
        ],
        "start": where["start"].isoformat() if where.get("start") else None,
        "duration_months": where.get("months"),
        "need_fte": float(fte) if fte else None,
        "amount_euros": amount_cents / 100 if amount_cents else None,
        "deadline": where["deadline"].isoformat(),
        "need": {"kind": kind.value, **terms},
    }
    return {key: value for key, value in found.items() if value}


def typed_of(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What one would have typed to write this file."""
    terms = content.get("need", {})
    amount = content.get("amount_euros")
    what = {
        **{name: str(value) for name, value in terms.items() if name != "kind"},
        "title": content["title"],
        "text": content.get("text", ""),
        "buyer": content.get("buyer", {}).get("name", ""),
        "amount": f"{amount:.2f}".replace(".", ",") if amount else "",
    }
    if terms.get("kind") == NeedKind.LABOUR.value:
        what.setdefault("contract", UNKNOWN)
    fte = content.get("need_fte")
    where = {
        "trade": next(iter(content.get("trades", [])), UNKNOWN),
        "place": "\n".join(map(place_line, content.get("places", []))),
        "start": content.get("start", ""),
        "months": str(content.get("duration_months", "")),
        "need_fte": str(fte).replace(".", ",") if fte else "",
        "deadline": content.get("deadline", "")[:10],
    }
    return {WHAT: what, WHERE: where}


def _usual_buyer(person: Person) -> str:
    seats = RoleSeat.objects.filter(person=person.pk, structure__isnull=False)
    seat = seats.select_related("structure").order_by("pk").first()
    return str(seat.structure.shown_name) if seat and seat.structure else ""


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
        ("Sorte de besoin", kind.label),
        ("En une ligne", content["title"]),
        *_lines_with(terms.get),
        ("En plus", content.get("text", "")),
        ("Pour", content.get("buyer", {}).get("name", "")),
        ("Métier", ", ".join(trades) or UNKNOWN),
        ("Lieu", ", ".join(map(place_line, content.get("places", []))) or UNKNOWN),
        ("Répondre jusqu’au", _day(content.get("deadline", "")[:10], today)),
    ]
    asked = {*WHAT_IS_ASKED[kind], *WHERE_IS_ASKED[kind]}
    if "start" in asked:
        found.append(("Premier jour", _day(content.get("start", ""), today)))
    if "months" in asked:
        found.append(("Durée", f"{months}\u202fmois" if months else UNKNOWN))
    if "need_fte" in asked:
        found.append(("Équipe", french.fte(int(fte * 100)) if fte else UNKNOWN))
    if "amount" in asked:
        cents = int(Decimal(str(amount)) * 100) if amount else None
        found.append(("Montant", french.euros(cents) if cents else UNKNOWN))
    return [(question, answer) for question, answer in found if answer]


def terms_lines(notice: Notice) -> list[Line]:
    """What the page of an opportunity tells of a need besides what every notice has."""
    terms = notice.need
    if terms is None:
        return []
    return [
        ("Sorte de besoin", terms.kind.label),
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

"""From what was typed of a need to its file, and back."""

from collections.abc import Mapping
from typing import Any

from django import forms

from cordee.members.models import Network, RoleSeat
from cordee.notices.notice import NeedKind
from cordee.opportunities.access import Person, networks_to_address
from cordee.opportunities.models import NeedDraft
from cordee.opportunities.need_forms import UNKNOWN, AudienceForm, WhatForm, WhereForm
from cordee.opportunities.wording import place_line

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
    return AudienceForm(networks, data, initial=typed, is_required=draft.revises is None)


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

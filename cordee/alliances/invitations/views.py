"""The structures of an alliance: brought in, invited, answering, taken out, and what is typed."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.agreement import PartyRole
from cordee.alliances import access as alliance_access
from cordee.alliances.endorsements.pages import MOST_SHOWN, links_of
from cordee.alliances.invitations import actions
from cordee.alliances.law import role_on_return
from cordee.alliances.models import AllianceParty
from cordee.alliances.parties import invitation
from cordee.alliances.structure_search import NO_SUCH, found_structures
from cordee.base.ui import french
from cordee.base.ui.fields import LongTextField, TicksField
from cordee.base.ui.forms import (
    ChoosingForm,
    posted,
    refusals_as_messages,
    refusals_in,
    render_form,
)
from cordee.members.actions.network_mails import directors_of
from cordee.rules.kinds import Kind

ROLES = [(role.value, role.label.capitalize()) for role in PartyRole]


class PartyForm(ChoosingForm):
    """Which structure, and as what."""

    siret = forms.CharField(
        label="SIRET ou nom de la structure",
        max_length=200,
        help_text="14 chiffres, ou un morceau du nom",
    )
    role = forms.ChoiceField(label="Comme quoi", choices=ROLES, initial=PartyRole.MEMBER)
    of = forms.ChoiceField(
        label="Pour quel membre",
        required=False,
        help_text="sauf pour un membre du groupement",
    )

    def __init__(
        self,
        members: Sequence[tuple[str, str]],
        *args: Any,
        holder: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, choices={"of": [("", "à dire plus tard"), *members]}, **kwargs)
        if holder:
            # One answers alone: whoever comes works for it, or makes a group of them.
            self.initial.update(role=PartyRole.SUBCONTRACTOR.value, of=holder)
            self.fields["of"].label = "Pour qui"
            self.fields["role"].help_text = "avec un deuxième membre, ce sera un groupement"


class InvitationForm(ChoosingForm):
    """Who is asked, and a word above the invitation."""

    who = TicksField(label="Qui inviter")
    word = LongTextField(
        label="Votre mot",
        required=False,
        max_length=500,
        help_text="en tête de l’invitation\u202f; le même pour toutes",
    )


class AnswerForm(forms.Form):
    """Why a structure does not take part; nothing is due."""

    reason = forms.CharField(
        label="Si c’est non, pourquoi",
        required=False,
        max_length=500,
        help_text="lu par qui coordonne, et par personne d’autre",
    )


NOBODY_THERE = (
    "Personne ne tient encore sa fiche dans Cordée : aucun courriel n’est parti. Envoyez-lui "
    "vous-même l’adresse donnée sous la liste. Qui dirigera sa fiche lira l’invitation."
)


@require_http_methods(["GET", "POST"])
def add(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Bring a structure in, by its SIRET or its name; nobody is written to yet."""
    access = alliance_access.coordinator_for(request.user, pk)
    alliance = access.alliance
    parties = {row.key: row for row in access.rows}
    terms = alliance.terms
    members = [(party.key, parties[party.key].structure.shown_name) for party in terms.members]
    holder = terms.holder if terms.arrangement.takes_behind(terms) else None
    form = PartyForm(members, posted(request), holder="" if holder is None else holder.key)
    found = []
    if form.is_valid():
        found = found_structures(form.cleaned_data["siret"])
        if not found:
            form.add_error("siret", NO_SUCH)
        elif len(found) == 1:
            with refusals_in(form):
                actions.add_party(
                    alliance=alliance,
                    structure=found[0],
                    role=PartyRole(form.cleaned_data["role"]),
                    of=parties.get(form.cleaned_data["of"]),
                    **by_now(request),
                )
                messages.success(
                    request, f"{found[0].shown_name} est dans l’équipe. Invitez-la quand il faut."
                )
                return redirect("alliances:team", pk=pk)
    team = {row.structure_id for row in access.rows if row.is_active}
    links = [link for link in links_of(request.user).values() if link.structure.pk not in team]
    on = timezone.localdate()
    context = {
        "access": access,
        "alliance": alliance,
        "form": form,
        "found": found,
        "links": [
            (
                link,
                link.words_for(team),
                role_on_return(alliance, terms, Kind(link.structure.kind), on=on),
            )
            for link in links[:MOST_SHOWN]
        ],
    }
    return render(request, "alliances/invitations/add.html", context)


@require_http_methods(["GET", "POST"])
def invite(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Write to those who are thought of; a GET shows the invitation as it will be read."""
    alliance = alliance_access.coordinator_for(request.user, pk).alliance
    rows = alliance.parties.filter(state=AllianceParty.State.PROPOSED)
    waiting = list(rows.select_related("structure", "alliance__opportunity"))
    sent = posted(request)
    # Who was invited by a first click is no mistake of the second.
    left = {str(row.pk) for row in waiting} & set(request.POST.getlist("who"))
    if not waiting or (request.POST.getlist("who") and not left):
        messages.info(request, "Ces structures sont déjà invitées.")
        return redirect("alliances:detail", pk=pk)
    if sent is not None:
        sent = sent.copy()
        sent.setlist("who", sorted(left))
    asked = [row for row in waiting if str(row.pk) == request.GET.get("structure")] or waiting
    letters = {row: invitation(row) for row in waiting}
    form = InvitationForm(
        sent,
        choices={"who": [(str(row.pk), _offer(row, letters[row])) for row in waiting]},
        initial={"who": [str(row.pk) for row in asked]},
    )
    if form.is_valid():
        chosen = [row for row in waiting if str(row.pk) in form.cleaned_data["who"]]
        with refusals_in(form):
            actions.invite_all(parties=chosen, word=form.cleaned_data["word"], **by_now(request))
            done = french.count(len(chosen), "invitation envoyée", "invitations envoyées")
            messages.success(request, f"{done}.")
            if not all(directors_of(row.structure) for row in chosen):
                messages.warning(request, NOBODY_THERE)
            return redirect("alliances:detail", pk=pk)
    context = {
        "alliance": alliance,
        "form": form,
        "letter": letters[asked[0]],
        "unread": [row.structure for row in waiting if not directors_of(row.structure)],
    }
    return render_form(request, "alliances/invitations/invite.html", context)


def _offer(row: AllianceParty, letter: Mapping[str, Any]) -> str:
    """A structure with the part that is thought of for it."""
    if not letter["share_cents"]:
        return row.structure.shown_name
    price = french.euros(letter["share_cents"], rounded=True)
    return f"{row.structure.shown_name}\u00a0: {letter['part']}, {price} HT"


@require_http_methods(["GET", "POST"])
def remove(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Take a structure out before filing; a GET says what that changes."""
    access, party = alliance_access.led_party_for(request.user, pk, party_pk)
    if request.method == "POST":
        with refusals_as_messages(request):
            actions.remove_party(party=party, **by_now(request))
            name = party.structure.shown_name
            messages.success(request, f"{name} ne fait plus partie de l’équipe.")
        return redirect("alliances:team", pk=pk)
    terms = access.alliance.terms
    context = {
        "alliance": access.alliance,
        "party": party,
        "share_cents": terms.share_cents(party.key),
    }
    return render(request, "alliances/invitations/remove.html", context)


@require_POST
def answer(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """A structure says yes or no to exploring."""
    _, party = alliance_access.party_for(request.user, pk, party_pk)
    form = AnswerForm(request.POST)
    typed = request.POST.get("reponse", "")
    if typed not in {"oui", "non"} or not form.is_valid():
        messages.error(request, "Dites oui ou non avec l’un des deux boutons.")
        return redirect("alliances:detail", pk=pk)
    with refusals_as_messages(request):
        actions.answer_invitation(
            party=party,
            is_yes=typed == "oui",
            reason=form.cleaned_data["reason"],
            **by_now(request),
        )
        done = "Vous prenez part à l’alliance." if typed == "oui" else "Votre réponse est notée."
        messages.success(request, done)
    return redirect("alliances:detail", pk=pk)

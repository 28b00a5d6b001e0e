"""The structures of an alliance: brought in, invited, answering, taken out."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cordee.agreement import PartyRole
from cordee.alliances import access as alliance_access
from cordee.alliances.endorsements.pages import MOST_SHOWN, links_of, team_of
from cordee.alliances.invitations import actions
from cordee.alliances.invitations.forms import AnswerForm, PartyForm
from cordee.alliances.law.reserved import role_on_return
from cordee.alliances.structure_search import found_structures
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in
from cordee.members.actions.network_mails import directors_of
from cordee.rules.kinds import Kind

NOBODY_THERE = (
    "Personne ne tient encore sa fiche dans Cordée : aucun courriel n’est parti. Envoyez-lui "
    "vous-même l’adresse donnée sous la liste. Qui dirigera sa fiche lira l’invitation."
)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Bring a structure in, by its SIRET or its name; nobody is written to yet."""
    access = alliance_access.coordinator_for(request.user, pk)
    alliance = access.alliance
    parties = {row.key: row for row in alliance.parties.select_related("structure")}
    terms = alliance.terms
    members = [(party.key, parties[party.key].structure.shown_name) for party in terms.members]
    holder = terms.holder if terms.arrangement.takes_behind(terms) else None
    form = PartyForm(members, posted(request), holder="" if holder is None else holder.key)
    found = []
    if form.is_valid():
        found = found_structures(form.cleaned_data["siret"])
        if not found:
            form.add_error("siret", "Aucune structure de ce nom ou de ce SIRET dans l’annuaire.")
        elif len(found) == 1:
            with refusals_in(form):
                actions.add_party(
                    alliance=alliance,
                    structure=found[0],
                    role=PartyRole(form.cleaned_data["role"]),
                    of=parties.get(form.cleaned_data["of"]),
                    by=request.user,
                    now=timezone.now(),
                )
                messages.success(
                    request, f"{found[0].shown_name} est dans l’équipe. Invitez-la quand il faut."
                )
                return redirect("alliances:detail", pk=pk)
    team = team_of(alliance)
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


@require_POST
def invite(request: HttpRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Write to a structure that is thought of."""
    _, party = alliance_access.led_party_for(request.user, pk, party_pk)
    with refusals_as_messages(request):
        actions.invite(party=party, by=request.user, now=timezone.now())
        messages.success(request, f"{party.structure.shown_name} est invitée.")
        if not directors_of(party.structure):
            messages.warning(request, NOBODY_THERE)
    return redirect("alliances:detail", pk=pk)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Take a structure out before filing; a GET says what that changes."""
    access, party = alliance_access.led_party_for(request.user, pk, party_pk)
    if request.method == "POST":
        with refusals_as_messages(request):
            actions.remove_party(party=party, by=request.user, now=timezone.now())
            name = party.structure.shown_name
            messages.success(request, f"{name} ne fait plus partie de l’équipe.")
        return redirect("alliances:detail", pk=pk)
    terms = access.alliance.terms
    context = {
        "alliance": access.alliance,
        "party": party,
        "share_cents": terms.share_cents(party.key),
    }
    return render(request, "alliances/invitations/remove.html", context)


@require_POST
def answer(request: HttpRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
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
            by=request.user,
            now=timezone.now(),
        )
        done = "Vous prenez part à l’alliance." if typed == "oui" else "Votre réponse est notée."
        messages.success(request, done)
    return redirect("alliances:detail", pk=pk)

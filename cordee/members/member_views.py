"""The members of a network for its own people: list, proofs, requests, what each has opened."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.base.found import page_of
from cordee.base.tables import Column, csv_response
from cordee.base.ui.forms import refusals_as_messages, refusals_in
from cordee.members import network_access
from cordee.members.actions import memberships, sharing
from cordee.members.actions.network_mails import directors_of
from cordee.members.actions.structures import add_structure
from cordee.members.list_query import (
    DEPARTMENT_CHOICES,
    KIND_CHOICES,
    STRUCTURE_COLUMNS,
    TRADE_CHOICES,
    TRADE_COLUMNS,
    exported,
)
from cordee.members.member_list import CLAIMED, STATES, MemberList, MemberQuery
from cordee.members.network_access import Desk
from cordee.members.network_forms import AnswerForm, AskSharingForm, MembershipForm, ProofForm
from cordee.members.sharing_page import AgreementList

PAGE_SIZE = 20
form_view = require_http_methods(["GET", "HEAD", "POST"])

EXPORT_COLUMNS = (
    *STRUCTURE_COLUMNS,
    Column("réseaux", lambda row: row.networks),
    Column("membre depuis", lambda row: row.since),
    Column("preuve", lambda row: row.proof_words),
    Column("référence", lambda row: row.proof_reference),
    Column("date de la preuve", lambda row: row.proof_on),
    Column("rejointe", lambda row: row.is_claimed),
    *TRADE_COLUMNS,
    Column("à jour", lambda row: row.standing.is_up_to_date),
    Column("il manque", lambda row: row.standing.words),
)


@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    desk = network_access.desk_for(request.user, slug)
    found = _found(request, desk)
    page = page_of(request, found.found, PAGE_SIZE, count=found.count)
    context = {
        "network": desk.network,
        "desk": desk,
        "members": found,
        "query": found.query,
        "page": page,
        "rows": found.complete(page.object_list),
        "requests": network_access.membership_requests_for(desk),
        "kinds": KIND_CHOICES,
        "trades": TRADE_CHOICES,
        "departments": DEPARTMENT_CHOICES,
        "states": [(state, capfirst(words)) for state, words in STATES.items()],
        "claimed": [(claimed, capfirst(words)) for claimed, words in CLAIMED.items()],
        "export": request.GET.urlencode(),
    }
    return render(request, "members/members.html", context)


@require_safe
def export(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The filtered lines, as many as there are."""
    desk = network_access.desk_for(request.user, slug)
    members = _found(request, desk)
    return csv_response("adherents", EXPORT_COLUMNS, exported(members.found, members.complete))


@form_view
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """A membership that the network knows of, with its proof."""
    desk = network_access.desk_for(request.user, slug)
    on = timezone.localdate()
    form = MembershipForm(
        request.POST or None,
        network=desk.network,
        departments=desk.departments,
        on=on,
        initial={"starts_on": on},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_in(form), transaction.atomic():
            structure = form.structure or add_structure(
                siret=data["siret"],
                kind=data["kind"],
                name=data["name"],
                commune=data["commune"],
                by=desk.user,
            )
            memberships.record_membership(
                structure=structure,
                network=desk.network,
                by=desk.user,
                on=data["starts_on"],
                proof=data["proof"],
                proof_reference=data["proof_reference"],
                proof_on=data["proof_on"],
            )
            messages.success(request, f"{structure} est membre du réseau {desk.network}.")
            return redirect("networks:members", desk.network.slug)
    return render(request, "members/membership_add.html", {"form": form, "network": desk.network})


@form_view
def membership(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One membership: since when, how we know it, what came before it."""
    desk, found = network_access.membership_for(request.user, slug, pk)
    on = timezone.localdate()
    form = ProofForm(request.POST or None, initial=vars(found), on=on)
    if request.method == "POST" and form.is_valid():
        memberships.prove_membership(membership=found, **form.cleaned_data, by=desk.user)
        messages.success(request, "La preuve est gardée.")
        return redirect(request.path)
    context = {
        "form": form,
        "network": desk.network,
        "membership": found,
        "is_running": found.ends_on is None or found.ends_on > on,
        "others": desk.memberships()
        .filter(structure=found.structure)
        .exclude(pk=found.pk)
        .select_related("network")
        .order_by("-starts_on"),
    }
    return render(request, "members/membership.html", context)


@form_view
def end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The network ends a membership: what it means is said first."""
    desk, found = network_access.membership_for(request.user, slug, pk)
    if request.method == "POST":
        ended = memberships.leave_network(
            structure=found.structure,
            network=found.network,
            side=memberships.Side.NETWORK,
            by=desk.user,
            on=timezone.localdate(),
        )
        if ended:
            messages.success(
                request, f"L’adhésion de {found.structure} est finie. Elle est prévenue."
            )
        return redirect("networks:members", desk.network.slug)
    return render(
        request, "members/membership_end.html", {"network": desk.network, "membership": found}
    )


@require_POST
def answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Yes or no to a structure that asks to join."""
    desk, asked = network_access.membership_request_for(request.user, slug, pk)
    form = AnswerForm(request.POST)
    if form.is_valid():
        with refusals_as_messages(request):
            answered = memberships.answer_membership(
                request=asked,
                accepted=form.cleaned_data["answer"] == "oui",
                reason=form.cleaned_data["reason"],
                by=desk.user,
                on=timezone.localdate(),
            )
            messages.success(
                request,
                f"{answered.structure} est membre du réseau {answered.network}. Elle est prévenue."
                if answered.answer == "yes"
                else f"Vous avez décliné la demande de {answered.structure}. Elle est prévenue.",
            )
    else:
        messages.error(request, "Choisissez d’accepter ou de décliner. Rien n’est envoyé.")
    return redirect("networks:members", desk.network.slug)


@require_safe
def agreements(request: HttpRequest, slug: str) -> HttpResponse:
    """Which member has opened what. No figure stands here."""
    desk = network_access.desk_for(request.user, slug)
    found = AgreementList(desk, request.GET, timezone.localdate())
    page = page_of(request, found.rows, PAGE_SIZE)
    context = {"network": desk.network, "desk": desk, "agreements": found, "page": page}
    return render(request, "members/agreements.html", context)


@form_view
def ask_sharing(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask a member, in the network's own words, to open some figures."""
    desk, structure = network_access.member_for(request.user, slug, pk, on=timezone.localdate())
    on = timezone.localdate()
    next_on = sharing.may_next_ask_on(structure, desk.acting_for)
    form = AskSharingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            sharing.ask_sharing(
                structure=structure,
                network=desk.acting_for,
                figure_class=form.cleaned_data["figure_class"],
                words=form.cleaned_data["words"],
                by=desk.user,
                on=on,
            )
            verb = "envoyée à" if directors_of(structure) else "gardée pour"
            messages.success(request, f"Demande {verb} {structure}. Elle décide.")
            return redirect("networks:agreements", desk.network.slug)
    context = {
        "form": form,
        "network": desk.network,
        "asking": desk.acting_for,
        "structure": structure,
        "next_on": next_on if next_on is not None and next_on > on else None,
        "reads_mail": bool(directors_of(structure)),
    }
    return render(request, "members/sharing_ask.html", context)


def _found(request: HttpRequest, desk: Desk) -> MemberList:
    query = MemberQuery.read(request.GET)
    return MemberList(desk, query, timezone.now(), timezone.localdate())

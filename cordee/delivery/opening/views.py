"""« Marchés en cours »: those one follows; how to follow another; what one contract says, and the
reference that it becomes when it ends."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.alliances import access as alliance_access
from cordee.alliances.answer_files.actions import add_past_work
from cordee.alliances.models import AllianceBaseline
from cordee.base.found import first_or_404, page_of
from cordee.base.ui import french, months, panels
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in
from cordee.delivery import access as delivery_access
from cordee.delivery.access import ABSENT
from cordee.delivery.models import Delivery, Partner, Share
from cordee.delivery.opening import actions
from cordee.delivery.opening.forms import (
    HandForm,
    LotForm,
    NamedForm,
    PartnerForm,
    PromisesForm,
)
from cordee.delivery.opening.references import references_of
from cordee.delivery.standing import standings_of
from cordee.delivery.tabs import form_page, frame_of
from cordee.members.models import Structure
from cordee.rules.grammar import agreed
from cordee.rules.months import month_number

EDIT = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def contracts(request: SignedInRequest) -> HttpResponse:
    """Those that the user reads, the newest first, with where the hours of each stand but to a
    subcontractor; and what may be followed too."""
    rows = delivery_access.deliveries_for(request.user).select_related("structure")
    page = page_of(request, rows.order_by("-notified_on", "-pk"))
    total, on = page.paginator.count, timezone.localdate()
    whole = delivery_access.deliveries_for(request.user, whole=True).in_bulk([e.pk for e in page])
    told = {each.delivery.pk: each.title for each in standings_of([*whole.values()], on=on)}
    title = f"Vous suivez {french.count(total, 'marché')}" if total else "Aucun marché suivi"
    context = {
        "title": title,
        "page": page,
        "rows": [(each, told.get(each.pk)) for each in page],
        "awards": delivery_access.awards_to_follow(request.user),
        "directs": Structure.objects.directed_by(request.user).exists(),
    }
    return render(request, "delivery/opening/list.html", context)


@EDIT
def add(request: SignedInRequest) -> HttpResponse:
    """By hand, in five fields."""
    own = Structure.objects.directed_by(request.user).select_related("organisation")
    contract = Delivery(structure=first_or_404(own, ABSENT))
    form = HandForm(posted(request), instance=contract, own=own)
    if form.is_valid():
        minutes = form.cleaned_data["minutes"]
        made = actions.open_by_hand(contract=form.instance, minutes=minutes, by=request.user)
        return redirect("delivery:contract", made.pk)
    return form_page(request, form, "Suivre un marché")


@require_POST
def follow_award(request: SignedInRequest, award: int) -> HttpResponse:
    offered = {
        row.pk: (row, owner) for row, owner in delivery_access.awards_to_follow(request.user)
    }
    if award not in offered:
        known = delivery_access.deliveries_for(request.user).filter(award=award)
        return redirect("delivery:contract", first_or_404(known, ABSENT).pk)
    row, owner = offered[award]
    with refusals_as_messages(request):
        made = actions.open_from_award(award=row, structure=owner, by=request.user)
        return redirect("delivery:contract", made.pk)
    return redirect("delivery:list")


@require_POST
def follow_alliance(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """From what an alliance signed, by who files its offer."""
    alliance = alliance_access.filer_for(request.user, pk).alliance
    baseline = first_or_404(AllianceBaseline.objects.filter(alliance=alliance), ABSENT)
    with refusals_as_messages(request):
        made = actions.open_from_alliance(baseline=baseline, by=request.user)
        return redirect("delivery:contract", made.pk)
    return redirect("alliances:result", pk=pk)


@require_safe
def of_alliance(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """On the page of the result: the contract that follows it, or the way to begin."""
    access = alliance_access.taking_part_for(request.user, pk)
    known = delivery_access.deliveries_for(request.user).filter(baseline__alliance=pk).first()
    context = {
        "alliance": access.alliance,
        "known": known,
        "may_follow": known is None
        and alliance_access.may_file(access)
        and AllianceBaseline.objects.filter(alliance=pk).exists(),
    }
    template, title = "delivery/opening/of_alliance.html", "Le suivi du marché"
    return panels.shown(request, template, context, title=title)


@require_safe
def contract(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the contract says: its dates, its lots and their hours, who carries it out."""
    access = delivery_access.inside_for(request.user, pk, "facilitator")
    delivery, on = access.delivery, timezone.localdate()
    promised = Share.objects.promised_in(delivery)
    last_month = delivery.end_month - 1
    is_over = last_month < month_number(on)
    verb = "est terminé depuis" if is_over else "court jusqu’en"
    context = frame_of(access, "delivery:contract") | {
        "title": f"Ce marché {verb} {months.month(last_month)}",
        "lots": [(lot, lot.due_minutes(), lot.computed(on)) for lot in delivery.lots.all()],
        "partners": [
            (each, each in access.hours_of, promised.get(each.pk)) for each in access.named
        ],
        "references": references_of(access, on=on),
        "is_over": is_over,
        "is_group": sum(each.role == Partner.Role.MEMBER for each in access.partners) > 1,
    }
    return render(request, "delivery/opening/contract.html", context)


@EDIT
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    access = delivery_access.kept_for(request.user, pk)
    form = NamedForm(posted(request), instance=access.delivery)
    if form.is_valid():
        with refusals_in(form):
            fields = form._meta.fields
            actions.write_contract(contract=form.instance, fields=fields, by=request.user)
            return redirect("delivery:contract", pk)
    return form_page(request, form, "Corriger ce marché", access.delivery)


@EDIT
def edit_lot(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    access = delivery_access.kept_for(request.user, pk)
    lot = delivery_access.lot_of(access, key)
    form = LotForm(posted(request), instance=lot)
    if form.is_valid():
        actions.write_lot(lot=form.instance, by=request.user)
        return redirect("delivery:contract", pk)
    return form_page(request, form, f"Les heures dues\u00a0: {lot}", access.delivery)


@EDIT
def add_partner(request: SignedInRequest, pk: int) -> HttpResponse:
    access = delivery_access.kept_for(request.user, pk)
    form = PartnerForm(posted(request), delivery=access.delivery)
    if form.is_valid():
        with refusals_in(form):
            partner: Partner = form.instance
            actions.add_partner(partner=partner, share=form.share, by=request.user)
            messages.success(request, f"{partner.name} est dans ce marché.")
            return redirect("delivery:contract", pk)
    return form_page(request, form, "Ajouter une structure", access.delivery)


@EDIT
def edit_partner(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    access = delivery_access.kept_for(request.user, pk)
    partner = delivery_access.partner_of(access, key)
    form = PromisesForm(posted(request), partner=partner)
    if form.is_valid():
        actions.write_promises(partner=partner, minutes=form.minutes, by=request.user)
        return redirect("delivery:contract", pk)
    title = f"Ce que {agreed(partner.name, 'promet', 'promettent')}"
    return form_page(request, form, title, access.delivery, partner=partner)


@require_POST
def remove_partner(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    access = delivery_access.kept_for(request.user, pk)
    partner = delivery_access.partner_of(access, key)
    with refusals_as_messages(request):
        actions.remove_partner(partner=partner, by=request.user)
        messages.success(request, f"{partner.name} n’est plus dans ce marché.")
    return redirect("delivery:contract", pk)


@require_POST
def write_reference(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    """Once it ended, its work in the dossier of one's own structure; twice is once."""
    access = delivery_access.inside_for(request.user, pk)
    partner = delivery_access.own_partner(access, key)
    for each in references_of(access, on=timezone.localdate()):
        if each["partner"] == partner and not each["is_there"]:
            with refusals_as_messages(request):
                add_past_work(structure=partner.structure, by=request.user, **each["work"])
                messages.success(request, "La référence est dans votre dossier de réponse.")
    return redirect("delivery:contract", pk)

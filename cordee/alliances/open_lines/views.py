"""« Il manque quelqu’un »: who could take what lacks, asked in one gesture or sought by a need."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.alliances import access as alliance_access
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.invitations import actions
from cordee.alliances.invitations.views import NOBODY_THERE
from cordee.alliances.open_lines.pages import (
    REACHES_KM,
    SORTS,
    Filters,
    line_of,
    missing_page,
    need_of,
    package_of,
)
from cordee.base.found import page_of
from cordee.base.ui.forms import refusals_as_messages
from cordee.members.acting import viewer_of
from cordee.members.actions.network_mails import directors_of
from cordee.members.models import Structure
from cordee.notices.notice import NeedKind
from cordee.opportunities.access import may_post_needs
from cordee.opportunities.actions.needs import start_draft
from cordee.opportunities.need_content import WHAT

# What a gesture carries back to the list that it came from.
CARRIED = ("ligne", "nom", "type", "km", "tri", "page")
TO_REPAIR = "reparer"


@require_safe
def missing(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What nobody has taken yet, and who could, line by line."""
    access = alliance_access.coordinator_for(request.user, pk)
    filters = Filters.of(request.GET)
    key = request.GET.get("ligne", "")
    seen = access.seen_by(viewer_of(request))
    found = missing_page(seen, request.user, key, filters, on=timezone.localdate())
    page: Any = page_of(request, found["candidates"])
    shown = [each.line.structure_id for each in page if found["withdrawal"]]
    sirets = dict(Structure.objects.filter(pk__in=shown).values_list("pk", "siret"))
    terms = access.alliance.terms
    context = alliance_context(access, "alliances:open_lines") | {
        "missing": found,
        "page": page,
        "filters": filters,
        "reaches": REACHES_KM,
        "sorts": SORTS.items(),
        "rows": [(each, sirets.get(each.line.structure_id, "")) for each in page],
        "carried": [(name, request.GET[name]) for name in CARRIED if request.GET.get(name)],
        "may_post": may_post_needs(request.user),
        "takes_behind": terms.arrangement.takes_behind(terms),
    }
    return render(request, "alliances/open_lines/open_lines.html", context)


@require_POST
def call(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Bring a structure in and write to it; asked twice, it is written to once."""
    access = alliance_access.coordinator_for(request.user, pk)
    structure = alliance_access.structure_to_call(access, request.POST.get("structure", ""))
    back = {name: request.POST[name] for name in CARRIED if request.POST.get(name)}
    address = f"{reverse('alliances:open_lines', args=[pk])}?{urlencode(back)}"
    with refusals_as_messages(request):
        actions.call_in(
            alliance=access.alliance, structure=structure, by=request.user, now=timezone.now()
        )
        messages.success(request, f"{structure.shown_name} est invitée.")
        if not directors_of(structure):
            messages.warning(request, NOBODY_THERE)
        if request.POST.get("suite") == TO_REPAIR:
            return redirect("alliances:repair_table", pk=pk)
    return redirect(address)


@require_POST
def post_need(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin a need of a subcontractor for one line; nothing is sent before the coordinator reads it
    over."""
    access = alliance_access.coordinator_for(request.user, pk)
    if not may_post_needs(request.user):
        raise Http404("Il faut un rôle pour écrire un besoin.")
    wanted = line_of(access, request.POST.get("ligne", ""))
    if wanted is None:
        raise Http404("Cette prestation n’est pas dans l’alliance.")
    draft = start_draft(
        kind=NeedKind.SUBCONTRACTOR,
        typed=need_of(wanted, access, package_of(access, wanted)),
        by=request.user,
    )
    return redirect("opportunities:need_step", pk=draft.pk, step=WHAT)

"""One structure answers alone and gives the rest out; or its subcontractors become members."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cordee.accounts.requests import SignedInRequest
from cordee.agreement import PartyRole
from cordee.alliances import access as alliance_access
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.law.reserved import reserved_lots, shut_out_by
from cordee.alliances.legal_form import sole_actions
from cordee.alliances.legal_form.forms import TogetherForm
from cordee.alliances.legal_form.sole_pages import sole_page
from cordee.base.ui.fields import read_version
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in
from cordee.rules.groups import GroupForm

FROZEN = "L’offre est déposée : la forme ne change plus ici. Voyez « Retraits »."


@require_http_methods(["GET", "POST"])
def alone(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What becomes of each if one member answers alone; then do it."""
    access = alliance_access.coordinator_for(request.user, pk)
    alliance = access.alliance
    if not alliance.step.is_editable:
        messages.error(request, FROZEN)
        return redirect("alliances:legal_form", pk=pk)
    if request.method == "POST":
        with refusals_as_messages(request):
            sole_actions.answer_alone(
                alliance=alliance,
                holder=request.POST.get("candidat", ""),
                base=read_version(request.POST.get("version")),
                by=request.user,
                now=timezone.now(),
            )
            done = "C’est fait. Ceux dont la part ou la place change acceptent de nouveau."
            messages.success(request, done)
            return redirect("alliances:legal_form", pk=pk)
        return redirect("alliances:answer_alone", pk=pk)
    page = sole_page(access, wanted=request.GET.get("candidat", ""), now=timezone.now())
    context = alliance_context(access, "alliances:legal_form") | {"page": page}
    return render(request, "alliances/legal_form/alone.html", context)


@require_http_methods(["GET", "POST"])
def together(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Which subcontractors become members, under which form and lead."""
    access = alliance_access.coordinator_for(request.user, pk)
    alliance = access.alliance
    terms = alliance.terms
    if not alliance.step.is_editable:
        messages.error(request, FROZEN)
        return redirect("alliances:legal_form", pk=pk)
    if terms.holder is None or not terms.gives_out:
        return redirect("alliances:legal_form", pk=pk)
    names = access.called
    lots, on = reserved_lots(alliance), timezone.localdate()
    given = [p for p in terms.parties if p.role is PartyRole.SUBCONTRACTOR]
    able = [(p.key, names[p.key]) for p in given if shut_out_by(p.kind, lots, on=on) is None]
    form = TogetherForm(
        (terms.holder.key, names[terms.holder.key]),
        able,
        posted(request),
        initial={
            "members": [key for key, _ in able],
            "lead": terms.holder.key,
            "form": terms.form or GroupForm.CONJOINT,
            "version": alliance.version,
        },
    )
    if form.is_valid():
        with refusals_in(form):
            sole_actions.answer_together(
                alliance=alliance, by=request.user, now=timezone.now(), **form.chosen
            )
            messages.success(request, "C’est un groupement. Chaque membre accepte de nouveau.")
            return redirect("alliances:legal_form", pk=pk)
    context = alliance_context(access, "alliances:legal_form") | {
        "form": form,
        "able": able,
        "holder_name": names[terms.holder.key],
    }
    return render(request, "alliances/legal_form/together.html", context)

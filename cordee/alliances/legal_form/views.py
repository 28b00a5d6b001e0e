"""The form of the group, its reasons, its subcontracts, the place of each structure; together, or
alone."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.agreement import PartyRole, Reason
from cordee.alliances import access as alliance_access
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.law import WORKING, reserved_lots, shut_out_by
from cordee.alliances.legal_form import actions, pages
from cordee.alliances.legal_form.access import subcontract_for
from cordee.alliances.legal_form.forms import (
    ChoiceForm,
    LabourForm,
    ReasonsForm,
    TeamPlaceForm,
    TogetherForm,
)
from cordee.alliances.legal_form.pages import sole_page
from cordee.alliances.revisions import Written
from cordee.base.ui.fields import read_version
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in
from cordee.members.acting import viewer_of
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import Kind, supplies_staff
from cordee.rules.reservation import ARTICLES, OtherPlace

CONFLICT = (
    "Quelqu’un vient d’écrire autre chose au même endroit. Rien n’est perdu : relisez, "
    "puis recommencez."
)


@require_safe
def forms(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The way that is advised, what the notice says, and the choice."""
    access, page = _compared(request, pk)
    form = ChoiceForm(
        choices={"lead": page["members"]},
        initial={
            "form": page["terms"].form or page["advice"].way.form,
            "lead": page["terms"].lead or page["advice"].lead,
            "version": access.alliance.version,
        },
    )
    context = alliance_context(access, "alliances:legal_form") | {
        "page": page,
        "form": form,
        "other_places": list(OtherPlace),
    }
    return render(request, "alliances/legal_form/forms.html", context)


@require_safe
def compare(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The ways to work together, side by side, on this very case, lot by lot."""
    access, page = _compared(request, pk)
    context = alliance_context(access, "alliances:legal_form") | {"page": page}
    return render(request, "alliances/legal_form/compare.html", context)


def _compared(
    request: SignedInRequest, pk: uuid.UUID
) -> tuple[alliance_access.AllianceAccess, dict[str, Any]]:
    access = alliance_access.inside_for(request.user, pk)
    seen, lot = access.seen_by(viewer_of(request)), request.GET.get("lot", "")
    return access, pages.forms_page(seen, lot=lot, on=timezone.localdate())


@require_POST
def choose(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Write form and lead into the terms; whom it concerns accepts again."""
    access = alliance_access.coordinator_for(request.user, pk)
    members = [(party.key, party.key) for party in access.alliance.terms.members]
    form = ChoiceForm(request.POST, choices={"lead": members})
    if not form.is_valid():
        messages.error(request, "Choisissez une forme et un mandataire parmi les membres.")
        return redirect("alliances:legal_form", pk=pk)
    chosen = form.chosen
    with refusals_as_messages(request):
        written = actions.choose_form(alliance=access.alliance, **by_now(request), **chosen)
        _report(request, written, f"Forme choisie : {chosen['form'].label.lower()}.")
    return redirect("alliances:legal_form", pk=pk)


@require_http_methods(["GET", "POST"])
def reasons(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Why the members answer together (RULE-38): read by all inside, written by who leads."""
    access = alliance_access.inside_for(request.user, pk)
    alliance = access.alliance
    terms, arrangement = alliance.terms, alliance.terms.arrangement
    if not arrangement.must_justify:
        # Staff is bought: nobody answers together, and nothing is subcontracted.
        return redirect("alliances:legal_form", pk=pk)
    may_write = access.coordinates and alliance.step.is_editable
    if request.method == "POST":
        alliance_access.coordinator_for(request.user, pk)
    held = {"reasons": arrangement.reasons(terms), "words": terms.reasons_words}
    form = ReasonsForm(terms, posted(request), initial=held | {"version": alliance.version})
    if form.is_valid():
        with refusals_in(form):
            written = actions.note_reasons(
                alliance=alliance,
                reasons={Reason(each) for each in form.cleaned_data["reasons"]},
                words=form.cleaned_data["words"],
                base=form.cleaned_data["version"],
                **by_now(request),
            )
            _report(request, written, "Vos raisons sont notées.")
            return redirect("alliances:reasons", pk=pk)
    context = alliance_context(access, "alliances:legal_form") | {
        "form": form if may_write else None,
        "labels": [arrangement.reason_label(each) for each in arrangement.reasons(terms)],
        "reasons": terms.reasons_words,
        "arrangement": arrangement,
        "title": arrangement.pick(
            group="Ensemble, parce qu’aucun ne le peut seul",
            sole="Une part est confiée à d’autres, et voici pourquoi",
        ),
    }
    return render(request, "alliances/legal_form/reasons.html", context)


@require_safe
def subcontracts(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What tells a result sold from people lent, subcontract by subcontract (RULE-40)."""
    access = alliance_access.taking_part_for(request.user, pk)
    rows = pages.subcontracts_page(access, on=timezone.localdate())
    context = alliance_context(access, "alliances:legal_form") | {"rows": rows}
    return render(request, "alliances/legal_form/subcontracts.html", context)


@require_POST
def labour(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Answer the three questions of one subcontract."""
    access, row = subcontract_for(request.user, pk, party_pk)
    form = LabourForm(request.POST, prefix=row.key)
    if form.is_valid():
        with refusals_in(form):
            written = actions.answer_labour(
                party=row, labour=form.labour, base=form.cleaned_data["version"], **by_now(request)
            )
            _report(request, written, f"Réponses notées pour {row.structure.shown_name}.")
            return redirect("alliances:subcontracts", pk=pk)
    rows = pages.subcontracts_page(access, on=timezone.localdate(), given=form)
    context = alliance_context(access, "alliances:legal_form") | {"rows": rows, "has_errors": True}
    return render(request, "alliances/legal_form/subcontracts.html", context)


@require_http_methods(["GET", "POST"])
def place(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Give a structure another place; what the law refuses is not offered, and is said."""
    access, row = alliance_access.led_party_for(request.user, pk, party_pk)
    alliance = access.alliance
    terms = alliance.terms
    party = terms.find(row.key)
    if party is None or not alliance.step.is_editable:
        messages.error(request, "La place de cette structure ne se change plus.")
        return redirect("alliances:detail", pk=pk)
    on = timezone.localdate()
    kind = Kind(row.structure.kind)
    closed = shut_out_by(kind, reserved_lots(alliance), on=on)
    roles = [
        role
        for role in PartyRole
        if (closed is None or role not in WORKING)
        and (role is not PartyRole.STAFFING or supplies_staff(kind))
    ]
    members = [(each.key, access.called[each.key]) for each in terms.members if each != party]
    wanted = request.GET.get("place", "")
    kept = party.role if party.role in roles else PartyRole.EMPLOYER
    start: dict[str, Any] = {
        "role": wanted if wanted in roles else kept.value,
        "of": party.of or terms.speaker or "",
        "version": alliance.version,
    }
    form = TeamPlaceForm(roles, members, posted(request), initial=start)
    if form.is_valid():
        with refusals_in(form):
            written = actions.change_place(party=row, **by_now(request), **form.chosen)
            _report(request, written, f"{row.structure.shown_name} a changé de place.")
            return redirect("alliances:legal_form", pk=pk)
    context = alliance_context(access, "alliances:legal_form") | {
        "row": row,
        "party": party,
        "role": terms.place_of(party.key),
        "arrangement": terms.arrangement,
        "form": form,
        "share_cents": terms.share_cents(row.key),
        "closed": closed,
        "article": "" if closed is None else ARTICLES[closed],
        "others": list(OtherPlace) if closed is not None else [],
    }
    return render(request, "alliances/legal_form/place.html", context)


def _report(request: SignedInRequest, written: Written, done: str) -> None:
    """What became of a write: kept, kept beside what somebody else wrote, or refused."""
    if written.conflicts:
        messages.error(request, CONFLICT)
    else:
        messages.success(request, done)


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
            actions.answer_alone(
                alliance=alliance,
                holder=request.POST.get("candidat", ""),
                base=read_version(request.POST.get("version")),
                **by_now(request),
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
    holder = (terms.holder.key, names[terms.holder.key])
    form = TogetherForm(
        posted(request),
        choices={"lead": [holder, *able], "members": able},
        initial={
            "members": [key for key, _ in able],
            "lead": terms.holder.key,
            "form": terms.form or GroupForm.CONJOINT,
            "version": alliance.version,
        },
    )
    if form.is_valid():
        with refusals_in(form):
            actions.answer_together(alliance=alliance, **by_now(request), **form.chosen)
            messages.success(request, "C’est un groupement. Chaque membre accepte de nouveau.")
            return redirect("alliances:legal_form", pk=pk)
    context = alliance_context(access, "alliances:legal_form") | {
        "form": form,
        "able": able,
        "holder_name": names[terms.holder.key],
    }
    return render(request, "alliances/legal_form/together.html", context)

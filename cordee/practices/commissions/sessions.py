"""Sessions of a network: what is offered, who comes, which title ends too soon."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.base.ui import french
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.members.actions.undoable import keep_row
from cordee.practices.commissions import access, actions
from cordee.practices.commissions.forms import ComingForm, OutcomeForm, SessionForm
from cordee.practices.commissions.tabs import frame_of
from cordee.practices.models import Session
from cordee.rules.afest import registration_findings
from cordee.rules.findings import Finding

MOST_PAST = 20


def warnings_of(session: Session) -> tuple[Finding, ...]:
    """That the title which a session prepares is registered no more when it ends (RULE-26)."""
    if not session.qualification:
        return ()
    return registration_findings(session.qualification, on=timezone.localdate(session.ends_at))


@require_safe
def sessions(request: SignedInRequest, slug: str) -> HttpResponse:
    found, now = access.inside_for(request.user, slug), timezone.now()
    rows: Any = access.sessions_for(found).with_coming()
    to_come = [(row, row.places - row.taken) for row in rows.in_force().filter(ends_at__gt=now)]
    told = french.count(len(to_come), "session à venir", "sessions à venir")
    context = frame_of(found, "sessions") | {
        "title": told if to_come else "Aucune session à venir",
        "rows": to_come,
        "past": rows.in_force().filter(ends_at__lte=now).order_by("-begins_at")[:MOST_PAST],
        "taken_back": rows.filter(taken_back_at__isnull=False) if found.writes else (),
    }
    return render(request, "practices/commissions/sessions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, slug: str, pk: int | None = None) -> HttpResponse:
    found = access.writer_for(request.user, slug)
    row = access.session_for(found, pk) if pk else Session(network=found.network)
    form = SessionForm(posted(request), instance=row)
    if form.is_valid():
        with refusals_in(form):
            kept = actions.write_row(row=row, network=found.network, by=request.user)
            return redirect("practices:session", slug, kept.pk)
    title = "Changer la session" if pk else "Annoncer une session"
    route = ("practices:session", [slug, pk]) if pk else ("practices:sessions", [slug])
    context = {"form": form, "title": title, "back": reverse(route[0], args=route[1])}
    return render_form(
        request, "practices/commissions/form.html", frame_of(found, "sessions") | context
    )


@require_http_methods(["GET", "HEAD", "POST"])
def session(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """What it is, who comes; and, for who directs a member, how many of theirs."""
    found = access.inside_for(request.user, slug)
    row = access.session_for(found, pk)
    answers = list(row.answers.select_related("structure", "sheet"))
    form = _coming_form(request, found, answers) if _is_open(found, row) else None
    if form is not None and form.is_valid():
        own = {str(each.pk): each for each in found.own}
        structure, people = own[form.cleaned_data["structure"]], form.cleaned_data["people"]
        with refusals_in(form):
            said = by_now(request)
            actions.answer_session(session=row, structure=structure, people=people, **said)
            messages.success(request, "C’est noté. Vous pouvez changer d’avis avant le début.")
            return redirect("practices:session", slug, pk)
    coming = [each for each in answers if each.is_coming]
    context = frame_of(found, "sessions") | {
        "title": row.title,
        "session": row,
        "coming": coming,
        "left": row.places - sum(each.people for each in coming),
        "own": [each for each in answers if each.structure in found.own],
        "warnings": warnings_of(row),
        "form": form,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "practices/commissions/session.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: SignedInRequest, slug: str, pk: int, key: int) -> HttpResponse:
    """The one question to who came: which sheet came of it?"""
    found = access.inside_for(request.user, slug)
    row = access.attendance_for(found, access.session_for(found, pk), key)
    form = OutcomeForm(posted(request), initial={"named": row.sheet or ""})
    if form.is_valid():
        sheet = form.cleaned_data["named"]
        actions.tell_outcome(answer=row, sheet=sheet, **by_now(request))
        messages.success(request, "C’est noté. Vous pouvez le dire autrement plus tard.")
        return redirect("practices:session", slug, pk)
    context = frame_of(found, "sessions") | {
        "form": form,
        "title": "Quelle fiche en est née\u202f?",
    }
    context["back"] = reverse("practices:session", args=[slug, pk])
    return render_form(request, "practices/commissions/form.html", context)


@require_POST
def keep(request: SignedInRequest, slug: str, pk: int, *, is_kept: bool) -> HttpResponse:
    """Cancel a session, or put it back."""
    found = access.writer_for(request.user, slug)
    row = access.session_for(found, pk)
    with refusals_as_messages(request):
        keep_row(row=row, owner=found.network, is_kept=is_kept, **by_now(request))
        messages.success(request, "Elle a lieu." if is_kept else "Elle est retirée.")
    return redirect("practices:sessions", slug)


def _is_open(found: access.Inside, row: Session) -> bool:
    return bool(found.own) and row.taken_back_at is None and row.begins_at > timezone.now()


def _coming_form(request: SignedInRequest, found: access.Inside, answers: list[Any]) -> ComingForm:
    said = next((each for each in answers if each.structure in found.own), None)
    initial = {"people": said.people if said and said.is_coming else 1}
    if said:
        initial["structure"] = said.structure_id
    return ComingForm(posted(request), own=found.own, initial=initial)

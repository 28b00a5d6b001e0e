"""Sessions of a network: what is offered, who comes, what came of it, which title ends too soon."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.base.ui import french
from cordee.base.ui.forms import posted, refusals_in
from cordee.practices.commissions import access, actions
from cordee.practices.commissions.forms import ComingForm, OutcomeForm
from cordee.practices.commissions.pages import gone
from cordee.practices.commissions.tabs import frame_of
from cordee.practices.models import Session, SessionAnswer
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
    taken = Sum("answers__people", filter=Q(answers__is_coming=True), default=0)
    rows: Any = access.sessions_for(found).annotate(taken=taken)
    to_come = [(row, row.places - row.taken) for row in rows.in_force().filter(ends_at__gt=now)]
    told = french.count(len(to_come), "session à venir", "sessions à venir")
    context = frame_of(found, "sessions") | {
        "title": told if to_come else "Aucune session à venir",
        "rows": to_come,
        "past": rows.in_force().filter(ends_at__lte=now).order_by("-begins_at")[:MOST_PAST],
        "taken_back": gone({"sessions": rows}),
    }
    return render(request, "practices/commissions/sessions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def session(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """What it is, who comes. Who directs a member says how many of theirs; and afterwards, which
    sheet came of it."""
    found = access.inside_for(request.user, slug)
    row = access.session_for(found, pk)
    answers = list(row.answers.select_related("structure", "sheet"))
    own = [each for each in answers if each.structure in found.own]
    coming = [each for each in answers if each.is_coming]
    left = row.places - sum(each.people for each in coming)
    form = _form(request, found, row, own, left)
    if form is not None and form.is_valid():
        with refusals_in(form):
            key = form.cleaned_data["structure"]
            structure = next(each for each in found.own if str(each.pk) == key)
            said: Any = {"session": row, "structure": structure, **by_now(request)}
            if row.is_past:
                actions.tell_outcome(sheet=form.cleaned_data["sheet"], **said)
            else:
                actions.answer_session(people=form.cleaned_data["people"], **said)
            messages.success(request, "C’est noté. Vous pouvez le dire autrement plus tard.")
            return redirect(row)
    context = frame_of(found, "sessions") | {
        "title": row.title,
        "session": row,
        "row": row,
        "sort": "sessions",
        "coming": coming,
        "left": left,
        "own": own,
        "warnings": warnings_of(row),
        "form": form,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "practices/commissions/session.html", context, status=status)


def _form(
    request: SignedInRequest,
    found: access.Inside,
    row: Session,
    own: Iterable[SessionAnswer],
    left: int,
) -> ComingForm | OutcomeForm | None:
    """What the direction of a member is asked today, if anything."""
    if row.taken_back_at or (row.begins_at <= timezone.now() and not row.is_past):
        return None
    came = [each for each in own if each.is_coming]
    asked = [each.structure for each in came] if row.is_past else found.own
    if not asked or not (came or row.is_past or left > 0):
        return None
    initial: dict[str, Any] = {"people": 1}
    for said in came[:1]:
        initial = {"structure": said.structure_id, "people": said.people, "sheet": said.sheet or ""}
    kind = OutcomeForm if row.is_past else ComingForm
    return kind(posted(request), own=asked, initial=initial)

"""Reporting a message, and what a network decides of it. It reads that message only."""

from typing import Any

from django.contrib import messages as notes
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.base.ui.forms import posted, refusals_in, render_form
from cordee.mobilisation.actions import conversations as actions
from cordee.mobilisation.conversations import access
from cordee.mobilisation.conversations.forms import DecisionForm, ReportForm
from cordee.mobilisation.conversations.pages import who_wrote
from cordee.opportunities.access import networks_moderated_by


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask a network to read a message of the other side."""
    on, person = timezone.localdate(), request.user
    message = access.message_for(person, pk, on=on)
    reader = access.reader_of_reports(message.thread, on=on)
    if reader is None or message.side == access.side_of(person, message.thread):
        raise Http404
    form = ReportForm(posted(request))
    if form.is_valid():
        actions.report(
            message=message,
            network=reader,
            words=form.cleaned_data["words"],
            by=person,
            now=timezone.now(),
        )
        notes.success(request, f"Merci. {reader} lira ce message.")
        return redirect("conversations:thread", pk=message.thread_id)
    context = {
        "message": message,
        "reader": reader,
        "form": form,
        "back": reverse("conversations:thread", args=[message.thread_id]),
        "back_called": "La conversation",
        "back_words": "Revenir à la conversation",
    }
    return render_form(request, "mobilisation/conversations/report.html", context)


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """What was reported to the user's networks: what waits first."""
    context = page_of_reports(request, access.reports_for(request.user))
    return render(request, "mobilisation/conversations/reports.html", context)


def page_of_reports(request: HttpRequest, rows: QuerySet[Any]) -> dict[str, Any]:
    """A page of reports of any sort of thread, for who reads over for a network; else 404."""
    if not networks_moderated_by(request.user).exists():
        raise Http404("Cette page est celle des réseaux.")
    page = page_of(request, rows)
    return {"page": page, "waiting": rows.filter(outcome="open").count()}


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read a reported message; hide it with a reason, or leave it. One may decide again."""
    found = access.report_for(request.user, pk)
    form = DecisionForm(posted(request))
    if form.is_valid():
        hides = form.cleaned_data["decision"] == "hide"
        reason = form.cleaned_data["reason"] if hides else ""
        with refusals_in(form, on="reason"):
            actions.decide(report=found, reason=reason, by=request.user, now=timezone.now())
            done = "est masqué. Les deux côtés lisent la raison." if hides else "reste visible."
            notes.success(request, f"Ce message {done}")
            return redirect("conversations:reports")
    context = {
        "report": found,
        "message": found.message,
        "opportunity": found.message.thread.opportunity,
        "who": who_wrote(found.message),
        "form": form,
    }
    return render_form(request, "mobilisation/conversations/decide.html", context)

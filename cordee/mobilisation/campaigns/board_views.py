"""Reading what was answered, calling the silent, writing down what they say."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.base.tables.writing import csv_response
from cordee.base.ui import french
from cordee.base.ui.forms import refusals_in, render_form
from cordee.members.today.way_back import redirect_after
from cordee.mobilisation.actions.answers import (
    record_spoken_answer,
    withdraw_spoken_answer,
)
from cordee.mobilisation.actions.campaigns import close_campaign
from cordee.mobilisation.actions.relaying import ask_by_phone
from cordee.mobilisation.campaigns import access, answer_page, boards, counts
from cordee.mobilisation.campaigns.boards import BoardState, Row
from cordee.mobilisation.campaigns.forms import SpokenAnswerForm
from cordee.mobilisation.conversations.access import writable_pairs
from cordee.mobilisation.conversations.pages import inbox_of
from cordee.mobilisation.models import Answer, Campaign
from cordee.opportunities.access import published_opportunities_for

CAMPAIGNS_ON_A_PAGE = 20
ROWS_ON_A_PAGE = 50
ASKS_ON_A_PAGE = 30


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """What one may do here: answer for one's structure, or write to one's members; or neither."""
    now = timezone.now()
    posts = access.posts_of(request.user)
    asks = answer_page.lines_of(access.asks_for(request.user), now=now)
    page = page_of(request, asks, ASKS_ON_A_PAGE)
    context: dict[str, Any] = {
        "posts": posts,
        "asks": page,
        "unanswered": sum(line.is_waiting for line in asks),
        "directs": access.directs(request.user),
        "inbox": inbox_of(request.user, on=timezone.localdate(now)),
    }
    if posts:
        running = access.campaigns_for(request.user).running().select_related("network", "by")
        everything = boards.boards_of(list(running))
        past = access.campaigns_for(request.user).filter(state=Campaign.State.CLOSED)
        closed = page_of(
            request, past.select_related("network", "by"), CAMPAIGNS_ON_A_PAGE, named="closes"
        )
        context |= {
            "drafts": access.drafts_for(request.user).select_related("network", "by"),
            "running": everything,
            "closed": boards.boards_of(list(closed)),
            "closed_page": closed,
            "total": boards.Tally.of([row for board in everything for row in board.rows]),
        }
    return render(request, "mobilisation/home.html", context)


@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """The board of one campaign: its title says who is silent."""
    now, on = timezone.now(), timezone.localdate()
    found = access.campaign_for(request.user, pk)
    rows = boards.rows_of(boards.recipients_of([found]), found.network)
    tally = boards.Tally.of(rows)
    asked = request.GET.get("etat", "")
    standing = next((each for each in BoardState if each.slug == asked), None)
    opportunities = list(found.opportunities.order_by("deadline", "pk"))
    listed = [row for row in rows if standing is None or row.standing is standing]
    listed.sort(key=lambda row: (_ORDER.index(row.standing), row.recipient.rank))
    reasons = tally.reasons
    context = {
        "campaign": found,
        "tally": tally,
        "page": page_of(request, listed, ROWS_ON_A_PAGE),
        "standing": standing,
        "opportunities": opportunities,
        "several": len(opportunities) > 1,
        "steps": _steps(found, rows, on),
        "reasons": [(label, n, 200 * n // reasons[0][1]) for label, n in reasons],
        "held": sum(row.recipient.held == "cap" for row in rows),
        "quiet": sum(row.recipient.held == "quiet" for row in rows),
        "writable": writable_pairs(request.user, found, on=on),
        "now": now,
    }
    return render(request, "mobilisation/campaign.html", context)


# Whom to call comes first.
_ORDER = (*boards.CALLED, *(each for each in BoardState if each not in boards.CALLED))


def _steps(found: Campaign, rows: list[Row], on: date) -> list[tuple[str, str, str]]:
    """What was done and what is to come; drawn as a rope."""
    # Structures, not mails: one that a delegation had asked gets no second mail, and counts.
    sent = len({row.structure.pk for row in rows if row.recipient.state == "sent"})
    first = french.day(timezone.localdate(found.sent_at), on) if found.sent_at else ""
    steps = [("Envoi", f"{first}, {french.count(sent, 'structure')}", "done")]
    for number, name in ((1, "Premier rappel"), (2, "Second rappel")):
        reminded = [
            row.recipient.reminded_at
            for row in rows
            if row.recipient.reminders >= number and row.recipient.reminded_at
        ]
        if reminded:
            when = french.day(timezone.localdate(max(reminded)), on)
            steps.append((name, f"{when}, {french.count(len(reminded), 'structure')}", "done"))
    if found.is_running:
        steps.append(("Vos appels", "les réponses arrivent", "now"))
        steps.append(("Fin des réponses", french.day(found.answer_by, on), "todo"))
    elif found.closed_at:
        closed = french.day(timezone.localdate(found.closed_at), on)
        steps.append(("Campagne close", closed, "done"))
    return steps


@require_safe
def calls(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Whom to call, the most useful first: of one campaign, else over all that run, each structure
    once. A page to print.
    """
    found = None if pk is None else access.campaign_for(request.user, pk)
    if found is None and not access.posts_of(request.user):
        raise Http404
    running = access.campaigns_for(request.user).running().select_related("network")
    asked = list(running) if found is None else [found]
    rows = [row for board in boards.boards_of(asked) for row in board.rows]
    context = {
        "campaign": found,
        "groups": _by_structure(rows),
        "names_opportunities": found is None or len({row.opportunity.pk for row in rows}) > 1,
    }
    return render(request, "mobilisation/calls.html", context)


def _by_structure(rows: list[Row]) -> list[tuple[Any, list[Row]]]:
    """Those to call, each with all that is asked of them: nobody is called twice."""
    found: dict[int, tuple[Any, list[Row]]] = {}
    for row in rows:
        if row.standing in boards.CALLED:
            found.setdefault(row.structure.pk, (row.structure, []))[1].append(row)
    return sorted(found.values(), key=lambda each: min(row.recipient.rank for row in each[1]))


@require_safe
def export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    found = access.campaign_for(request.user, pk)
    rows = boards.rows_of(boards.recipients_of([found]), found.network)
    return csv_response(f"campagne-{found.pk}", boards.EXPORT, rows)


@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """End a campaign before its time; the page says what that means."""
    found = access.campaign_for(request.user, pk)
    if request.method == "POST":
        close_campaign(campaign=found, by=request.user, now=timezone.now())
        messages.success(request, "La campagne est close. Les réponses reçues restent.")
        return redirect("campaigns:campaign", pk=found.pk)
    if not found.is_running:
        return redirect("campaigns:campaign", pk=found.pk)
    waiting = found.recipients.waiting().count()
    return render(request, "mobilisation/stop.html", {"campaign": found, "waiting": waiting})


@require_http_methods(["GET", "POST"])
def spoken_answer(request: HttpRequest, pk: int, recipient_pk: int) -> HttpResponse:
    """Write down what a structure said on the telephone."""
    now, on = timezone.now(), timezone.localdate()
    found = access.campaign_for(request.user, pk)
    recipient = access.recipient_for(found, recipient_pk)
    ask = recipient.ask
    if ask is None:
        raise Http404
    form = SpokenAnswerForm(request.POST or None, initial={"heard_on": on})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data | {"choice": Answer.Choice(form.cleaned_data["choice"])}
        with refusals_in(form):
            record_spoken_answer(ask=ask, network=found.network, by=request.user, now=now, **data)
            messages.success(request, f"Réponse {french.of(recipient.structure.shown_name)} notée.")
            return redirect_after(request, "campaigns:campaign", pk=found.pk)
    (row,) = boards.rows_of([recipient], found.network)
    context = {
        "campaign": found,
        "recipient": recipient,
        "row": row,
        "form": form,
        "history": ask.answers.standing()
        .filter(readers=found.network)
        .last_first()
        .select_related("heard_for", "by"),
        "need": ask.need,
    }
    return render_form(request, "mobilisation/heard.html", context)


@require_http_methods(["POST"])
def phone(request: HttpRequest, pk: int, recipient_pk: int) -> HttpResponse:
    """Ask a structure whose mail waits on the telephone: its mail does not leave any more."""
    found = access.campaign_for(request.user, pk)
    recipient = access.recipient_for(found, recipient_pk)
    asked = ask_by_phone(recipient=recipient, by=request.user, now=timezone.now())
    if asked.ask_id is None:
        messages.error(request, f"{asked.structure} n’est plus à solliciter dans cette campagne.")
        return redirect("campaigns:campaign", pk=found.pk)
    return redirect("campaigns:heard", pk=found.pk, recipient_pk=asked.pk)


@require_http_methods(["POST"])
def take_back(request: HttpRequest, pk: int, recipient_pk: int) -> HttpResponse:
    """Take back the last entry of a call: it was about another structure, or misheard."""
    found = access.campaign_for(request.user, pk)
    recipient = access.recipient_for(found, recipient_pk)
    (row,) = boards.rows_of([recipient], found.network)
    if row.answer is not None and row.answer.channel == Answer.Channel.TELEPHONE:
        if row.answer.heard_for_id != found.network_id:
            raise Http404
        withdraw_spoken_answer(answer=row.answer, by=request.user, now=timezone.now())
        messages.success(request, "La saisie est reprise. La réponse d’avant compte à nouveau.")
    return redirect("campaigns:heard", pk=found.pk, recipient_pk=recipient.pk)


@require_safe
def abandoned(request: HttpRequest) -> HttpResponse:
    """Relayed, and nobody wanted it: counted in the open, with lots and counts alone."""
    now, on = timezone.now(), timezone.localdate()
    found = counts.abandoned(published_opportunities_for(request.user, on=on), now=now)
    page = page_of(request, found.rows, ROWS_ON_A_PAGE)
    return render(request, "mobilisation/abandoned.html", {"found": found, "page": page})

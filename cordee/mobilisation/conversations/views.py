"""Conversations in the application: read, written in, begun by a network, reported to one."""

from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as notes
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.base.middleware import is_head
from cordee.base.tables.writing import csv_response
from cordee.base.ui import panels
from cordee.base.ui.forms import posted, refusals_in, render_form
from cordee.members import directory_index
from cordee.members.models import Structure
from cordee.mobilisation.actions import conversations as actions
from cordee.mobilisation.conversations import access, pages
from cordee.mobilisation.conversations.forms import (
    AskForm,
    DecisionForm,
    FirstForm,
    MessageForm,
    ReportForm,
    prepared,
)
from cordee.mobilisation.conversations.pages import who_wrote
from cordee.mobilisation.models import Message
from cordee.opportunities.access import networks_moderated_by, opportunity_for
from cordee.opportunities.models import Opportunity

MESSAGES = 50


@require_safe
def thread_list(request: SignedInRequest) -> HttpResponse:
    """The user's conversations, the latest first, with what the user has not read."""
    on = timezone.localdate()
    threads = pages.with_unread(access.threads_for(request.user, on=on), request.user)
    page = page_of(request, threads.order_by("-last_at", "-pk"))
    context = {
        "page": page,
        "rows": pages.shown_threads(page),
        "unread": threads.filter(unread__gt=0).count(),
        "reads_reports": networks_moderated_by(request.user).exists(),
    }
    return render(request, "mobilisation/conversations/list.html", context)


@require_GET
def panel(request: SignedInRequest, opportunity_pk: int) -> HttpResponse:
    """The threads on an opportunity; whether the user may ask, or write first."""
    on = timezone.localdate()
    opportunity = opportunity_for(request.user, opportunity_pk, on=on)
    threads = access.threads_for(request.user, on=on).filter(opportunity=opportunity)
    context = {
        "opportunity": opportunity,
        "rows": pages.shown_threads(pages.with_unread(threads, request.user)),
        "may_ask": bool(_counterparts(request, opportunity)),
        "may_write": bool(access.posts_to_write_from(request.user, opportunity)),
        "is_author": opportunity.is_private and opportunity.created_by_id == request.user.pk,
        "is_team": access.answers_for_a_team(request.user, opportunity),
    }
    return panels.shown(
        request, "mobilisation/conversations/panel.html", context, title="Conversations"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: SignedInRequest, opportunity_pk: int) -> HttpResponse:
    """Put a question to a network, an author or a programme."""
    on = timezone.localdate()
    opportunity = opportunity_for(request.user, opportunity_pk, on=on)
    offered = _counterparts(request, opportunity)
    if not offered:
        raise Http404
    # Two structures of one person rarely share whom to ask: the pair is checked again below.
    pairs = {(str(structure.pk), each.key): (structure, each) for structure, each in offered}
    form = AskForm(
        list({str(structure.pk): str(structure) for structure, _ in offered}.items()),
        list({each.key: each.words for _, each in offered}.items()),
        posted(request),
        initial=prepared(request),
    )
    if form.is_valid():
        data = form.cleaned_data
        pair = pairs.get((data["structure"], data["to"]))
        if pair is None:
            form.add_error("to", "Cette structure n’est pas dans ce réseau.")
        else:
            with refusals_in(form, on="text"):
                thread = actions.ask(
                    opportunity=opportunity,
                    structure=pair[0],
                    counterpart=pair[1],
                    text=data["text"],
                    by=request.user,
                    now=timezone.now(),
                )
                notes.success(request, "Votre question est posée. La réponse arrive ici.")
                return redirect("conversations:thread", pk=thread.pk)
    context = {"opportunity": opportunity, "form": form}
    return render_form(request, "mobilisation/conversations/ask.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a thread, which marks it read; a POST writes in it."""
    on, now = timezone.localdate(), timezone.now()
    found = access.thread_for(request.user, pk, on=on)
    person: Any = request.user
    side = access.side_of(person, found)
    form = MessageForm(posted(request), initial=prepared(request))
    if form.is_valid():
        with refusals_in(form, on="text"):
            actions.write(
                thread=found, side=side, text=form.cleaned_data["text"], by=person, now=now
            )
            return redirect(f"{reverse('conversations:thread', args=[pk])}#ecrire")
    rows = found.messages.select_related(*pages.READ_WITH)
    count = rows.count()
    is_whole = request.GET.get("tout") == "oui"
    shown = list(rows.order_by("pk") if is_whole else rows.order_by("-pk")[:MESSAGES][::-1])
    reading = found.readings.filter(person=person).first()
    last_read = reading.last_read if reading else 0
    context = {
        "thread": found,
        "opportunity": found.opportunity,
        "other": found.counterpart_words if side == Message.Side.STRUCTURE else found.structure,
        "rows": pages.shown_messages(shown, person=person, side=side, last_read=last_read),
        "hidden": count - len(shown),
        "form": form,
        "has_people": any(
            access.people_of(found, each).exists() for each in Message.Side if each != side
        ),
    }
    if shown and not is_head(request):
        actions.mark_read(thread=found, person=person, last=shown[-1].pk)
    return render_form(request, "mobilisation/conversations/thread.html", context)


@require_POST
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close a thread, or open it again."""
    found = access.thread_for(request.user, pk, on=timezone.localdate())
    is_closed = request.POST.get("clore") == "oui"
    actions.set_closed(thread=found, is_closed=is_closed, by=request.user, now=timezone.now())
    notes.success(
        request,
        "La conversation est close. Vous pouvez la rouvrir."
        if is_closed
        else "La conversation est rouverte.",
    )
    return redirect("conversations:thread", pk=pk)


@require_safe
def export_thread(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The whole thread as a file, for those who take part."""
    found = access.thread_for(request.user, pk, on=timezone.localdate())
    rows = found.messages.select_related(*pages.READ_WITH).order_by("pk")
    name = f"conversation-{found.pk}"
    return csv_response(name, pages.COLUMNS, rows.iterator(chunk_size=500))


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask first, then take a message back."""
    message = access.own_message_for(request.user, pk, on=timezone.localdate())
    if request.method == "POST":
        actions.take_back(message=message, by=request.user, now=timezone.now())
        notes.success(request, "Votre message est retiré.")
        return redirect("conversations:thread", pk=message.thread_id)
    context = {
        "message": message,
        "back": reverse("conversations:thread", args=[message.thread_id]),
        "back_called": "La conversation",
        "remains": "Message retiré",
    }
    return render(request, "mobilisation/conversations/take_back.html", context)


def _counterparts(
    request: SignedInRequest, opportunity: Opportunity
) -> list[tuple[Any, access.Counterpart]]:
    on = timezone.localdate()
    if not opportunity.is_published:
        return []
    return [
        (structure, each)
        for structure in Structure.objects.directed_by(request.user)
        for each in access.counterparts_of(structure, opportunity, request.user, on=on)
    ]


@require_safe
def choose(request: HttpRequest, opportunity_pk: int) -> HttpResponse:
    """Whom the user may write to: members of their territory where somebody reads."""
    on = timezone.localdate()
    opportunity = opportunity_for(request.user, opportunity_pk, on=on)
    writable = access.writable(request.user, opportunity, on=on)
    structures = Structure.objects.filter(
        reduce(or_, (Q(pk__in=members.values("pk")) for _, members in writable))
    )
    words = request.GET.get("q", "").strip()[:100]
    if words:
        structures = directory_index.matching(structures, words)
    page = page_of(request, structures.with_place().order_by("name", "pk"))
    talking = access.threads_for(request.user, on=on).filter(
        opportunity=opportunity,
        network__in=[network for network, _ in writable],
        structure__in=[structure.pk for structure in page],
    )
    known = set(talking.values_list("structure", flat=True))
    context = {
        "opportunity": opportunity,
        "page": page,
        "rows": [(structure, structure.pk in known) for structure in page],
        "words": words,
    }
    return render(request, "mobilisation/conversations/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: SignedInRequest, opportunity_pk: int, structure_pk: int) -> HttpResponse:
    """Write first to one member; where a conversation is there already, it opens."""
    on = timezone.localdate()
    opportunity = opportunity_for(request.user, opportunity_pk, on=on)
    writable = access.writable(request.user, opportunity, on=on)
    found = [(each, row) for each, rows in writable for row in rows.filter(pk=structure_pk)[:1]]
    if not found:
        raise Http404
    networks, structure = [network for network, _ in found], found[0][1]
    threads = access.threads_for(request.user, on=on).filter(opportunity=opportunity)
    known = list(threads.filter(structure=structure, network__in=networks))
    if request.method != "POST" and len(known) == len(networks) == 1:
        text = urlencode(prepared(request))
        query = f"?{text}" if text else ""
        return redirect(f"{reverse('conversations:thread', args=[known[0].pk])}{query}#ecrire")
    by_key = {str(network.pk): network for network in networks}
    form = FirstForm(
        [(key, str(network)) for key, network in by_key.items()],
        posted(request),
        initial={"network": request.GET.get("reseau", ""), **prepared(request)},
    )
    if form.is_valid():
        with refusals_in(form, on="text"):
            thread = actions.write_first(
                opportunity=opportunity,
                structure=structure,
                network=by_key[form.cleaned_data["network"]],
                text=form.cleaned_data["text"],
                by=request.user,
                now=timezone.now(),
            )
            notes.success(request, "Votre message est écrit. La réponse arrive ici.")
            return redirect("conversations:thread", pk=thread.pk)
    context = {
        "opportunity": opportunity,
        "structure": structure,
        "networks": networks,
        "form": form,
    }
    return render_form(request, "mobilisation/conversations/write.html", context)


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
    }
    return render_form(request, "mobilisation/conversations/report.html", context)


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """What was reported to the user's networks, what waits first, for who reads over for one."""
    if not networks_moderated_by(request.user).exists():
        raise Http404("Cette page est celle des réseaux.")
    rows = access.reports_for(request.user)
    context = {"page": page_of(request, rows), "waiting": rows.filter(outcome="open").count()}
    return render(request, "mobilisation/conversations/reports.html", context)


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

"""What the team of a programme proposes, and what became of it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.tables.writing import Column, csv_response
from cordee.base.ui import french, panels
from cordee.base.ui.forms import render_form
from cordee.members.models import Programme
from cordee.mobilisation.actions.proposals import people_of, propose
from cordee.mobilisation.proposals import access
from cordee.mobilisation.proposals.counts import NETWORKS_AT_LEAST, OpportunityCounts, counts_of
from cordee.mobilisation.proposals.forms import ProposalForm
from cordee.opportunities.models import Opportunity
from cordee.opportunities.models.opportunities import OpportunityQuerySet
from cordee.opportunities.programmes.access import team_programme_for
from cordee.opportunities.programmes.progress import attached_to

PAGE_SIZE = 25
OFFERED = 200
"""How many open opportunities may be ticked at once: those that close first."""

SORTS = {"date": "proposed_at", "-date": "-proposed_at", "titre": "title", "-titre": "-title"}

COLUMNS = [
    Column("opportunité", lambda row: row[0].title),
    Column("réseaux à décider", lambda row: row[1].pending),
    Column("réseaux qui relaient", lambda row: row[1].relayed),
    Column("réseaux qui ne relaient pas", lambda row: row[1].declined),
    Column("raisons", lambda row: row[1].reason_words),
    Column("structures sollicitées", lambda row: _cell(row[1], "asked")),
    Column("structures qui ont répondu", lambda row: _cell(row[1], "answered")),
    Column("structures intéressées", lambda row: _cell(row[1], "interested")),
]


@require_safe
def proposals(request: HttpRequest, slug: str) -> HttpResponse:
    """Opportunity by opportunity: networks counted, structures in bands."""
    programme = team_programme_for(request.user, slug)
    sort = request.GET.get("tri", "")
    sort = sort if sort in SORTS else "-date"
    words = request.GET.get("q", "").strip()
    proposed = _proposed(programme, words, sort)
    page = Paginator(proposed, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "page": page,
        "rows": _with_counts(request, programme, list(page)),
        "total": page.paginator.count,
        "words": words,
        "sort": sort,
        "at_least": NETWORKS_AT_LEAST,
        "today": timezone.localdate(),
    }
    return render(request, "mobilisation/proposals/team.html", context)


@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The same as CSV, with the same bands."""
    programme = team_programme_for(request.user, slug)
    found = list(_proposed(programme, request.GET.get("q", "").strip(), "-date"))
    return csv_response("propositions", COLUMNS, _with_counts(request, programme, found))


@require_safe
def panel(request: HttpRequest, slug: str) -> HttpResponse:
    """How many are proposed and what networks decided, for the page of the programme."""
    programme = team_programme_for(request.user, slug)
    newest = list(_proposed(programme, "", "-date")[:5])
    context = {"programme": programme, "rows": _with_counts(request, programme, newest)}
    return panels.shown(
        request, "mobilisation/proposals/team_panel.html", context, title="Propositions aux réseaux"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest, slug: str) -> HttpResponse:
    """GET chooses and previews; POST proposes."""
    programme = team_programme_for(request.user, slug)
    now = timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    offered = attached_to(programme).open(now).order_by("deadline", "pk")
    networks = access.networks_to_ask(on=timezone.localdate(now))
    first = list(offered.values_list("pk", flat=True)[:OFFERED])
    choices = offered.filter(pk__in=first)
    form = ProposalForm(choices, networks, asked if "apercu" in asked else None)
    context: dict[str, Any] = {
        "programme": programme,
        "form": form,
        "has_open": bool(first),
        "today": timezone.localdate(now),
    }
    if "apercu" in asked and form.is_valid():
        chosen, networks = form.cleaned_data["opportunite"], form.cleaned_data["reseau"]
        if request.method == "POST":
            made = propose(
                programme=programme,
                opportunities=chosen,
                networks=networks,
                message=form.cleaned_data["message"],
                by=request.user,
                now=now,
            )
            messages.success(request, _done_words(len(made)))
            return redirect("proposals:team", slug=programme.slug)
        context |= {
            "previewed": True,
            "chosen": chosen,
            "networks": [(network, people_of(network).count()) for network in networks],
            "hidden": [(name, v) for name, values in request.GET.lists() for v in values],
        }
    return render_form(request, "mobilisation/proposals/create.html", context)


def _done_words(made: int) -> str:
    if not made:
        return "Rien de nouveau\u00a0: ces réseaux avaient déjà ces opportunités."
    return f"{french.count(made, 'proposition envoyée', 'propositions envoyées')}."


def _proposed(programme: Programme, words: str, sort: str) -> OpportunityQuerySet:
    rows = Opportunity.objects.filter(proposals__programme=programme)
    rows = rows.annotate(proposed_at=Max("proposals__at")).order_by(SORTS[sort], "pk")
    return rows.search(words) if words else rows


def _with_counts(
    request: HttpRequest, programme: Programme, found: list[Opportunity]
) -> list[tuple[Opportunity, OpportunityCounts]]:
    known = access.own_networks(request.user, on=timezone.localdate())
    counts = counts_of(programme, [each.pk for each in found], known_networks=known)
    return [(each, counts[each.pk]) for each in found]


def _cell(counts: OpportunityCounts, name: str) -> str:
    return getattr(counts.structures, name) if counts.structures else "non dit"

"""The page of one opportunity: what is asked, what we understood, what is missing."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.base.ui import french
from cordee.base.ui.panels import panels_of
from cordee.members.acting import viewer_of
from cordee.notices.notice import Notice
from cordee.opportunities import lots as lot_tables
from cordee.opportunities.access import may_correct, opportunity_for
from cordee.opportunities.fact_lines import missing_of
from cordee.opportunities.inference import infer
from cordee.opportunities.life import life_of
from cordee.opportunities.margin.pages import page_margin
from cordee.opportunities.models import Audience, NoticeVersion, Opportunity, Reading, Stage
from cordee.opportunities.need_words import terms_lines
from cordee.opportunities.openness import openness_of
from cordee.opportunities.verdicts import own_verdict
from cordee.opportunities.wording import GROUPING_SHORT, RESERVATION_SHORT, shown_name
from cordee.rules.figures import lot_name

WHOLE_TEXT = "tout"


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    opportunity = opportunity_for(request.user, pk, on=timezone.localdate())
    return render(request, "opportunities/detail.html", page_context(request, opportunity))


def page_context(request: HttpRequest, opportunity: Opportunity) -> dict[str, Any]:
    """All that the page of an opportunity shows; its parts are drawn from the same."""
    now = timezone.now()
    today = timezone.localdate(now)
    readings = list(Reading.objects.of_opportunity(opportunity))
    understanding = opportunity.current(readings)
    notice = understanding.notice
    breakdown = opportunity.latest_breakdown()
    found = infer(breakdown, understanding.as_read)
    places = list(opportunity.places.all())
    table = lot_tables.table_of(notice, breakdown)
    audiences = (
        list(opportunity.audiences.select_related("network")) if opportunity.is_private else []
    )
    # Its sort alone stands in the tags.
    terms = lines if len(lines := terms_lines(notice)) > 1 else []
    is_whole_text = request.GET.get("texte") == WHOLE_TEXT
    return {
        "opportunity": opportunity,
        "notice": notice,
        "today": today,
        "days_left": _days_left(opportunity, now),
        "is_open": opportunity.is_open(now),
        "verdict": own_verdict(viewer_of(request), opportunity, now)
        if opportunity.is_open(now)
        else None,
        "start": first_day(notice),
        "lots_heading": _lots_heading(notice),
        "status": status_of(opportunity, now),
        "tags": _tags(opportunity, notice),
        "table": table,
        "sources": lot_tables.sources_of(breakdown),
        "breakdown": breakdown,
        "made_by": shown_name(breakdown.made_by) if breakdown and breakdown.made_by else "Cordée",
        "reading": page_margin(
            opportunity, understanding, found, today, is_whole_text=is_whole_text
        ),
        # What would help to answer is of no use once nobody can answer any more, nor what one
        # asks of a contract where there is none.
        "missing": []
        if opportunity.stage in (Stage.AWARDED, Stage.CANCELLED) or not notice.is_work
        else missing_of(opportunity, understanding, found),
        "steps": _steps(opportunity, notice, now),
        "map": lot_tables.map_of(places, table),
        "map_is_supposed": any(place.is_supposed for place in places),
        "life": life_of(
            opportunity,
            understanding,
            (r.version for r in readings),
            request.user,
            is_whole=request.GET.get("resultats") == "tous",
        ),
        "pointless": understanding.pointless,
        "openness": openness_of(opportunity, notice, breakdown, request.user, today),
        "may_correct": may_correct(request.user),
        "terms": terms,
        "audiences": [each for each in audiences if each.state == Audience.State.PUBLISHED],
        "is_waiting": opportunity.is_private
        and not any(each.state == Audience.State.PUBLISHED for each in audiences),
        "is_author": opportunity.is_private and opportunity.created_by_id == request.user.pk,
        "actions": panels_of("opportunity-action", opportunity) if table.peak_cfte else [],
    }


@require_safe
def lots(request: HttpRequest, pk: int) -> HttpResponse:
    """Every lot, or one (`?lot=`) with its facts to correct."""
    today = timezone.localdate()
    opportunity = opportunity_for(request.user, pk, on=today)
    understanding = opportunity.current()
    breakdown = opportunity.latest_breakdown()
    chosen = request.GET.get("lot", "")
    lot = next((lot for lot in understanding.notice.lots if lot.id == chosen), None)
    if chosen and lot is None:
        raise Http404("Cet avis n’a pas de lot de ce numéro.")
    found = infer(breakdown, understanding.as_read)
    context = {
        "opportunity": opportunity,
        "notice": understanding.notice,
        "today": today,
        "lot": lot,
        "lot_name": lot_name(chosen),
        "table": lot_tables.table_of(understanding.notice, breakdown, whole=True),
        "reading": (
            page_margin(opportunity, understanding, found, today, lot=lot.id) if lot else None
        ),
        "sources": lot_tables.sources_of(breakdown, chosen) if lot else [],
        "may_correct": may_correct(request.user),
    }
    return render(request, "opportunities/lots.html", context)


@require_safe
def version(request: HttpRequest, pk: int, version_pk: int) -> HttpResponse:
    """The imported file itself, byte for byte, to keep beside."""
    opportunity = opportunity_for(request.user, pk, on=timezone.localdate())
    found = get_object_or_404(NoticeVersion.objects.of_opportunity(opportunity), pk=version_pk)
    is_json = found.content.lstrip()[:1] in (b"{", b"[")
    name = f"avis-{found.sha256[:12]}.{'json' if is_json else 'xml'}"
    # Never shown in the browser: it was written by others.
    return HttpResponse(
        found.content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _days_left(opportunity: Opportunity, now: datetime) -> int | None:
    if opportunity.deadline is None:
        return None
    return (timezone.localdate(opportunity.deadline) - timezone.localdate(now)).days


def status_of(opportunity: Opportunity, now: datetime) -> tuple[str, str, str] | None:
    """(banner kind, title, text) where the call cannot be answered now."""
    match opportunity.stage:
        case Stage.CANCELLED:
            return "bloque", "L’acheteur a annulé ce marché", "On ne peut plus y répondre."
        case Stage.AWARDED:
            return (
                "vigilance",
                "Ce marché est attribué",
                "On ne peut plus y répondre. Il reste utile pour prévoir le prochain.",
            )
        case Stage.PRIOR:
            return (
                "inconnu",
                "Ce marché est annoncé, pas encore ouvert",
                "C’est le bon moment pour former l’équipe et parler à l’acheteur.",
            )
    if not opportunity.is_open(now):
        closed = french.moment(opportunity.deadline, timezone.localdate(now))
        return "vigilance", "Ce marché est clos", f"On pouvait répondre jusqu’au {closed}."
    return None


def _tags(opportunity: Opportunity, notice: Notice) -> list[str]:
    found = ["Besoin privé" if opportunity.is_private else "Marché public"]
    if opportunity.need_kind:
        found.append(opportunity.get_need_kind_display())
    if opportunity.reserved:
        found.append(RESERVATION_SHORT[opportunity.reserved])
    if opportunity.is_partly_reserved:
        found.append("Pour certains lots")
    if opportunity.social_clause:
        found.append(opportunity.get_social_clause_display())
    if notice.social_clause and notice.social_clause.hours:
        found.append(f"{french.count(notice.social_clause.hours, 'heure')} d’insertion")
    if notice.grouping:
        found.append(GROUPING_SHORT[notice.grouping.form.value])
    return found


def _steps(opportunity: Opportunity, notice: Notice, now: datetime) -> list[tuple[str, str, str]]:
    """(what, when, done | now | todo), in time."""
    today = timezone.localdate(now)
    found = []
    if opportunity.published_on:
        published = "Besoin publié" if opportunity.is_private else "Avis publié"
        found.append((published, french.day(opportunity.published_on, today), "done"))
    deadline = opportunity.deadline
    limit = french.moment(deadline, today) if deadline else "date inconnue"
    if opportunity.is_open(now):
        left = _days_left(opportunity, now)
        when = (
            f"aujourd’hui, {french.count(left, 'jour restant', 'jours restants')}"
            if left
            else ("aujourd’hui")
        )
        doing = "Former l’équipe" if notice.is_work else "Répondre"
        last = "Dépôt de l’offre" if notice.is_work else "Dernier jour pour répondre"
        found += [(doing, when, "now"), (last, limit, "todo")]
    elif opportunity.stage == Stage.PRIOR:
        found += [("Former l’équipe", "sans attendre l’appel", "now"), ("Appel", "à venir", "todo")]
    elif opportunity.stage == Stage.CANCELLED:
        found.append(("Marché annulé", "par l’acheteur", "done"))
    else:
        if deadline or opportunity.stage != Stage.AWARDED:
            found.append(("Dépôt de l’offre", limit, "done"))
        if opportunity.stage == Stage.AWARDED:
            found.append(("Marché attribué", "voir l’avis d’attribution", "done"))
    start = first_day(notice)
    if start and opportunity.stage != Stage.CANCELLED:
        state = "todo" if start > today else "done"
        # A first day that is past does not come after an answer, or a call, still to come.
        is_waiting = opportunity.is_open(now) or opportunity.stage == Stage.PRIOR
        if state == "todo" or not is_waiting:
            found.append(("Début du travail", french.day(start, today), state))
    return found


def _lots_heading(notice: Notice) -> str:
    return french.count(len(notice.lots), "lot") if len(notice.lots) > 1 else "Le travail demandé"


def first_day(notice: Notice) -> date | None:
    """The first day written for the whole, or the earliest of the lots."""
    holders: list[Any] = [notice, *notice.lots]
    days = [h.duration.start for h in holders if h.duration and h.duration.start]
    return min(days, default=None)

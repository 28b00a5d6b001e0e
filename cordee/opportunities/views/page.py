"""The four pages of an opportunity: for the reader, its lots, the whole notice, the questions."""

from datetime import date, datetime
from enum import Enum
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.base import limits
from cordee.base.files.storing import to_save
from cordee.base.found import page_of
from cordee.base.ui import french
from cordee.members.acting import seats_of, viewer_of
from cordee.notices.notice import Notice
from cordee.opportunities import lots as lot_tables
from cordee.opportunities.access import may_correct, opportunity_for, public_opportunity
from cordee.opportunities.fact_lines import correct_url, missing_of
from cordee.opportunities.first_page import (
    answer_for,
    condition_lines,
    last_change,
    possible_also,
    trade_steps,
)
from cordee.opportunities.inference import infer
from cordee.opportunities.life import life_of
from cordee.opportunities.margin.pages import page_margin
from cordee.opportunities.models import (
    Audience,
    NoticeVersion,
    Opportunity,
    Reading,
    Stage,
    VerdictKind,
)
from cordee.opportunities.need_content import terms_lines
from cordee.opportunities.next_steps import Done, NextStep, Reader, lists_for, steps_for
from cordee.opportunities.openness import openness_of
from cordee.opportunities.supposed import supposition_of
from cordee.opportunities.verdicts import own_verdict
from cordee.opportunities.wording import GROUPING_SHORT, RESERVATION_SHORT, shown_name, where_words
from cordee.rules.figures import lot_name

WHOLE_TEXT = "tout"
SHOWN_LOTS = 20
TITLE_LETTERS = 79


class Tab(Enum):
    """The pages, by the names of their routes; the first is the answer."""

    FIRST = "detail"
    LOTS = "lots"
    NOTICE = "notice"
    QUESTIONS = "questions"


def _shown_to(request: HttpRequest, pk: int, on: date) -> Opportunity | None:
    """What the reader may see; None where a visitor, whose visits are counted, must sign in."""
    if request.user.is_authenticated:
        return opportunity_for(request.user, pk, on=on)
    limits.count("visit", limits.address_of(request), timezone.now().timestamp())
    return public_opportunity(pk)


@login_not_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The first page: is it for the user, and what to do next. A public notice is everybody's."""
    today = timezone.localdate()
    opportunity = _shown_to(request, pk, today)
    if opportunity is None:
        # The same answer for a need, and for what does not exist.
        return redirect_to_login(request.get_full_path())
    understanding, breakdown = opportunity.understood, opportunity.breakdown
    viewer, now = viewer_of(request), timezone.now()
    verdict = own_verdict(viewer, opportunity, now) if opportunity.is_open(now) else None
    # Of several structures it tells the best answer, not whose it is.
    is_of_one = len(viewer.structure_ids) == 1
    could_alone = is_of_one and verdict is not None and verdict.kind is VerdictKind.ALONE
    person = Reader(
        viewer,
        opportunity,
        now,
        has_work=breakdown is not None and bool(breakdown.packages.all()),
        alone=viewer.structure_ids if could_alone else frozenset(),
    )
    has_seat = bool(seats_of(request))
    context = _frame(request, opportunity, Tab.FIRST)
    steps, done, standing, of_network = steps_for(person)
    if context["is_author"]:
        mine = reverse("opportunities:my_need", args=[opportunity.pk])
        steps.insert(0, NextStep(0, "Gérer mon besoin", mine))
    elif viewer.user is None:
        login = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.path})}"
        steps = [NextStep(0, "Entrer", login, "personne")]
    elif not has_seat:
        steps = [NextStep(0, "Trouver ma structure", reverse("members:join"), "chercher")]
    history = f"{reverse('opportunities:notice', args=[opportunity.pk])}#histoire"
    done += last_change(understanding, person, history)
    told, ban = verdict or of_network, understanding.notice.groups_banned
    supposed = None
    is_theirs = told is None or told.kind is not VerdictKind.NOT_FOR_YOU
    if breakdown is not None and person.is_open and is_theirs:
        # That the exact place is unknown stands in the line under the title, and in the marks.
        supposed = supposition_of(
            list(breakdown.packages.all()), with_place=False, is_private=opportunity.is_private
        )
    is_without_team = told is not None and told.kind in (VerdictKind.ALONE, VerdictKind.NOT_FOR_YOU)
    if ban and person.may_answer and not is_without_team:
        ask = reverse("opportunities:questions", args=[opportunity.pk])
        done.append(Done(ban, "Poser la question", ask))
    conditions = condition_lines(opportunity, today) if person.is_open else []
    # What was asked or sent already takes the place of a button.
    steps = [] if context["is_waiting"] else steps[: 2 if done else 3]
    if person.is_open and has_seat and opportunity.possible_trades:
        if person.has_work:
            done += possible_also(opportunity)
        else:
            steps = trade_steps(opportunity)
    context |= {
        "answer": answer_for(
            person,
            context["status"],
            understanding,
            told,
            standing,
            has_seat=has_seat,
        ),
        "supposed": supposed,
        # What the sentence says unknown is not said a second time among the figures.
        "is_amount_apart": supposed is None or supposed.fact != "amount",
        "correct_url": correct_url(opportunity, supposed.fact) if supposed and has_seat else "",
        "where": where_words(opportunity),
        "days_left": _days_left(opportunity, now),
        "is_deadline_proposed": bool(understanding.proposed_of("deadline")),
        "is_open": person.is_open,
        "start": first_day(understanding.notice),
        "steps": steps,
        "done": done,
        "conditions": conditions,
        "may_exclude": any(each.may_exclude for each in conditions),
    }
    return render(request, "opportunities/detail.html", context)


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """All that is known of it: the reading and its margin, codes, history, programmes, relays."""
    opportunity = opportunity_for(request.user, pk, on=timezone.localdate())
    return render(request, "opportunities/notice.html", notice_context(request, opportunity))


def notice_context(request: HttpRequest, opportunity: Opportunity) -> dict[str, Any]:
    """All that the page of the whole notice shows; its parts are drawn from the same."""
    now = timezone.now()
    today = timezone.localdate(now)
    readings = list(Reading.objects.of_opportunity(opportunity))
    understanding = opportunity.understood = opportunity.current(readings)
    notice, found = understanding.notice, infer(opportunity)
    # Its sort alone stands in the tags.
    terms = lines if len(lines := terms_lines(notice)) > 1 else []
    is_whole_text = request.GET.get("texte") == WHOLE_TEXT
    return _frame(request, opportunity, Tab.NOTICE) | {
        "days_left": _days_left(opportunity, now),
        "is_open": opportunity.is_open(now),
        "start": first_day(notice),
        "tags": _tags(opportunity, notice),
        "table": lot_tables.table_of(notice, opportunity.breakdown),
        "reading": page_margin(
            opportunity, understanding, found, today, is_whole_text=is_whole_text
        ),
        # What would help to answer is of no use once nobody can answer any more, nor what one
        # asks of a contract where there is none.
        "missing": []
        if opportunity.has_ended or not notice.is_work
        else missing_of(opportunity, understanding, found),
        "steps": _steps(opportunity, notice, now),
        "life": life_of(
            opportunity,
            understanding,
            (r.version for r in readings),
            request.user,
            is_whole=request.GET.get("resultats") == "tous",
        ),
        "pointless": understanding.pointless,
        "openness": openness_of(opportunity, request.user, today),
        "may_correct": may_correct(request.user),
        "terms": terms,
    }


@require_safe
def lots(request: HttpRequest, pk: int) -> HttpResponse:
    """The lots, twenty a page, and who could; or one (`?lot=`) with its facts to correct."""
    today = timezone.localdate()
    opportunity = opportunity_for(request.user, pk, on=today)
    if chosen := request.GET.get("lot", ""):
        return _one_lot(request, opportunity, chosen)
    if not opportunity.is_work:
        raise Http404("Ce besoin n’a pas de lots.")
    notice, breakdown = opportunity.understood.notice, opportunity.breakdown
    table = lot_tables.table_of(notice, breakdown)
    places = list(opportunity.places.all())
    page = page_of(request, table.rows, SHOWN_LOTS)
    positions = [row.package.position for row in page if row.package]
    able = lists_for(viewer_of(request), opportunity, breakdown, positions)
    context = _frame(request, opportunity, Tab.LOTS) | {
        "heading": french.count(len(notice.lots), "lot")
        if len(notice.lots) > 1
        else "Le travail demandé",
        "table": table,
        "page": page,
        "rows": [
            (row, able.by_position.get(row.package.position) if row.package else None)
            for row in page
        ],
        "able": able,
        "sources": lot_tables.sources_of(breakdown),
        "breakdown": breakdown,
        "made_by": shown_name(breakdown.made_by) if breakdown and breakdown.made_by else "Cordée",
        "map": lot_tables.map_of(places, table),
        "map_is_supposed": any(place.is_supposed for place in places),
    }
    return render(request, "opportunities/lots.html", context)


def _one_lot(request: HttpRequest, opportunity: Opportunity, chosen: str) -> HttpResponse:
    understanding = opportunity.understood
    lot = next((lot for lot in understanding.notice.lots if lot.id == chosen), None)
    if lot is None:
        raise Http404("Cet avis n’a pas de lot de ce numéro.")
    found = infer(opportunity)
    context = {
        "opportunity": opportunity,
        "lot": lot,
        "lot_name": lot_name(chosen),
        "reading": page_margin(opportunity, understanding, found, timezone.localdate(), lot=lot.id),
        "sources": lot_tables.sources_of(opportunity.breakdown, chosen),
        "may_correct": may_correct(request.user),
    }
    return render(request, "opportunities/lot.html", context)


@require_safe
def question_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What to ask the buyer, and the conversations."""
    today = timezone.localdate()
    opportunity = opportunity_for(request.user, pk, on=today)
    context = _frame(request, opportunity, Tab.QUESTIONS) | {
        "asking": openness_of(opportunity, request.user, today).get("asking"),
        "may_correct": may_correct(request.user),
    }
    return render(request, "opportunities/questions.html", context)


def _frame(request: HttpRequest, opportunity: Opportunity, here: Tab) -> dict[str, Any]:
    """What the four pages of an opportunity share: title, tabs, what stands in the way."""
    now = timezone.now()
    audiences = (
        list(opportunity.audiences.select_related("network")) if opportunity.is_private else []
    )
    published = [each for each in audiences if each.state == Audience.State.PUBLISHED]
    lots = len(opportunity.understood.notice.lots)
    viewer = viewer_of(request)
    words = {
        Tab.FIRST: "Pour vous" if viewer.network or viewer.structure_ids else "L’essentiel",
        Tab.LOTS: f"Les {french.count(lots, 'lot')}" if lots > 1 else "Le travail",
        Tab.NOTICE: "Le besoin" if opportunity.is_private else "Tout l’avis",
        Tab.QUESTIONS: "Questions",
    }
    return {
        "opportunity": opportunity,
        "notice": opportunity.understood.notice,
        "today": timezone.localdate(now),
        "title": french.cut(opportunity.title, TITLE_LETTERS),
        "status": status_of(opportunity, now),
        "here": words[here],
        "tabs": [
            (words[tab], reverse(f"opportunities:{tab.value}", args=[opportunity.pk]), tab is here)
            for tab in Tab
            if tab is not Tab.LOTS or opportunity.is_work
        ],
        "audiences": published,
        "is_waiting": opportunity.is_private and not published,
        "is_author": opportunity.is_private and opportunity.created_by_id == request.user.pk,
    }


@require_safe
def version(request: HttpRequest, pk: int, version_pk: int) -> HttpResponse:
    """The imported file itself, byte for byte, to keep beside."""
    opportunity = opportunity_for(request.user, pk, on=timezone.localdate())
    found = get_object_or_404(NoticeVersion.objects.of_opportunity(opportunity), pk=version_pk)
    is_json = found.content.lstrip()[:1] in (b"{", b"[")
    name = f"avis-{found.sha256[:12]}.{'json' if is_json else 'xml'}"
    # Never shown in the browser: it was written by others.
    return to_save(name, found.content, "application/octet-stream")


def _days_left(opportunity: Opportunity, now: datetime) -> int | None:
    if opportunity.deadline is None:
        return None
    return (timezone.localdate(opportunity.deadline) - timezone.localdate(now)).days


def status_of(opportunity: Opportunity, now: datetime) -> tuple[str, str, str] | None:
    """(banner kind, title, text) where the call cannot be answered now."""
    is_need = opportunity.is_private
    match opportunity.stage:
        case Stage.CANCELLED if is_need:
            return "bloque", "Ce besoin est retiré", "Son auteur ne cherche plus personne."
        case Stage.CANCELLED:
            return "bloque", "L’acheteur a annulé ce marché", "On ne peut plus y répondre."
        case Stage.AWARDED if is_need:
            return "vigilance", "Ce besoin est pourvu", "On ne peut plus y répondre."
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
        what = "Ce besoin" if is_need else "Ce marché"
        return "vigilance", f"{what} est clos", f"On pouvait répondre jusqu’au {closed}."
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
        when = f", {french.count(left, 'jour restant', 'jours restants')}" if left else ""
        doing = "Former l’équipe" if notice.is_work else "Répondre"
        last = "Dépôt de l’offre" if notice.is_work else "Dernier jour pour répondre"
        found += [(doing, f"aujourd’hui{when}", "now"), (last, limit, "todo")]
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


def first_day(notice: Notice) -> date | None:
    """The first day written for the whole, or the earliest of the lots."""
    holders: list[Any] = [notice, *notice.lots]
    days = [h.duration.start for h in holders if h.duration and h.duration.start]
    return min(days, default=None)

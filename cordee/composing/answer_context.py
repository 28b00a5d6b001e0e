"""The page of an answer with its study, for the views that show it; and what its first page says of
a team: who does what, what stays to confirm, what to do next.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.ui import french, months
from cordee.composing import access, pages, wish_page
from cordee.composing.forms import WISH_FORMS, LeanForm, WishForm
from cordee.composing.models import Composition, Proposal, Study
from cordee.composing.own_teams import own_teams_of
from cordee.composing.problem import wish_options
from cordee.composing.problem.sentences import AssumptionSentence
from cordee.composing.study_page import StudyPage
from cordee.members.access import structures_for
from cordee.members.models import Structure
from cordee.members.sharing import Viewer
from cordee.members.today.way_back import coming_back
from cordee.mobilisation.conversations import access as conversations
from cordee.opportunities.models import Opportunity

MOST_TO_CONFIRM = 2
# A small team links each name; a larger one, on the page of the proof.
MOST_LINKED = 3
OLD_AFTER = timedelta(days=30)
VARIANTS, ELSEWHERE, LOOKED_AT = 6, 3, 50
HEADINGS = {
    "failed": "La panne vient de chez nous",
    "cancelled": "Recherche abandonnée",
    "withheld": "Cette équipe n’est plus montrée",
}


@dataclass(slots=True)
class ToConfirm:
    """What stays to confirm of one structure: how to ask it, and its telephone.

    `ask_url` is "" where the user may not ask; `ask_words` names the button.
    """

    structure_id: int
    name: str
    span: str = ""
    guesses: list[AssumptionSentence] = field(default_factory=list)
    phone: str = ""
    ask_url: str = ""
    ask_words: str = "Demander cette réponse"

    @property
    def phrases(self) -> list[tuple[str, str]]:
        """What is not known of it and how far, said once for the same months.

        Months are left out where they are those of the whole contract.
        """
        return self._phrases(unsaid=self.span)

    @property
    def question(self) -> str:
        """What is asked, as the message says it; nobody else of the team is named (RULE-38)."""
        asked = "\u202f; ".join(f"{self.name} {what}" for what, _ in self._phrases(unsaid=""))
        return f"{asked}. Est-ce juste\u202f?"

    def _phrases(self, *, unsaid: str) -> list[tuple[str, str]]:
        same: dict[tuple[str, str], list[str]] = {}
        for each in self.guesses:
            when = "" if each.when == unsaid else each.when
            same.setdefault((when, each.certainty), []).append(each.phrase)
        return [
            (f"{french.series(what)} {when}".strip(), how) for (when, how), what in same.items()
        ]


def to_confirm(
    page: pages.Page, shown: pages.Shown, viewer: Viewer, *, may_ask: bool
) -> list[ToConfirm]:
    """By structure, what a team rests on. A fixed number of queries, whatever the team.

    Who relays for a network writes to its member; who directs a structure, to their network. Both
    read the message before it leaves.
    """
    found: dict[int, ToConfirm] = {}
    names = {row.structure_id: row.name for row in shown.team.rows}
    span = months.spans(page.posed.months)
    for guess in shown.guesses:
        pk = guess.structure_id
        one = found.setdefault(pk, ToConfirm(pk, names.get(pk, ""), span))
        one.guesses.append(guess)
    if may_ask and found and isinstance(viewer.user, User):
        opportunity = page.composition.breakdown.opportunity
        here = reverse("composing:detail", args=[page.composition.pk])
        _ask(list(found.values()), opportunity, viewer.user, viewer.on, here)
    return list(found.values())


def _ask(
    rows: Sequence[ToConfirm], opportunity: Opportunity, person: User, on: date, here: str
) -> None:
    ids = [row.structure_id for row in rows]
    phones = dict(Structure.objects.filter(pk__in=ids).values_list("pk", "phone"))
    posts = conversations.posts_to_write_from(person, opportunity)
    members = {
        pk
        for post in posts
        for pk in conversations.members_to_write(person, post, on=on)
        .filter(pk__in=ids)
        .values_list("pk", flat=True)
    }
    own = list(Structure.objects.directed_by(person))
    has_network = not posts and any(
        conversations.counterparts_of(each, opportunity, person, on=on) for each in own[:1]
    )
    for row in rows:
        row.phone = phones.get(row.structure_id, "")
        if row.structure_id in {each.pk for each in own}:
            of_accounts = any(each.is_of_accounts for each in row.guesses)
            route = "economics:state" if of_accounts else "members:sheet"
            row.ask_url = coming_back(reverse(route, args=[row.structure_id]), here)
            row.ask_words = "Dire mes recettes" if of_accounts else "Le dire dans ma fiche"
        elif row.structure_id in members:
            address = reverse("conversations:write", args=[opportunity.pk, row.structure_id])
            text = f"Bonjour,\n\nPour répondre à ce marché à plusieurs\u00a0: {row.question}"
            row.ask_url = f"{address}?{urlencode({'text': text})}"
        elif has_network:
            address = reverse("conversations:ask", args=[opportunity.pk])
            text = f"Bonjour,\n\nPouvez-vous demander à {row.name}\u00a0: {row.question}"
            row.ask_url = f"{address}?{urlencode({'text': text})}"


class TeamPage:
    """What the first page adds to a team, to one reader; `proposal` is that team kept, if it is."""

    def __init__(
        self,
        page: pages.Page,
        shown: pages.Shown,
        viewer: Viewer,
        *,
        proposal: Proposal | None,
        may_ask: bool,
    ) -> None:
        composition = page.composition
        self.rests_on = to_confirm(page, shown, viewer, may_ask=may_ask)
        self.shown = self.rests_on[:MOST_TO_CONFIRM]
        # How many structures more are named on the page of the proof.
        self.more = len(self.rests_on) - len(self.shown)
        self.own_ids = viewer.structure_ids
        self.is_linked = may_ask and len(shown.team.rows) <= MOST_LINKED
        self.proposal = proposal
        # The invented valley is read by everybody, and redone by nobody.
        self.is_changed = may_ask and composition.is_outdated
        self.is_old = may_ask and viewer.on - composition.computed_for > OLD_AFTER


class Tab(StrEnum):
    """The pages of an answer; each has its address."""

    TEAM = "equipe"
    PROOF = "preuve"
    WHAT_IF = "et-si"


ROUTES = {
    Tab.TEAM: "composing:detail",
    Tab.PROOF: "composing:proof",
    Tab.WHAT_IF: "composing:wish",
}
TEMPLATES = {Tab.PROOF: "composing/proof.html", Tab.WHAT_IF: "composing/what_if.html"}


def answer(
    request: HttpRequest,
    composition: Composition,
    viewer: Viewer,
    tab: Tab,
    wish: WishForm | None = None,
) -> HttpResponse:
    """One page of an answer; `wish` is what could not be asked, with its errors."""
    context = first_context(composition, viewer)
    page = answer_page(composition, viewer)
    if page is None:
        return ended(request, context, "withheld")
    study = StudyPage(page)
    name = request.GET.get("equipe", "")
    shown = _shown(page, study, name)
    may_keep = access.may_keep(viewer, composition)
    context |= study_context(page, study, may_keep, tab)
    context |= {
        "page": page,
        "shown": shown,
        "tabs": _tabs(page, name if shown and shown.origin != "best" else "", tab),
        "may_keep": may_keep,
        "may_wish": may_keep and context["is_open"],
        "failed_wish": wish,
        "wished": wish_page.granted_wishes(page),
    }
    if shown and tab is not Tab.WHAT_IF:
        context |= _team_context(page, viewer, shown, context)
    if tab is Tab.TEAM and may_keep:
        context["may_keep_shown"] = shown is not None and (shown.origin, shown.number) in proposed(
            page, study
        )
        context["own_teams"] = own_teams_of(viewer, composition.breakdown)
    elif tab is Tab.PROOF:
        context["map"] = pages.map_of(shown.team) if shown and not shown.is_alone else None
        context |= why_not_context(request, page, composition)
    elif tab is Tab.WHAT_IF:
        variants = access.variants_for(viewer, composition)[:VARIANTS] if may_keep else ()
        context["variants"] = wish_page.variants_of(page, variants)
        context["way"] = study.way_out(name)
        if context["may_wish"]:
            context |= wish_context(page, composition, wish)
    first = "composing/detail.html" if page.best else "composing/impossible.html"
    return render(request, TEMPLATES.get(tab, first), context)


def ended(request: HttpRequest, context: dict[str, Any], how: str) -> HttpResponse:
    """The page of a composition that has nothing to show: why, and the way to begin again."""
    more = {"ended": how, "heading": HEADINGS[how]}
    return render(request, "composing/ended.html", context | more)


def first_context(composition: Composition, viewer: Viewer) -> dict[str, Any]:
    """What every page of a composition says, whatever became of it."""
    opportunity = composition.breakdown.opportunity
    return {
        "composition": composition,
        "opportunity": opportunity,
        "is_open": opportunity.is_open(timezone.now()),
        "may_open_opportunity": getattr(composition, "leads_to_opportunity", False),
    }


def _tabs(page: pages.Page, team: str, tab: Tab) -> list[tuple[str, str, bool]]:
    """Rows of the component; the first two keep the team that is looked at."""
    words = {
        Tab.TEAM: "L’équipe" if page.best else "La réponse",
        Tab.PROOF: "La preuve",
        Tab.WHAT_IF: "Et si\u202f?",
    }
    rows = []
    for each, route in ROUTES.items():
        address = reverse(route, args=[page.composition.pk])
        if team and each is not Tab.WHAT_IF:
            address = f"{address}?{urlencode({'equipe': team})}"
        rows.append((words[each], address, each is tab))
    return rows


def _team_context(
    page: pages.Page, viewer: Viewer, shown: pages.Shown, context: dict[str, Any]
) -> dict[str, Any]:
    kept = None
    if context["may_keep"]:
        same = page.composition.proposals.filter(origin=shown.origin, number=shown.number)
        kept = same.filter(withdrawn_at__isnull=True).first()
    may_ask = context["may_open_opportunity"] and context["is_open"]
    return {
        "certainty": page.state_of(shown),
        "first": TeamPage(page, shown, viewer, proposal=kept, may_ask=may_ask),
    }


def answer_page(composition: Composition, viewer: Viewer) -> pages.Page | None:
    """The answer with what was found of it, as far as this viewer may see; None where figures of it
    were taken back."""
    composition.read_answer()
    if access.is_withheld(composition, on=viewer.on):
        return None
    # Read by the proof, and by the room that tells the reader's own teams on these lots.
    prefetch_related_objects([composition.breakdown], "packages")
    study = Study.objects.filter(composition=composition).first()
    return pages.Page(composition, access.viewer_in(viewer, composition), study)


def proposed(page: pages.Page, study: StudyPage) -> dict[tuple[str, int], pages.Shown]:
    """Return the teams that one may keep, those that hold, by origin and number."""
    others = [other.shown for other in study.others] if page.best else []
    return {(team.origin, team.number): team for team in (*page.proposed, *others)}


def _shown(page: pages.Page, study: StudyPage, name: str) -> pages.Shown | None:
    """The team whose table is asked for, or the best one."""
    other = study.other(name)
    return other.shown if other else page.shown(name) if page.best else None


def study_context(page: pages.Page, study: StudyPage, may_keep: bool, tab: Tab) -> dict[str, Any]:
    row = page.study
    is_lost = row is not None and row.is_lost(timezone.now())
    return {
        "study": study,
        "tab": tab.value,
        "is_studying": row is not None and not row.is_over and not is_lost,
        "may_study": may_keep and (row is None or is_lost),
        "is_study_lost": is_lost,
    }


def wish_context(
    page: pages.Page, composition: Composition, wish: WishForm | None
) -> dict[str, Any]:
    """The forms of wishes, for those who may ask."""
    around = page.around
    made = [wish if wish and wish.kind == form.kind else form(around) for form in WISH_FORMS]
    return {
        "wish_forms": [form for form in made if form.is_possible],
        "lean_form": LeanForm(around, list(composition.wishes.get("leanings", ()))),
    }


def why_not_context(
    request: HttpRequest, page: pages.Page, composition: Composition
) -> dict[str, Any]:
    """Who was expected, for everybody."""
    asked = request.GET.get("pourquoi", "").strip()[:200]
    context: dict[str, Any] = {"asked_why": asked}
    if asked and page.best:
        on, people = timezone.localdate(), composition.people
        is_open = access.open_figures(composition, page.posed, people, on=on)
        expected, more = wish_page.expected_of(page, asked, is_open=is_open)
        studied = {who["structure_id"] for who in composition.people.values()}
        found = structures_for(request.user).active()
        named = found.filter(Q(name__icontains=asked) | Q(brand__icontains=asked)).order_by("name")
        # Most of the names asked for were studied: more rows are read than are shown.
        unknown = [
            each
            for each in named[:LOOKED_AT]
            if each.pk not in studied and wish_options.is_named(each.shown_name, asked)
        ][:ELSEWHERE]
        context |= {
            "expected": expected,
            "more_expected": more,
            "not_studied": [wish_page.not_studied(page, each) for each in unknown],
        }
    return context

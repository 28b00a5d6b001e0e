"""Who may open a composition, and whose figures it may show. Each docstring is the rule."""

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from cordee.base.found import first_or_404
from cordee.composing import problem
from cordee.composing.models import ANSWER_FIELDS, Composition, Proposal, Study
from cordee.composing.problem.reader import STRANGER_ID
from cordee.composing.problem.search_progress import Progress
from cordee.composing.problem.study import Findings
from cordee.members.sharing import Viewer
from cordee.opportunities.access import opportunities_for


def compositions_for(viewer: Viewer) -> QuerySet[Composition]:
    """Those made for the user’s network, those the user asked for on their own, and those of the
    demo valley.

    Always of opportunities that the user may see: a private need does not leak through its team.
    """
    public = Q(is_public=True)
    if viewer.user is None:
        return Composition.objects.filter(public)
    return Composition.objects.filter(public | (_own(viewer) & _is_seen(viewer)))


def _is_seen(viewer: Viewer) -> Exists:
    """Whether the user may see its opportunity: asked of each, as whom these are open to is hardly
    less than all that was ever called."""
    seen = opportunities_for(viewer.user or AnonymousUser(), on=viewer.on)
    return Exists(seen.filter(pk=OuterRef("breakdown__opportunity")).order_by())


def _own(viewer: Viewer) -> Q:
    mine = Q(made_by=viewer.user, network__isnull=True)
    return mine if viewer.network is None else mine | Q(network=viewer.network)


def composition_for(viewer: Viewer, pk: uuid.UUID) -> Composition:
    """One of `compositions_for`, or 404; its `read_answer` is for whoever needs the answer.

    `leads_to_opportunity`: the teams of the demo valley are shown to everybody, even those of a
    private need.
    """
    return first_or_404(
        compositions_for(viewer)
        .annotate(leads_to_opportunity=_is_seen(viewer))
        .select_related("breakdown__opportunity", "network", "made_by", "stopped_by", "base")
        .defer(*ANSWER_FIELDS, *(f"base__{each}" for each in (*ANSWER_FIELDS, "progress")))
        .filter(pk=pk),
        "Cette composition n’existe pas, ou ne vous est pas ouverte.",
    )


def own_composition_for(viewer: Viewer, pk: uuid.UUID) -> Composition:
    """One the user may keep a team of, stop or cancel: their own or their network’s; else 404."""
    found = composition_for(viewer, pk)
    if not may_keep(viewer, found):
        raise Http404("Cette composition n’est pas à vous.")
    return found


def is_study_over(composition: Composition, now: datetime) -> bool:
    """Whether nobody works any more on the study of an answer; reads no part of it."""
    row = Study.objects.filter(composition=composition).only("state", "asked_at").first()
    return row is None or row.is_over or row.is_lost(now)


def variants_for(viewer: Viewer, composition: Composition) -> QuerySet[Composition]:
    """What was wished of the same first answer by those who may open it, the latest first."""
    first = composition.base_id or composition.pk
    rows = compositions_for(viewer).filter(base=first).exclude(pk=composition.pk)
    return rows.filter(state__in=Composition.ENDED).defer(*ANSWER_FIELDS, "progress")


def may_keep(viewer: Viewer, composition: Composition) -> bool:
    """Tell whether the user may keep a team of a composition that the user may open."""
    if viewer.user is None:
        return False
    if composition.network_id is not None:
        return viewer.network is not None and composition.network_id == viewer.network.pk
    return composition.made_by_id == viewer.user.pk


def proposals_for(viewer: Viewer) -> QuerySet[Proposal]:
    """The teams kept from the user’s own compositions and the user’s network’s; not from others of
    the valley."""
    if viewer.user is None:
        return Proposal.objects.none()
    own = compositions_for(viewer).filter(_own(viewer))
    return Proposal.objects.filter(composition__in=own)


def proposal_for(viewer: Viewer, pk: int) -> Proposal:
    """A kept team that the user may take back, or 404."""
    return first_or_404(
        proposals_for(viewer).filter(pk=pk, withdrawn_at__isnull=True),
        "Cette proposition n’existe pas, ou ne vous est pas ouverte.",
    )


def viewer_in(
    viewer: Viewer, composition: Composition, people: Mapping[str, Mapping[str, Any]] | None = None
) -> Viewer:
    """The viewer, as the page of a composition shows figures to them: everything of the invented
    valley. `people`: those in the teams found so far, while it is computed."""
    everyone = _structures_of(composition.people if people is None else people)
    if composition.shows_everything:
        return Viewer.of_structures(everyone, viewer.on)
    # Whoever a wish brings has no other figures than those that it gives.
    return viewer.among(everyone).opening({STRANGER_ID})


def _structures_of(people: Mapping[str, Mapping[str, Any]]) -> set[int]:
    return {int(who["structure_id"]) for who in people.values()}


def is_withheld(composition: Composition, *, on: date) -> bool:
    """Whether figures that the answer was made with have been taken back, or made coarser, since.

    Then nothing of it is shown: a share at the limit of a ceiling is that ceiling. Those for whom
    it was made compose again, with what they may use today. The invented valley hides nothing.
    """
    if composition.shows_everything:
        return False
    return not problem.rests_on_open_figures(composition, asker_of(composition, on=on))


def is_study_withheld(composition: Composition, found: Findings, *, on: date) -> bool:
    """The same of the study of an answer: other teams, limits, ways out."""
    wide, rested_on = found.wide_question, found.candidates
    known = {key: who for key, who in wide.known.items() if key in rested_on}
    people = replace(wide, known=known).people_json
    return not open_figures(composition, wide.problem, people, on=on)(rested_on)


def is_progress_withheld(composition: Composition, progress: Progress, *, on: date) -> bool:
    """The same of the teams found while it is computed."""
    is_open = open_figures(composition, progress.problem, progress.people, on=on)
    return not is_open(progress.people)


def open_figures(
    composition: Composition,
    posed: problem.Problem,
    people: Mapping[str, Mapping[str, Any]],
    *,
    on: date,
) -> Callable[[Collection[str]], bool]:
    """A test of whether a page may reckon with the figures of some of these people."""
    if composition.shows_everything:
        return lambda candidates: True
    told = problem.with_true_figures(composition, posed)
    asker = asker_of(composition, on=on).among(_structures_of(people))
    return lambda candidates: problem.are_open(told, people, candidates, asker)


def asker_of(composition: Composition, *, on: date) -> Viewer:
    """For whom a composition was made, with what they may use on a day."""
    if composition.network is not None or composition.made_by is None:
        return Viewer.of_network(composition.network, on)
    person = Viewer.of(composition.made_by, on)
    return Viewer(person.user, on, structure_ids=person.structure_ids)

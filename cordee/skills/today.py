"""What waits for who follows learners: an erasure asked for, a locked card, a situation to come,
a trial or a jury of the CQP."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting
from cordee.skills import access
from cordee.skills.models import Candidate, ChosenSituation, Cohort, Learner
from cordee.skills.models.learners import MOST_FAILURES

WEEK = timedelta(days=7)
MOST = 20


def lines(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """For who teaches. A situation waits until it was enacted once, a jury until its minutes are
    there."""
    taught = access.taught_by(viewer.user) if viewer.user else []
    if not taught:
        return
    learners = Learner.objects.filter(structure__in=taught)
    yield Sort(learners.filter(asked_erasure_at__isnull=False), _to_erase)
    yield Sort(learners.filter(failures__gte=MOST_FAILURES), _locked)
    situations = ChosenSituation.objects.waiting(until=viewer.on + WEEK)
    yield Sort(situations.filter(course__learner__structure__in=taught), _situations)
    candidates = Candidate.objects.undecided().filter(cohort__structure__in=taught)
    yield Sort(candidates, _certification)


def _to_erase(viewer: Viewer, now: datetime, rows: QuerySet[Learner]) -> Iterator[Waiting]:
    for learner in rows.order_by("asked_erasure_at", "pk")[:MOST]:
        yield Waiting(
            timezone.localdate(learner.asked_erasure_at) + WEEK,
            f"{learner.pseudonym} demande que tout soit effacé",
            "Confirmez avec la personne, après avoir gardé ce que la loi demande.",
            "Relire la demande",
            reverse("skills:learner", args=[learner.structure_id, learner.pk]),
        )


def _locked(viewer: Viewer, now: datetime, rows: QuerySet[Learner]) -> Iterator[Waiting]:
    for learner in rows.order_by("pseudonym", "pk")[:MOST]:
        yield Waiting(
            viewer.on,
            f"La carte de {learner.pseudonym} est bloquée",
            "Après dix erreurs, elle n’ouvre plus sa page. Une autre carte l’ouvre aussitôt.",
            "Imprimer une autre carte",
            reverse("skills:learner", args=[learner.structure_id, learner.pk]) + "#carte",
        )


def _situations(
    viewer: Viewer, now: datetime, rows: QuerySet[ChosenSituation]
) -> Iterator[Waiting]:
    for row in rows.select_related("course__learner").order_by("planned_on", "pk")[:MOST]:
        learner = row.course.learner
        yield Waiting(
            max(row.planned_on or viewer.on, viewer.on),
            f"{row.title}, avec {learner.pseudonym}",
            f"Prévue le {french.day(row.planned_on, viewer.on)}\u00a0: {row.course.title}",
            "Noter ce qui est fait",
            reverse(
                "skills:course_step",
                args=[learner.structure_id, row.course_id, "mise-en-situation"],
                query={"code": row.code},
            ),
        )


def _certification(viewer: Viewer, now: datetime, rows: QuerySet[Candidate]) -> Iterator[Waiting]:
    soon, found = viewer.on + WEEK, Counter[tuple[date, str, Cohort]]()
    for each in rows.select_related("cohort"):
        if each.trial_on and viewer.on <= each.trial_on <= soon:
            found[each.trial_on, "Épreuve", each.cohort] += 1
        if each.cohort.jury_on and each.cohort.jury_on <= soon:
            found[each.cohort.jury_on, "Jury", each.cohort] += 1
    for (day, what, cohort), how_many in found.items():
        yield Waiting(
            max(day, viewer.on),
            f"{what} du CQP\u00a0: {cohort}",
            f"Le {french.day(day, viewer.on)}, pour {french.count(how_many, 'personne')}",
            "Voir ce qui manque" if day >= viewer.on else "Recopier le procès-verbal",
            reverse("skills:cohort", args=[cohort.structure_id, cohort.pk]),
        )

"""A year of learning in numbers: hours of AFEST, people, criteria, of nobody in particular."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Min, QuerySet
from django.utils import timezone

from cordee.base.documents import Gap, Words
from cordee.base.ui import french
from cordee.members.models import Structure
from cordee.rules import afest
from cordee.skills.models import Course, Learner, Observation
from cordee.skills.training.standing import place_of

# Under it, a number could be that of somebody (RULE-32).
FEWEST = 5


class Totals(NamedTuple):
    """As `ErasedLearners` keeps them; minutes that count, of courses that lack nothing."""

    learners: int
    work_minutes: int
    reflexive_minutes: int
    acquired: int

    @property
    def hours(self) -> int:
        return (self.work_minutes + self.reflexive_minutes) // 60


def of_learners(learners: QuerySet[Learner], first: date, last: date) -> Totals:
    """What was done between two days: AFEST that lack nothing, and criteria first acquired then."""
    people, minutes = set(), [0, 0]
    for course in Course.objects.in_force().filter(learner__in=learners).with_events():
        place = place_of(course, timezone.localdate())
        counted = {*place.standing.enactments}, {*place.standing.sequences}
        for n, events in enumerate((place.value.enactments, place.value.sequences)):
            within = [e for e in events if e.key in counted[n] and first <= e.day <= last]
            if place.since and within:
                people.add(course.learner_id)
                minutes[n] += afest.minutes(within)
    seen = Observation.objects.in_force().filter(learner__in=learners, level="acquired")
    acquired = seen.values_list("learner", "framework", "criterion").annotate(on=Min("seen_on"))
    who = [learner for learner, *_ in acquired.order_by().filter(on__range=(first, last))]
    return Totals(len(people.union(who)), minutes[0], minutes[1], len(who))


def of_structure(structure: Structure, first: date, last: date) -> Totals:
    """Those of its learners, and of those erased since where the days are whole years."""
    alive = of_learners(structure.learners.all(), first, last)
    begun = first != date(first.year, 1, 1)
    cut = last < min(date(last.year, 12, 31), timezone.localdate())
    years = structure.erased_learners.filter(year__range=(first.year + begun, last.year - cut))
    return Totals(*map(sum, zip(alive, *years.values_list(*Totals._fields), strict=True)))


def section(structure: Structure, first: date, last: date) -> Sequence[tuple[str, Words]]:
    """« Formations » in the yearly dialogue: nothing where nobody learnt, else never under five."""
    totals = of_structure(structure, first, last)
    if not totals.learners:
        return []
    told = f"moins de {FEWEST} personnes\u00a0: nombres non montrés. "
    if totals.learners >= FEWEST:
        told = (
            f"AFEST\u00a0: {french.count(totals.hours, 'heure')}. Au travail, "
            f"{french.count(totals.learners, 'personne a', 'personnes ont')} appris, "
            f"{french.count(totals.acquired, 'critère acquis', 'critères acquis')}. "
        )
    return [("Formations", (told, Gap("les autres formations", "la direction")))]

"""A year of learning in numbers: hours of AFEST, people, criteria, of nobody in particular."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple, Self

from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils import timezone

from cordee.base.documents import Gap, Words
from cordee.base.masking import FEWEST
from cordee.base.ui import french
from cordee.members.evidence import Counter, Proof, first_counted, since
from cordee.members.models import Structure
from cordee.rules import afest
from cordee.skills.models import Course, ErasedLearners, JuryMinutes, Learner, Observation
from cordee.skills.training.standing import place_of


class Totals(NamedTuple):
    """As `ErasedLearners` keeps them. Work and reflexive minutes are those that count, of courses
    that lack nothing; training minutes are all those of the others."""

    learners: int = 0
    work_minutes: int = 0
    reflexive_minutes: int = 0
    training_minutes: int = 0
    acquired: int = 0
    units: int = 0

    @classmethod
    def of(cls, parts: Iterable[Self]) -> Self:
        return cls(*map(sum, zip(cls(), *parts, strict=True)))

    @property
    def is_shown(self) -> bool:
        """Whether they may be told to who does not teach: of fewer people, one that moves is told
        of somebody."""
        return self.learners >= FEWEST

    @property
    def hours(self) -> int:
        return (self.work_minutes + self.reflexive_minutes) // 60

    @property
    def training_hours(self) -> int:
        return self.training_minutes // 60


def by_structure(learners: QuerySet[Learner], first: date, last: date) -> dict[int, Totals]:
    """What was done between two days, where somebody learnt: training at work, AFEST where
    nothing lacks, criteria and units of the CQP first acquired then."""
    people: defaultdict[int, set[int]] = defaultdict(set)
    sums: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for course in Course.objects.in_force().filter(learner__in=learners).with_events():
        place, owner = place_of(course, timezone.localdate()), course.learner.structure_id
        counted = {*place.standing.enactments}, {*place.standing.sequences}
        for n, events in enumerate((place.value.enactments, place.value.sequences)):
            useful = [e for e in events if e.key in counted[n]] if place.since else events
            if within := [e for e in useful if first <= e.day <= last]:
                people[owner].add(course.learner_id)
                sums[owner][n if place.since else 2] += afest.minutes(within)
    seen = Observation.objects.in_force().filter(learner__in=learners, level="acquired")
    each_one = seen.values_list("learner__structure", "learner", "framework", "criterion")
    acquired = each_one.annotate(on=Min("seen_on")).order_by().filter(on__range=(first, last))
    for owner, who, *_ in acquired:
        people[owner].add(who)
        sums[owner][3] += 1
    decided = JuryMinutes.objects.filter(candidate__learner__in=learners).first_acquired()
    for (owner, who, _), day in decided.items():
        if first <= day <= last:
            people[owner].add(who)
            sums[owner][4] += 1
    return {owner: Totals(len(people[owner]), *sums[owner]) for owner in people}


def of_structures(keys: Collection[int], first: date, last: date) -> dict[int, Totals]:
    """Those of their learners, and of those erased since where the days are whole years."""
    found = by_structure(Learner.objects.filter(structure__in=keys), first, last)
    begun = first != date(first.year, 1, 1)
    cut = last < min(date(last.year, 12, 31), timezone.localdate())
    years = ErasedLearners.objects.filter(
        structure__in=keys, year__range=(first.year + begun, last.year - cut)
    )
    for owner, *erased in years.values_list("structure", *Totals._fields):
        found[owner] = Totals.of([found.get(owner, Totals()), Totals(*erased)])
    return found


def of_structure(structure: Structure, first: date, last: date) -> Totals:
    return Totals.of(of_structures([structure.pk], first, last).values())


def section(structure: Structure, first: date, last: date) -> Sequence[tuple[str, Words]]:
    """« Formations » in the yearly dialogue: nothing where nobody learnt, else never under five."""
    totals = of_structure(structure, first, last)
    if not totals.learners:
        return []
    told = f"moins de {FEWEST} personnes\u00a0: nombres non montrés. "
    if totals.is_shown:
        told = (
            f"AFEST\u00a0: {french.count(totals.hours, 'heure')}. "
            "Entraînement au poste, pas encore une AFEST\u00a0: "
            f"{french.count(totals.training_hours, 'heure')}. Au travail, "
            f"{french.count(totals.learners, 'personne a', 'personnes ont')} appris, "
            f"{french.count(totals.acquired, 'critère acquis', 'critères acquis')}, "
            f"{french.count(totals.units, 'unité du CQP acquise', 'unités du CQP acquises')}. "
        )
    return [("Formations", (told, Gap("les autres formations", "la direction")))]


def _counter(label: str, figure: Callable[[Totals], str], words: str) -> Counter:
    def count(structure: Structure, on: date) -> Proof | None:
        """None where fewer than five learnt: the number would tell of somebody."""
        totals = of_structure(structure, first_counted(on), on)
        told = figure(totals) if totals.is_shown else ""
        url = reverse("skills:courses", args=[structure.pk])
        return Proof(told, f"{words} {since(on)}", url) if told else None

    return Counter(label, count)


COUNTERS = {
    "skills.afest": _counter(
        "heures d’AFEST (montrées dès cinq personnes)",
        lambda all_: french.count(all_.hours, "heure") if all_.hours else "",
        "d’AFEST",
    ),
    "skills.learners": _counter(
        "personnes qui ont appris au travail (dès cinq)",
        lambda all_: french.count(all_.learners, "personne"),
        "ont appris au travail",
    ),
    "skills.acquired": _counter(
        "critères vus et acquis (dès cinq personnes)",
        lambda all_: french.count(all_.acquired, "critère", "critères") if all_.acquired else "",
        "vus et acquis au poste",
    ),
    "skills.units": _counter(
        "unités du CQP acquises (dès cinq personnes)",
        lambda all_: french.count(all_.units, "unité", "unités") if all_.units else "",
        "du CQP acquises",
    ),
}

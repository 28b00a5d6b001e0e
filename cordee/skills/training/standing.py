"""Where a course stands: from rows to what `rules.afest` reads, and what it lacks, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cordee.base.ui import french
from cordee.rules import afest
from cordee.rules.findings import Finding, Weight
from cordee.skills.frameworks.in_use import frameworks_of
from cordee.skills.models import Course

# The step that mends each finding, by its code or by how its code begins; empty: an event noted,
# to be corrected where it stands on the page.
CURES = {
    "NEED": "besoin",
    "ANALYSIS": "analyse",
    "ANALYSIS_LATE": "protocole",
    "TRAINER": "formation",
    "TRAINER_LATE": "protocole",
    "PROTOCOL": "protocole",
    "ENACTMENT": "mise-en-situation",
    "ENACTMENT_BEFORE_PROTOCOL": "",
    "ENACTMENT_NOT_CHOSEN": "protocole",
    "ENACTMENT_NOT_FOLLOWED": "sequence",
    "REFLEXIVE": "sequence",
    "SEQUENCE": "",
    "EVALUATION": "evaluation",
    "EVALUATION_EARLY": "",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where one course stands on a day; `since`: the day from which nothing lacks.

    `lacks`, and `notes` that are only told: each finding with the step that mends it.
    """

    course: Course
    value: afest.Course
    standing: afest.Standing
    since: date | None
    on: date
    lacks: Sequence[tuple[Finding, str]]
    notes: Sequence[tuple[Finding, str]]

    @property
    def title(self) -> str:
        """The answer of its page."""
        if self.since:
            return f"AFEST complète depuis le {french.day(self.since, self.on)}"
        how_many = len(self.lacks)
        what = f"{french.in_letters(how_many)} chose{'s' if how_many > 1 else ''}"
        return f"Entraînement au poste, pas encore une AFEST\u00a0: il manque {what}"

    @property
    def next_step(self) -> str:
        """What mends the need, or the first thing that lacks, of a course that runs; or empty."""
        need = [pair for pair in self.notes if pair[0].code == "NEED_MISSING"]
        lacks = [] if self.since or self.course.ended_on else [*need, *self.lacks]
        return next((step for _, step in lacks if step), "")

    @property
    def not_done(self) -> str:
        """The situations whose planned day has passed without any work noted; or empty."""
        done = {each.situation for each in self.value.enactments}
        rows = [row for row in self.course.situations.all() if row.code not in done]
        return french.series([r.title for r in rows if r.planned_on and r.planned_on < self.on])

    @property
    def waits(self) -> str:
        """The same in a list, where something lacks: the first thing, and how many others."""
        others = len(self.lacks) - 1
        s = "s" if others > 1 else ""
        also = f", et {french.in_letters(others)} autre{s} chose{s}" if others else ""
        return f"{self.standing.lacking[0].label}{also}"


def situations_of(course: Course) -> dict[str, str]:
    """Titles of those to choose from, by code; one chosen keeps the title of that day."""
    framework = frameworks_of(course.learner.structure).get(course.framework)
    known = {each.code: each.title for each in framework.situations} if framework else {}
    return known | {row.code: row.title for row in course.situations.all()}


def place_of(course: Course, on: date) -> Place:
    """`course` comes from `Course.objects.with_events()`."""
    value = value_of(course)
    standing, since = afest.standing(value, on=on), None
    if standing.is_complete:
        # Each work that counts is followed, and something was evaluated since the first.
        first = min(each.day for each in value.enactments if each.key in standing.enactments)
        looked_back = [each.day for each in value.sequences if each.key in standing.sequences]
        since = max(*looked_back, min(day for day in value.evaluations if day >= first))
    steps = [
        CURES.get(code := each.code, CURES[code.partition("_")[0]]) for each in standing.findings
    ]
    told = list(zip(standing.findings, steps, strict=True))
    lacks = [pair for pair in told if pair[0].weight is Weight.BLOCK]
    return Place(course, value, standing, since, on, lacks, [p for p in told if p not in lacks])


def value_of(course: Course) -> afest.Course:
    """What the rule reads of a course and its events, but for those taken back."""
    return afest.Course(
        need_on=course.need_on,
        analysis_on=course.analysis_on,
        trainer_named_on=course.trainer_named_on,
        protocol_on=course.protocol_on,
        situations=frozenset(each.code for each in course.situations.all()),
        enactments=tuple(
            afest.Enactment(
                starts=each.starts_at, minutes=each.minutes, key=str(each.pk), situation=each.code
            )
            for each in course.enactments.all()
        ),
        sequences=tuple(
            afest.ReflexiveSequence(
                starts=each.starts_at,
                minutes=each.minutes,
                key=str(each.pk),
                about={str(one.enactment_id): bool(one.gaps and one.decisions) for one in parts},
                is_described=bool(each.place and each.led_by),
            )
            for each, parts in course.sequences.items()
        ),
        evaluations=tuple(each.on for each in course.evaluations.all()),
    )

"""What pages show of a learner, and what may be observed of her."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cordee.skills.access import badges_in_force
from cordee.skills.badges import tokens
from cordee.skills.frameworks.in_use import frameworks_of
from cordee.skills.frameworks.values import FAMILIES, Criterion, Framework
from cordee.skills.models import Badge, JuryMinutes, Learner, Observation


@dataclass(frozen=True, slots=True)
class Task:
    """A situation of the work, or one competence: what can be seen in it. `key` names it in
    addresses."""

    key: str
    title: str
    framework: Framework
    criteria: tuple[Criterion, ...]
    situation: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """One competence of hers, with its criteria: acquired ones first, then those in progress.
    Below each, the former observations that she disagrees with."""

    name: str
    picto: str
    rows: list[Observation]

    @property
    def standing(self) -> list[Observation]:
        return [row for row in self.rows if not row.is_former]

    @property
    def acquired(self) -> list[Observation]:
        return [row for row in self.standing if row.level == Observation.Level.ACQUIRED]


def tasks_of(framework: Framework) -> Iterator[Task]:
    """What may be observed: situations first."""
    known = framework.criteria
    for each in framework.situations:
        shown = tuple(known[code][1] for code in each.criteria)
        yield Task(f"{framework.code}:s:{each.code}", each.title, framework, shown, each.code)
    for one in framework.competences:
        yield Task(f"{framework.code}:c:{one.code}", one.name, framework, one.criteria)


def task_of(frameworks: Mapping[str, Framework], key: str) -> Task | None:
    framework = frameworks.get(key.partition(":")[0])
    found = tasks_of(framework) if framework else ()
    return next((task for task in found if task.key == key), None)


def known_of(learner: Learner) -> list[Known]:
    """Her competences, in the alphabet and in no order of merit. A criterion stands where
    it was last seen; what she said of it before stays until she takes it back."""
    last: dict[tuple[str, str], Observation] = {}
    former: dict[tuple[str, str], list[Observation]] = {}
    for row in learner.observations.select_related("disagreement"):
        key = row.framework, row.criterion
        if key not in last and row.taken_back_at is None:
            last[key] = row
        elif row.objection:
            row.is_former = True
            former.setdefault(key, []).append(row)
    icons = {
        (framework.code, code): competence.icon
        for framework in frameworks_of(learner.structure).values()
        for code, (competence, _) in framework.criteria.items()
    }
    found: dict[str, Known] = {}
    # In the alphabet, "acquired", "in_progress" and "not_seen" stand in their order.
    ordered = sorted(last.items(), key=lambda each: (each[1].level, each[1].sentence))
    groups = [(key, [row, *former.pop(key, [])]) for key, row in ordered]
    for key, rows in (*groups, *former.items()):
        name = rows[0].competence
        new = Known(name, icons.get(key) or "etoile", [])
        found.setdefault(name, new).rows.extend(rows)
    return [found[name] for name in sorted(found)]


def badge_stating(row: Observation) -> Badge | None:
    """The newest attestation in force that says this sentence, as acquired."""
    stated = badges_in_force(row.learner).filter(competence=row.competence)
    is_acquired = row.level == Observation.Level.ACQUIRED
    found = (badge for badge in stated if row.sentence in tokens.read(badge.token).sentences)
    return next(found, None) if is_acquired else None


def units_of(learner: Learner) -> list[tuple[str, date]]:
    """The units of the CQP that a jury says she has, each with the day it said so first."""
    found = JuryMinutes.objects.filter(candidate__learner=learner).first_acquired()
    return [(FAMILIES[family], on) for (*_, family), on in found.items()]

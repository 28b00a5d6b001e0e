"""Where a candidate stands on the road to the jury. Nothing is typed here: the booklet is what was
observed, by family; the proof is work, evaluations and what was seen acquired.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.utils import timezone

from cordee.base.ui import french
from cordee.members.models import Structure
from cordee.skills.frameworks.in_use import frameworks_of
from cordee.skills.frameworks.values import FAMILIES, ours
from cordee.skills.models import Candidate, Learner, Observation

# (framework, criterion) → its family of the CQP; empty for another one.
type Families = Mapping[tuple[str, str], str]
WORK, EVALUATION, ACQUIRED = "Mise en situation", "Évaluation", "Critère acquis"


class Road(NamedTuple):
    """Each step with its day and what it lacks, in words from which nobody reads what was seen of
    her."""

    candidate: Candidate
    steps: Sequence[tuple[str, date | None, str]]
    on: date

    @property
    def lacks(self) -> int:
        return sum(bool(lack) for *_, lack in self.steps)

    @property
    def jury_on(self) -> date | None:
        """When her jury meets, or signed its last minutes."""
        return self.steps[-1][1]


def families_of(structure: Structure) -> Families:
    codes = {name: code for code, name in FAMILIES.items()}
    return {
        (framework.code, code): codes.get(framework.families.get(owner.family, ""), "")
        for framework in (ours() | frameworks_of(structure)).values()
        for code, (owner, _) in framework.criteria.items()
    }


def booklet_of(learner: Learner, families: Families) -> dict[str, list[Observation]]:
    """What was last seen of each criterion, by family; those of none of the four at the end."""
    found: dict[str, dict[str, Observation]] = {code: {} for code in (*FAMILIES, "")}
    for row in learner.observations.all():
        family = families.get((row.framework, row.criterion), "")
        found[family].setdefault(f"{row.framework}/{row.criterion}", row)
    return {code: list(rows.values()) for code, rows in found.items()}


def proof_of(learner: Learner) -> list[tuple[date, str, str, str]]:
    """What shows what she can do, by day: its sort, what it is, with whom."""
    found = []
    for course in learner.courses.all():
        trainer = str(course.trainer or course.trainer_name)
        for work in course.enactments.all():
            found.append((timezone.localdate(work.starts_at), WORK, work.title, trainer))
        for each in course.evaluations.all():
            found.append((each.on, EVALUATION, each.result, each.evaluator))
    # The last one comes first: what it no longer says is no proof.
    last: dict[tuple[str, str], str] = {}
    for row in learner.observations.all():
        level = last.setdefault((row.framework, row.criterion), row.level)
        if row.level == level == Observation.Level.ACQUIRED:
            found.append((row.seen_on, ACQUIRED, row.sentence, row.seen_by_name))
    return sorted(found)


def road_of(candidate: Candidate, families: Families, on: date) -> Road:
    """`candidate` comes from `Candidate.objects.with_file()`."""
    cohort, learner, trial = candidate.cohort, candidate.learner, candidate.trial_on
    asked = {"l’alphabet": candidate.knows_alphabet, "le français": candidate.understands_french}
    to_check = french.series([words for words, said in asked.items() if said != "yes"])
    booklet, proof = booklet_of(learner, families), proof_of(learner)
    empty = french.series([name for code, name in FAMILIES.items() if not booklet[code]]).lower()
    sorts = {sort for _, sort, *_ in proof}
    missing = french.series([each.lower() for each in (WORK, EVALUATION) if each not in sorts])
    decided = [each.on for each in candidate.minutes.all()]
    jury, waits = max(decided, default=cohort.jury_on), ""
    if jury is None:
        waits = "Pas de date."
    elif trial and trial > jury:
        waits = "L’épreuve vient après\u00a0: corrigez l’une des deux dates."
    elif jury < on:
        waits = "Recopiez son procès-verbal signé."
    seen = max((row.seen_on for row in learner.observations.all()), default=None)
    proven = max((day for day, *_ in proof), default=None)
    steps = [
        ("Entrée", cohort.starts_on, to_check and f"À vérifier ensemble\u00a0: {to_check}."),
        ("Livret de suivi", seen, empty and f"Rien n’est noté pour\u00a0: {empty}."),
        ("Dossier de preuve", proven, missing and f"Il manque\u00a0: {missing}."),
        ("Épreuve en situation", trial, "" if trial else "Pas de date."),
        ("Jury", jury, waits),
    ]
    if decided:
        # What lacked to the file matters no more.
        steps = [(name, day, "") for name, day, _ in steps]
    return Road(candidate, steps, on)

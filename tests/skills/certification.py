"""A group that prepares the CQP, as far as a test needs it."""

from datetime import timedelta
from typing import Any

from cordee.members.models import Structure
from cordee.skills.certification import actions
from cordee.skills.models import Candidate, Cohort, JuryMinutes
from tests.skills.courses import BEGUN, TODAY, learner_of, teacher_of

TRIAL, SIGNED = BEGUN + timedelta(days=12), BEGUN + timedelta(days=13)


def make_candidate(structure: Structure, name: str = "Hana", **values: Any) -> Candidate:
    """One in the group of the structure, whose jury is in two months; `values`: of the group."""
    said = {"name": "Groupe d’hiver", "starts_on": BEGUN, "jury_on": TODAY + timedelta(days=60)}
    by, learner = teacher_of(structure), learner_of(structure, name)
    row = Cohort.objects.filter(structure=structure).first() or Cohort(
        structure=structure, **said | values
    )
    cohort = actions.write(row=row, owner=structure, learners=[learner], by=by)
    return Candidate.objects.get(cohort=cohort, learner=learner)


def try_at_work(candidate: Candidate, **values: Any) -> Candidate:
    said = {"trial_on": TRIAL, "knows_alphabet": "yes", "understands_french": "yes"}
    for name, value in (said | values).items():
        setattr(candidate, name, value)
    owner = candidate.cohort.structure
    return actions.write(row=candidate, owner=owner, by=teacher_of(owner))


def decide(candidate: Candidate, **values: Any) -> JuryMinutes:
    said = {"reference": "PV 2026-14", "on": SIGNED, "base": "acquired", "etre": "partial"}
    row = JuryMinutes(candidate=candidate, **said | values)
    owner = candidate.cohort.structure
    return actions.write(row=row, owner=owner, by=teacher_of(owner))

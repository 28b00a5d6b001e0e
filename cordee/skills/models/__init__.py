"""What people learn at work: frameworks of a structure, learners, AFEST courses, observations."""

from cordee.skills.models.badges import Badge, WithdrawnBadge
from cordee.skills.models.frameworks import OwnFramework
from cordee.skills.models.learners import ErasedLearners, Learner
from cordee.skills.models.observations import Disagreement, Observation
from cordee.skills.models.training import (
    ChosenSituation,
    Course,
    Enactment,
    Evaluation,
    ReflexivePart,
    ReflexiveSequence,
)
from cordee.skills.models.translations import Translation

__all__ = [
    "Badge",
    "ChosenSituation",
    "Course",
    "Disagreement",
    "Enactment",
    "ErasedLearners",
    "Evaluation",
    "Learner",
    "Observation",
    "OwnFramework",
    "ReflexivePart",
    "ReflexiveSequence",
    "Translation",
    "WithdrawnBadge",
]

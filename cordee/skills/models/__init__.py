"""What people learn at work: frameworks of a structure, learners, AFEST courses, the CQP,
observations."""

from cordee.skills.models.badges import Badge, WithdrawnBadge
from cordee.skills.models.certification import Candidate, Cohort, JuryMinutes
from cordee.skills.models.frameworks import OwnFramework, Recording, Translation
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
from cordee.skills.models.week import Attendance, Board, BoardTask, VanRun

"""What the engine is asked: packages of work, candidates, limits and weights, all immutable.

Units are in the names. A month is an absolute number, ``year * 12 + month - 1``. Work is in cFTE
(1/100 of a full-time equivalent, per month), money in integer cents. What is not known is `None`
or carries a `Certainty`: nothing here is ever filled in.
"""

from cordee.engine.problem.candidate import (
    BEST_PROFICIENCY,
    AccountingYear,
    Candidate,
    Certainty,
    Package,
    Skill,
)
from cordee.engine.problem.checks import MAX_CENTS, MAX_CFTE, MAX_MONTHS, month_name, month_number
from cordee.engine.problem.question import (
    Params,
    Problem,
    ShareLimit,
    Unlike,
    Weights,
    memoised,
    memoised_for_candidates,
)

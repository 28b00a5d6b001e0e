"""The one place that turns rows into engine packages and candidates.

A figure reaches the engine only where the asking viewer may compose with it; everything else is
unknown, as if the structure had never told it. Nothing here looks at what a page may show.
"""

# MAXIMUM: for the pages, which say what each term weighs. Candidate, Package and StoredBlock: for
# the night, which handles them without speaking to the engine. distances_hm: for the watch, which
# measures as the ranking does.
from cordee.engine.points import MAXIMUM
from cordee.engine.problem import Candidate, Package
from cordee.engine.ranking.run import StoredBlock
from cordee.engine.table import distances_hm
from cordee.mobilisation.problem.candidates import (
    TEAM_KINDS,
    CandidateRow,
    Field,
    engine_candidates,
    field_of,
    ranked_candidates,
    rows_by_candidate,
)
from cordee.mobilisation.problem.packages import NotComposable, engine_packages, params_for, span_of
from cordee.mobilisation.problem.rankings import (
    ENGINE_VERSION,
    Listed,
    blocks_version,
    first_of_all,
    problem_json,
    ranking_of,
    store_block,
)

"""A ranking that runs all compiled code; see `engine.compiling`."""

import numpy as np

from cordee.engine.problem import Candidate, Certainty, Package, Skill
from cordee.engine.ranking.asked import asked_of
from cordee.engine.ranking.block import blocks_of
from cordee.engine.ranking.run import rank_blocks


def warm() -> None:
    """Compile all that a ranking runs, or read it from the cache (`NUMBA_CACHE_DIR`)."""
    skill = Skill(trade="espaces-verts", certainty=Certainty.KNOWN, proficiency=1, reach_km=20)
    candidate = Candidate(
        id="a",
        organisation="a",
        name="a",
        kind="EI",
        latitude_deg=45.0,
        longitude_deg=5.0,
        skills=(skill,),
        capacity_cfte_by_month={1: 100},
        capacity_certainty=Certainty.KNOWN,
    )
    package = Package(
        id="a",
        lot_id="a",
        label="a",
        trade=skill.trade,
        latitude_deg=45.0,
        longitude_deg=5.0,
        first_month=1,
        months=1,
        need_cfte=100,
        amount_cents=1,
    )
    lists = rank_blocks(blocks_of([candidate]), asked_of([package], limit_km=100))
    if not bool(np.array_equal(lists.found, [1])):
        raise RuntimeError("The compiled ranking does not find the one structure there is.")

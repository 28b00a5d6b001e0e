"""Every write of the room that means something; each file is one subject."""

from cordee.mobilisation.actions.rankings import (
    drop_night_rankings,
    keep_night_ranking,
    rank_structures,
)

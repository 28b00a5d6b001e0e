"""The tables of the room; each file is one subject."""

from cordee.mobilisation.models.rankings import NightRanking, Ranking

__all__ = ["NightRanking", "Ranking"]

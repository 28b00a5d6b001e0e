"""The tables of the room; each file is one subject."""

from cordee.mobilisation.models.answers import Answer
from cordee.mobilisation.models.campaigns import Ask, Campaign, Recipient
from cordee.mobilisation.models.rankings import NightRanking, Ranking

__all__ = ["Answer", "Ask", "Campaign", "NightRanking", "Ranking", "Recipient"]

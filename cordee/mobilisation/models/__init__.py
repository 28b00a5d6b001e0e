"""The tables of the room; each file is one subject."""

from cordee.mobilisation.models.answers import Answer
from cordee.mobilisation.models.campaigns import Ask, Campaign, Recipient
from cordee.mobilisation.models.conversations import (
    Message,
    MessageReport,
    ReceivedMail,
    Thread,
    ThreadReading,
)
from cordee.mobilisation.models.digests import Digest, DigestChoice, DigestItem
from cordee.mobilisation.models.feeds import FeedKey
from cordee.mobilisation.models.mutual_aid import (
    MutualOffer,
    MutualReply,
    UrgentAnswer,
    UrgentCall,
    UrgentCallReach,
)
from cordee.mobilisation.models.proposals import ProgrammeProposal
from cordee.mobilisation.models.rankings import NightRanking, Ranking

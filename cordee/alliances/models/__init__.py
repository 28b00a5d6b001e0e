"""The tables of the room; each file is one subject."""

from cordee.alliances.models.alliances import Alliance, AllianceLot, AllianceRevision
from cordee.alliances.models.approvals import (
    Approval,
    ApprovalIdentity,
    ApprovedText,
    SignatureRequest,
)
from cordee.alliances.models.bids import AllianceBaseline, BidResult, CriterionNote, Filing
from cordee.alliances.models.endorsements import Endorsement
from cordee.alliances.models.legal import AlliancePace, AllianceTask, GoDecision
from cordee.alliances.models.messages import AllianceMessage
from cordee.alliances.models.paperwork import (
    AllianceFile,
    AnswerFile,
    FileOpening,
    PastWork,
    Turnover,
)
from cordee.alliances.models.parties import Acceptance, AllianceCoordinator, AllianceParty
from cordee.alliances.models.ready_teams import StandingMember, StandingTeam
from cordee.alliances.models.withdrawals import Withdrawal, WithdrawalAgreement

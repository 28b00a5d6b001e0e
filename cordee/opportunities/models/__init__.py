from cordee.opportunities.models.breakdowns import Breakdown, WorkPackage, superseded
from cordee.opportunities.models.contracts import AwardedContract, ContractHolder
from cordee.opportunities.models.lives import JoinDecision, NoticeLink, NoticeTraits
from cordee.opportunities.models.misreadings import Misreading
from cordee.opportunities.models.needs import Audience, NeedDraft
from cordee.opportunities.models.opportunities import (
    DeadlineChange,
    Opportunity,
    OpportunityPlace,
    OpportunityTrade,
    Stage,
)
from cordee.opportunities.models.programmes import ProgrammeAttachment, ProgrammeRule
from cordee.opportunities.models.publications import EarlierNotice, Publication, QuestionsSent
from cordee.opportunities.models.searches import SavedSearch
from cordee.opportunities.models.sources import SourceState
from cordee.opportunities.models.verdicts import Verdict, VerdictKind, VerdictTurn
from cordee.opportunities.models.versions import Correction, NoticeVersion, Objection, Reading

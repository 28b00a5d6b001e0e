"""What a contract notice says, whatever the shape of the file it was read from."""

from cordee.notices.notice.facts import (
    Amount,
    Award,
    Buyer,
    Cpv,
    Criterion,
    Descripteur,
    Duration,
    Evidence,
    GroupingTerms,
    Links,
    Lot,
    LotFigures,
    NeedTerms,
    Notice,
    Place,
    Reserved,
    SocialClause,
    Winner,
)
from cordee.notices.notice.kinds import (
    ClauseKind,
    CriterionKind,
    Format,
    GroupingForm,
    Kind,
    NeedKind,
    Provenance,
    Source,
)
from cordee.notices.notice.readers import READER_VERSION, NoticeError

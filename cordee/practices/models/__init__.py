"""What structures and networks learnt, and keep."""

from cordee.practices.models.commissions import (
    Commission,
    CommissionFile,
    CommissionSeat,
    GivenHours,
    Meeting,
    MeetingTask,
    Product,
)
from cordee.practices.models.letters import Letter, LetterDate, LetterRecipient
from cordee.practices.models.positioning import PlannedAction, Positioning, PositioningGrid, Visit
from cordee.practices.models.reuse import Reuse
from cordee.practices.models.sessions import Session, SessionAnswer
from cordee.practices.models.sheets import (
    Review,
    Sheet,
    SheetAuthor,
    SheetComment,
    SheetDraft,
    SheetTrade,
    SheetVersion,
)

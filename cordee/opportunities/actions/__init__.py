from cordee.opportunities.actions.contracts import import_contracts
from cordee.opportunities.actions.correcting import correct_fact, withdraw_correction
from cordee.opportunities.actions.importing import import_notices
from cordee.opportunities.actions.joining import join_opportunities, split_publication
from cordee.opportunities.actions.misreadings import NoExample, judge_misreading
from cordee.opportunities.actions.needs import write_private_need
from cordee.opportunities.actions.programmes import (
    attach,
    attach_by_rules,
    detach,
    drop_rule,
    forget_hand,
    keep_rule,
    note_hours,
)
from cordee.opportunities.actions.questioning import (
    AlreadySent,
    mark_questions_sent,
    unmark_questions_sent,
)
from cordee.opportunities.actions.refreshing import refresh_opportunity
from cordee.opportunities.actions.rereading import reread
from cordee.opportunities.actions.syncing import sync_source

__all__ = [
    "AlreadySent",
    "NoExample",
    "attach",
    "attach_by_rules",
    "correct_fact",
    "detach",
    "drop_rule",
    "forget_hand",
    "import_contracts",
    "import_notices",
    "join_opportunities",
    "judge_misreading",
    "keep_rule",
    "mark_questions_sent",
    "note_hours",
    "refresh_opportunity",
    "reread",
    "split_publication",
    "sync_source",
    "unmark_questions_sent",
    "withdraw_correction",
    "write_private_need",
]

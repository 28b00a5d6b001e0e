from cordee.opportunities.actions.contracts import import_contracts
from cordee.opportunities.actions.correcting import (
    correct_fact,
    current_value,
    object_to_correction,
    settle_correction,
    withdraw_correction,
    withdraw_objection,
)
from cordee.opportunities.actions.importing import import_notices
from cordee.opportunities.actions.joining import join_opportunities, split_publication
from cordee.opportunities.actions.misreadings import NoExample, judge_misreading
from cordee.opportunities.actions.moderating import ask_author, publish_need, refuse_need
from cordee.opportunities.actions.needs import (
    close_need,
    draft_of,
    draft_with,
    drop_draft,
    drop_old_drafts,
    revise_need,
    save_step,
    send_draft,
    start_draft,
    withdraw_need,
    write_private_need,
)
from cordee.opportunities.actions.programmes import (
    attach,
    attach_by_rules,
    detach,
    drop_rule,
    forget_hand,
    note_hours,
    save_rule,
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
    "ask_author",
    "attach",
    "attach_by_rules",
    "close_need",
    "correct_fact",
    "current_value",
    "detach",
    "draft_of",
    "draft_with",
    "drop_draft",
    "drop_old_drafts",
    "drop_rule",
    "forget_hand",
    "import_contracts",
    "import_notices",
    "join_opportunities",
    "judge_misreading",
    "mark_questions_sent",
    "note_hours",
    "object_to_correction",
    "publish_need",
    "refresh_opportunity",
    "refuse_need",
    "reread",
    "revise_need",
    "save_rule",
    "save_step",
    "send_draft",
    "settle_correction",
    "split_publication",
    "start_draft",
    "sync_source",
    "unmark_questions_sent",
    "withdraw_correction",
    "withdraw_need",
    "withdraw_objection",
    "write_private_need",
]

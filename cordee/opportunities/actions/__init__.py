from cordee.opportunities.actions.contracts import import_contracts
from cordee.opportunities.actions.correcting import (
    correct_fact,
    current_value,
    object_to_correction,
    settle_correction,
    withdraw_correction,
    withdraw_objection,
)
from cordee.opportunities.actions.importing import import_notices, reread
from cordee.opportunities.actions.joining import join_opportunities, split_publication
from cordee.opportunities.actions.misreadings import judge_misreading
from cordee.opportunities.actions.needs import (
    close_need,
    decide_need,
    draft_of,
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
    attach_by_rules,
    drop_rule,
    forget_hand,
    place_by_hand,
    save_rule,
)
from cordee.opportunities.actions.questioning import mark_questions_sent, unmark_questions_sent
from cordee.opportunities.actions.refreshing import refresh_opportunity
from cordee.opportunities.actions.syncing import sync_source

"""Writes of sheets. The journal holds keys and steps, never a text nor a name."""

from cordee.practices.sheets.actions.comments import answer_comment, propose
from cordee.practices.sheets.actions.naming import add_author, answer_naming, remove_author
from cordee.practices.sheets.actions.publishing import note_reuses, publish, set_status
from cordee.practices.sheets.actions.reviews import (
    agree_to_report,
    ask_review,
    decline_review,
    deliver_review,
)
from cordee.practices.sheets.actions.writing import (
    Stale,
    keep_sheet,
    save_draft,
    set_context,
    start_sheet,
)

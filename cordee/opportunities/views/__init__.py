from cordee.opportunities.views.correcting import correct, settle, withdraw
from cordee.opportunities.views.listing import export, list_for_you, opportunity_list
from cordee.opportunities.views.lives import join, split
from cordee.opportunities.views.misreadings import export_labels, misreading, misreading_list
from cordee.opportunities.views.needs import (
    close_need,
    correct_need,
    drop_draft,
    moderate,
    my_need,
    my_needs,
    need_step,
    needs_to_read,
    new_need,
    withdraw_need,
)
from cordee.opportunities.views.page import detail, lots, notice, question_list, version
from cordee.opportunities.views.questions import mark as mark_questions
from cordee.opportunities.views.questions import unmark as unmark_questions
from cordee.opportunities.views.sources import live_sources
from cordee.opportunities.views.upcoming import export_soon, soon

from cordee.opportunities.views.correcting import correct, withdraw
from cordee.opportunities.views.listing import export, opportunity_list
from cordee.opportunities.views.lives import join, split
from cordee.opportunities.views.misreadings import export_labels, misreading, misreading_list
from cordee.opportunities.views.needs import private_need
from cordee.opportunities.views.page import detail, lots, version
from cordee.opportunities.views.questions import mark as mark_questions
from cordee.opportunities.views.questions import unmark as unmark_questions
from cordee.opportunities.views.soon import export_soon, soon
from cordee.opportunities.views.sources import live_sources

__all__ = [
    "correct",
    "detail",
    "export",
    "export_labels",
    "export_soon",
    "join",
    "live_sources",
    "lots",
    "mark_questions",
    "misreading",
    "misreading_list",
    "opportunity_list",
    "private_need",
    "soon",
    "split",
    "unmark_questions",
    "version",
    "withdraw",
]

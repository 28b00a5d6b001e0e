"""The tables of the room; each file is one subject."""

from cordee.alliances.models.alliances import (
    Acceptance,
    Alliance,
    AllianceCoordinator,
    AllianceLot,
    AllianceParty,
    AllianceRevision,
)
from cordee.alliances.models.compositions import ANSWER_FIELDS, Composition, Proposal, Study

__all__ = [
    "ANSWER_FIELDS",
    "Acceptance",
    "Alliance",
    "AllianceCoordinator",
    "AllianceLot",
    "AllianceParty",
    "AllianceRevision",
    "Composition",
    "Proposal",
    "Study",
]

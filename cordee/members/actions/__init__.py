"""Every write of the room that means something: one function per intention."""

from cordee.members.actions.capacity import book_capacity, declare_activity, declare_crew
from cordee.members.actions.memberships import end_membership, record_membership
from cordee.members.actions.seats import invite, open_network
from cordee.members.actions.sharing import grant_sharing, revoke_sharing
from cordee.members.actions.structures import (
    import_previewed,
    import_structures,
    preview_structures,
)
from cordee.members.actions.territories import load_territories

__all__ = [
    "book_capacity",
    "declare_activity",
    "declare_crew",
    "end_membership",
    "grant_sharing",
    "import_previewed",
    "import_structures",
    "invite",
    "load_territories",
    "open_network",
    "preview_structures",
    "record_membership",
    "revoke_sharing",
]

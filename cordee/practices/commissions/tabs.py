"""The frame of the pages of commissions and sessions of a network."""

from typing import Any

from django.urls import reverse

from cordee.practices.commissions.access import Inside

TABS = [("Commissions", "practices:commissions"), ("Sessions", "practices:sessions")]
FOR_WRITERS = [("Courriers", "practices:letters")]


def frame_of(found: Inside, section: str = "commissions") -> dict[str, Any]:
    """What `practices/commissions/frame.html` asks for, but for `title`; `section`: the tab of the
    page, or the one that it stands below. `row` and `sort` are for a page to fill."""
    here, slug = f"practices:{section}", found.network.slug
    shown = TABS + FOR_WRITERS if found.relays else TABS
    tabs = [(words, reverse(route, args=[slug]), route == here) for words, route in shown]
    above = next((words, url) for words, url, is_here in tabs if is_here)
    page = {"commission": None, "row": None, "sort": ""}
    return {"network": found.network, "found": found, "tabs": tabs, "above": above, **page}

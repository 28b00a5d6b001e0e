"""The frame of the pages of commissions and sessions of a network."""

from typing import Any

from django.urls import reverse

from cordee.practices.commissions.access import Inside

TABS = [("Commissions", "practices:commissions"), ("Sessions", "practices:sessions")]
FOR_WRITERS = [("Courriers", "practices:letters")]


def frame_of(found: Inside, here: str = "") -> dict[str, Any]:
    """What `practices/commissions/frame.html` asks for, but for `title`."""
    shown = TABS + FOR_WRITERS if found.relays else TABS
    tabs = [
        (words, reverse(route, args=[found.network.slug]), route == here) for words, route in shown
    ]
    return {"network": found.network, "found": found, "tabs": tabs}

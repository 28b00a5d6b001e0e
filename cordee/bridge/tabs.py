"""« Passerelles »: the frame of its pages in one structure."""

from typing import Any

from django.urls import reverse

from cordee.accounts.access import Person
from cordee.members.models import Structure
from cordee.skills.access import teaches

TABS = [
    ("Immersions", "bridge:immersions"),
    ("Postes", "bridge:jobs"),
    ("Sorties", "bridge:exits"),
    ("Le bassin", "bridge:basin"),
]


def frame_of(user: Person, structure: Structure, here: str) -> dict[str, Any]:
    """What `bridge/frame.html` asks for, but for `title`; `here` is the route of the page."""
    return {
        "structure": structure,
        "teaches": teaches(user, structure),
        "tabs": [
            (words, reverse(route, args=[structure.pk]), route == here) for words, route in TABS
        ],
    }

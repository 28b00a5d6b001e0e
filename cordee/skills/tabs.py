"""The pages of learning at work in one structure, and what their frame says."""

from typing import Any

from django.urls import reverse

from cordee.accounts.access import Person
from cordee.members.models import Structure
from cordee.skills import access

# Words, route, whether it is only for who follows the learners.
TABS = [
    ("Qui apprend", "skills:home", False),
    ("Référentiels", "skills:frameworks", False),
    ("Parcours AFEST", "skills:courses", False),
]


def frame_of(user: Person, structure: Structure, here: str) -> dict[str, Any]:
    """What `skills/frame.html` asks for, but for `title`; `here` is the route of the page."""
    teaches = access.teaches(user, structure)
    return {
        "structure": structure,
        "teaches": teaches,
        "tabs": [
            (words, reverse(route, args=[structure.pk]), route == here)
            for words, route, is_for_teachers in TABS
            if teaches or not is_for_teachers
        ],
    }

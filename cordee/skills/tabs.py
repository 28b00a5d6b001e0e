"""Pages of learning at work in one structure: their frame, their entry on « Mon chantier »."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cordee.accounts.access import Person
from cordee.accounts.requests import SignedInRequest
from cordee.base.ui import french
from cordee.members.models import Structure
from cordee.members.own_page import Entry
from cordee.members.sharing import Viewer
from cordee.skills import access

TABS = [
    ("Qui apprend", "skills:home"),
    ("Référentiels", "skills:frameworks"),
    ("AFEST", "skills:courses"),
    ("CQP", "skills:cohorts"),
]


def frame_of(user: Person, structure: Structure, here: str) -> dict[str, Any]:
    """What `skills/frame.html` asks for, but for `title`; `here` is the route of the page."""
    return {
        "structure": structure,
        "teaches": access.teaches(user, structure),
        "tabs": [
            (words, reverse(route, args=[structure.pk]), route == here) for words, route in TABS
        ],
    }


def withdrawn(
    request: SignedInRequest, structure: Structure, here: str, what: object, page: str
) -> HttpResponse:
    """All that is shown of what was taken back; `page`: where to put it back."""
    more = {"title": f"Retiré\u00a0: {what}", "what": what, "page": page}
    context = frame_of(request.user, structure, here) | more
    return render(request, "skills/withdrawn.html", context)


def entry(_: Viewer, structure: Structure) -> Iterator[Entry]:
    """How many learn; who directs reads numbers."""
    how_many = structure.learners.present().count()
    told = french.count(how_many, "personne apprend", "personnes apprennent")
    url = reverse("skills:home", args=[structure.pk])
    yield Entry("Apprendre au travail", told if how_many else "personne encore", url)

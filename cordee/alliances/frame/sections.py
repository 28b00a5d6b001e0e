"""The pages of an alliance as the bar above each of them shows them, by phase and by reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cordee.agreement.phases import Phase
from cordee.alliances.access import AllianceAccess

# The pages of an alliance, in the order of the bar: (title, route).
SECTIONS: list[tuple[str, str]] = [
    ("L’alliance", "alliances:detail"),
    ("Le tableau", "alliances:table"),
    ("Le temps", "alliances:planning"),
    ("La forme", "alliances:legal_form"),
    ("Messages", "alliances:messages"),
    ("Fichiers", "alliances:files"),
    ("Qui signe", "alliances:signatories"),
    ("Documents", "alliances:documents"),
    ("Approbations", "alliances:approvals"),
    ("Dépôt", "alliances:filing"),
    ("Résultat", "alliances:result"),
    ("Retraits", "alliances:withdrawals"),
]

# When a page is needed, where it is not always: the bar of a phase stays short.
_SHARING = frozenset({Phase.TALKING, Phase.SPLIT, Phase.MANDATE})

_SIGNING = frozenset({Phase.MANDATE, Phase.DOCUMENTS})

_AFTER = frozenset(Phase) - _SHARING - _SIGNING

NEEDED_AT: Mapping[str, frozenset[Phase]] = {
    "alliances:planning": _SHARING | _SIGNING,
    "alliances:legal_form": _SHARING,
    "alliances:signatories": _SIGNING | {Phase.SPLIT},
    "alliances:approvals": _SIGNING,
    "alliances:filing": frozenset({Phase.DOCUMENTS, Phase.FILED}),
    "alliances:result": _AFTER,
    "alliances:withdrawals": _AFTER,
}

# Those of who reads its own part alone: each shows nothing of the others. Approvals are one too,
# where one answers alone.
OWN_PART = frozenset(
    {
        *("alliances:detail", "alliances:planning", "alliances:signatories", "alliances:documents"),
        *("alliances:withdrawals", "alliances:messages"),
    }
)


@dataclass(frozen=True, slots=True)
class Section:
    """One page of an alliance, as the bar above each of them shows it."""

    title: str
    url: str
    is_here: bool
    # Whether it stands in the bar at this phase, or behind "Autres pages".
    is_near: bool


def alliance_context(access: AllianceAccess, here: str) -> dict[str, Any]:
    """What the frame of a page of an alliance shows: who reads, which alliance, the bar.

    `here`: the route of the section that the page belongs to.
    """
    return {"access": access, "alliance": access.alliance, "sections": sections(access, here)}


def sections(access: AllianceAccess, here: str) -> list[Section]:
    """The pages of an alliance: those of its phase, and the others, which stay within reach."""
    alliance = access.alliance
    near = _near(alliance.step)
    return [
        Section(title, reverse(route, args=[alliance.pk]), route == here, route in near)
        for title, route in SECTIONS
        if access.clients is None
        or route in OWN_PART
        or (route == "alliances:approvals" and access.reads_paper)
    ]


def _near(step: Phase) -> set[str]:
    """The routes that one needs at a phase; whatever says no phase is always one of them."""
    far = {route for route, phases in NEEDED_AT.items() if step not in phases}
    return {route for _, route in SECTIONS} - far

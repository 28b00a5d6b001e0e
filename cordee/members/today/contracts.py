"""Contracts shown with their verdict: on the page of the day, and in the lists that they come from.

Rooms above know contracts; each registers a panel for those whom it is for. A reader makes a fixed
number of queries and composes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cordee.members.sharing import Viewer

MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """One fact of « pourquoi moi »: known ("sur"), against ("non") or to confirm ("inconnu").

    In this order always: trade, distance, size against the crew, reserved.
    """

    kind: str
    words: str

    @property
    def icon(self) -> str:
        """The icon that says the same."""
        return {"sur": "coche", "non": "refus", "inconnu": "inconnu"}[self.kind]


@dataclass(frozen=True, slots=True)
class Contract:
    """One line: its name and page, three plain facts, a badge (`state` tag), and why me."""

    title: str
    url: str
    facts: str
    state: str
    short: str
    icon: str
    marks: Sequence[Mark] = ()


@dataclass(frozen=True, slots=True)
class ContractPanel:
    """`fits`: "Trois marchés vous conviennent"; `note`: that there is none, or that we compute."""

    heading: str
    contracts: Sequence[Contract]
    url: str
    more: str
    fits: str = ""
    note: str = ""


type PanelReader = Callable[[Viewer, datetime], ContractPanel | None]

# By the name of the room whose panel it is.
readers: dict[str, PanelReader] = {}


def panel_for(viewer: Viewer, now: datetime) -> ContractPanel | None:
    """The first panel that a room has for a person."""
    panels = (reader(viewer, now) for reader in readers.values())
    return next((panel for panel in panels if panel is not None), None)

"""The four pages on the ceiling of one chantier: the first is the answer, the rest its depth."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cordee.economics.access import Chantiers
from cordee.economics.models import AccountingYear
from cordee.members.models import Structure
from cordee.members.sharing import Viewer


@dataclass(frozen=True, slots=True)
class Tab:
    """`is_for_networks`: whether a network that sees the figures reads this page too."""

    words: str
    route: str
    is_for_networks: bool = False


# In the order of the bar, four at most. The first is called after the year that it answers.
TABS = [
    Tab("Plafond", "economics:ceiling", is_for_networks=True),
    Tab("Par mois", "economics:months", is_for_networks=True),
    Tab("Mes comptes", "economics:accounts"),
    Tab("Dossiers", "economics:dossiers"),
]


def frame_of(
    viewer: Viewer,
    structure: Structure,
    chantiers: Chantiers,
    here: str,
    *,
    year: AccountingYear | None = None,
    asked: str = "",
) -> dict[str, Any]:
    """What `economics/frame.html` asks for, but for `title`; `here` is the route of the page.

    `year`: that which the page is about, where it is about one: every tab stays on it. `asked`: the
    year in the address of a page about none, handed on.
    """
    is_own = viewer.directs(structure)
    shown = [tab for tab in TABS if is_own or tab.is_for_networks]
    month = asked if year is None else str(year.first_month)
    query = chantiers.query
    if month.isdecimal():
        query += f"{'&' if query else '?'}exercice={month}"
    return {
        "structure": structure,
        "chantiers": chantiers,
        "is_own": is_own,
        "tabs": [
            (
                year.name if year and tab is TABS[0] else tab.words,
                reverse(tab.route, args=[structure.pk]) + query,
                tab.route == here,
            )
            for tab in shown
        ],
    }

"""The four pages on the ceiling of one chantier: the first is the answer, the rest its depth."""

from typing import Any

from django.urls import reverse

from cordee.economics.access import Chantiers
from cordee.economics.models import AccountingYear
from cordee.members.models import Structure
from cordee.members.sharing import Viewer

# In the order of the bar, four at most. The first is called after the year that it answers.
TABS = {
    "economics:ceiling": "Plafond",
    "economics:months": "Par mois",
    "economics:accounts": "Mes comptes",
    "economics:dossiers": "Dossiers",
}
# What a network that sees the figures reads too.
FOR_NETWORKS = ("economics:ceiling", "economics:months")


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
                year.name if year and route == "economics:ceiling" else words,
                reverse(route, args=[structure.pk]) + query,
                route == here,
            )
            for route, words in TABS.items()
            if is_own or route in FOR_NETWORKS
        ],
    }

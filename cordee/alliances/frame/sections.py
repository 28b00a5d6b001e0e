"""The four entries of an alliance, above each of its pages, and how each page is called."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from cordee.alliances.access import AllianceAccess

TEAM, FILE, TALK, NEXT = (f"alliances:{name}" for name in ("detail", "dossier", "messages", "next"))
ENTRIES: Mapping[str, str] = {
    TEAM: "Équipe et parts",
    FILE: "Dossier",
    TALK: "Messages",
    NEXT: "Suite",
}
# What each page is called, by its route, and in which entry it stands.
PAGES: Mapping[str, tuple[str, str]] = {
    TEAM: ("L’alliance", TEAM),
    "alliances:team": ("L’équipe", TEAM),
    "alliances:add_party": ("Ajouter une structure", TEAM),
    "alliances:open_lines": ("Il manque quelqu’un", TEAM),
    "alliances:table": ("Le tableau", TEAM),
    "alliances:share": ("Ma part", TEAM),
    "alliances:legal_form": ("La forme", TEAM),
    FILE: ("Dossier", FILE),
    "alliances:documents": ("Documents", FILE),
    "alliances:files": ("Fichiers", FILE),
    "alliances:signatories": ("Qui signe", FILE),
    "alliances:approvals": ("Approbations", FILE),
    TALK: ("Messages", TALK),
    NEXT: ("Suite", NEXT),
    "alliances:planning": ("Le temps", NEXT),
    "alliances:decide": ("Décider", NEXT),
    "alliances:filing": ("Dépôt", NEXT),
    "alliances:result": ("Résultat", NEXT),
    "alliances:withdrawals": ("Retraits", NEXT),
    "alliances:coordinators": ("Qui coordonne", NEXT),
}


def alliance_context(access: AllianceAccess, here: str) -> dict[str, Any]:
    """What the frame of a page of an alliance shows: who reads, which alliance, its entries.

    `here`: the route of `PAGES` that the page is, or belongs to.
    """
    crumb, entry = PAGES[here]
    words = ENTRIES if access.clients is None else {**ENTRIES, TEAM: "Ma part"}
    entries = [
        (label, reverse(route, args=[access.alliance.pk]), route == entry)
        for route, label in words.items()
    ]
    return {"access": access, "alliance": access.alliance, "crumb": crumb, "entries": entries}

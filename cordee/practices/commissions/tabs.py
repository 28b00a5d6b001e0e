"""The frame of the pages of commissions of a network, and the way to them."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from cordee.base.ui import french
from cordee.members.models import Network, Structure
from cordee.members.own_page import Entry
from cordee.members.sharing import Viewer
from cordee.practices.commissions.access import Inside

TABS = [("Commissions", "practices:commissions")]


def frame_of(found: Inside, here: str = "") -> dict[str, Any]:
    """What `practices/commissions/frame.html` asks for, but for `title`."""
    tabs = [
        (words, reverse(route, args=[found.network.slug]), route == here) for words, route in TABS
    ]
    return {"network": found.network, "found": found, "tabs": tabs}


def entry(viewer: Viewer, structure: Structure) -> Iterator[Entry]:
    """On « Mon chantier »: the network of the structure with the most commissions. One query."""
    joined = structure.memberships.current(viewer.on).order_by().values("network")
    own = Q(pk__in=joined) | Q(delegations__in=joined)
    stands = Q(commissions__taken_back_at__isnull=True)
    rows: Any = Network.objects.filter(own, stands)
    for network in rows.annotate(many=Count("commissions", distinct=True)).order_by("-many")[:1]:
        told = french.count(network.many, "commission", "commissions")
        url = reverse("practices:commissions", args=[network.slug])
        yield Entry("Commissions et sessions", f"{network}\u00a0: {told}", url)

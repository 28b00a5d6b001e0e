"""Who could take each lot: the first lines of the ranking that the reader's network may see."""

from collections.abc import Collection

from django.urls import reverse

from cordee.base.ui import french
from cordee.members.sharing import Viewer
from cordee.mobilisation import pages
from cordee.mobilisation.access import found_for
from cordee.opportunities.models import Breakdown, Opportunity
from cordee.opportunities.next_steps import Able, AbleLists

SHOWN = 3


def lists_of(
    viewer: Viewer, opportunity: Opportunity, breakdown: Breakdown, positions: Collection[int]
) -> AbleLists:
    """Of these packages. At most three queries; nothing before a need is published."""
    if not opportunity.is_published:
        return AbleLists()
    url = reverse("mobilisation:ranking", args=[opportunity.pk])
    ranking, is_of_the_night = found_for(viewer, breakdown)
    if ranking is None:
        return AbleLists(search_url=url)
    found, without_place = {}, pages.without_place(breakdown)
    asker = pages.asker_of(ranking, viewer)
    for ranked in ranking.rows:
        if (position := int(ranked["package"])) in positions:
            package = pages.package_of(ranked, asker, SHOWN)
            names = tuple(
                row.name
                if position in without_place
                else f"{row.name} ({french.trip(row.distance_km)})"
                for row in package.lines
            )
            count = ranked.get("in_reach") or len(ranked["ranked"])
            found[position] = Able(names, count - len(names), f"{url}?travaux={ranked['package']}")
    return AbleLists(found, is_of_the_night=is_of_the_night)

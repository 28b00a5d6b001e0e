"""Who may open a composition, and whose figures it may show. Each docstring is the rule."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from cordee.alliances.models import Composition, Proposal
from cordee.alliances.problem.telling import Sight
from cordee.members.sharing import FigureClass, Viewer, visible_structure_ids
from cordee.opportunities.access import opportunities_for


def compositions_for(viewer: Viewer, *, on: date) -> QuerySet[Composition]:
    """Those she asked for, those made as her network sees figures, and those of the demo valley.

    Always of opportunities that she may see: a private need does not leak through its team.
    """
    public = Q(is_public=True)
    if viewer.user is None:
        return Composition.objects.filter(public)
    mine = Q(made_by=viewer.user)
    if viewer.network is not None:
        mine |= Q(network=viewer.network)
    seen = opportunities_for(viewer.user, on=on).values("pk")
    return Composition.objects.filter(public | (mine & Q(breakdown__opportunity__in=seen)))


def composition_for(viewer: Viewer, pk: uuid.UUID, *, on: date) -> Composition:
    """One of `compositions_for`, or 404."""
    found = (
        compositions_for(viewer, on=on)
        .select_related("breakdown__opportunity", "network")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404("Cette composition n’existe pas, ou ne vous est pas ouverte.")
    return found


def own_composition_for(viewer: Viewer, pk: uuid.UUID, *, on: date) -> Composition:
    """One she may keep a team of: her own or her network’s; 404 otherwise."""
    found = composition_for(viewer, pk, on=on)
    if not may_keep(viewer, found):
        raise Http404("Cette composition n’est pas à vous.")
    return found


def may_keep(viewer: Viewer, composition: Composition) -> bool:
    """Tell whether she may keep a team of a composition that she may open."""
    if viewer.user is None:
        return False
    is_of_network = viewer.network is not None and composition.network == viewer.network
    return is_of_network or composition.made_by_id == viewer.user.pk


def proposals_for(viewer: Viewer, *, on: date) -> QuerySet[Proposal]:
    """The teams kept from compositions that she may open."""
    return Proposal.objects.filter(composition__in=compositions_for(viewer, on=on))


def proposal_for(viewer: Viewer, pk: int, *, on: date) -> Proposal:
    """A kept team that she may take back, or 404."""
    found = proposals_for(viewer, on=on).filter(pk=pk, withdrawn_at__isnull=True).first()
    if found is None or viewer.user is None:
        raise Http404("Cette proposition n’existe pas, ou ne vous est pas ouverte.")
    return found


def sight_of(viewer: Viewer, composition: Composition, *, on: date) -> Sight:
    """Whose figures a page may show her today; the invented valley shows everything."""
    if composition.is_public:
        everyone = frozenset(_ids(composition.people.values()))
        return Sight(everyone, everyone)
    return Sight(
        frozenset(visible_structure_ids(viewer, FigureClass.NETWORK, on)),
        frozenset(visible_structure_ids(viewer, FigureClass.PRIVATE, on)),
    )


def _ids(people: Iterable[dict[str, Any]]) -> set[int]:
    return {int(who["structure_id"]) for who in people}

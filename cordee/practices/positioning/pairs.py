"""Who could visit whom: near each other, of one trade, and not answering together."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from operator import itemgetter
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from cordee.accounts.models import User
from cordee.members.models import Activity, RoleSeat, Structure
from cordee.members.models.structures import StructureQuerySet
from cordee.members.network_access import Desk
from cordee.practices.models import PositioningGrid, Visit
from cordee.practices.positioning.access import answering_together
from cordee.practices.positioning.actions import network_grids, own_grid
from cordee.rules.territory import distance_km
from cordee.rules.trades import TRADES

FARTHEST_KM, MOST_NEAR, MOST_PAIRS = 80, 40, 10
# Every two of them are compared: the first ones by place, where a network has more in one trade.
MOST_COMPARED = 300
# Two structures that met are not sent to each other again for so long.
AGAIN_AFTER = timedelta(days=730)


class Pair(NamedTuple):
    km: float
    visiting: Structure
    visited: Structure
    trades: frozenset[str]

    @property
    def in_trade(self) -> str:
        """The first trade that both have."""
        return TRADES[min(self.trades)].in_sentence


def directed(rows: StructureQuerySet) -> StructureQuerySet:
    """Those that somebody directs here: others would never answer."""
    seats = RoleSeat.objects.live().directors().filter(structure=OuterRef("pk"))
    return rows.filter(Exists(seats.order_by()))


def near(user: User, structure: Structure) -> list[tuple[Structure, float, bool]]:
    """Whom a structure may visit, the nearest first: how far, and whether they answer apart now, as
    far as the user reads it. Nobody where its place is unknown."""
    if structure.point is None:
        return []
    rows = directed(Structure.objects.active().in_box(*structure.point, FARTHEST_KM))
    others = rows.exclude(organisation=structure.organisation_id).with_place()
    placed = [(each, each.distance_km(*structure.point)) for each in others]
    found = [(each, km) for each, km in placed if km is not None and km <= FARTHEST_KM]
    apart = answering_together(user, {structure.pk, *(each.pk for each, _ in found)})
    told = [(each, km, frozenset({structure.pk, each.pk}) not in apart) for each, km in found]
    return sorted(told, key=lambda each: (each[1], each[0].pk))[:MOST_NEAR]


def pairs(user: User, desk: Desk, trade: str, on: date) -> list[Pair]:
    """Ten pairs of members of one trade, or of each, the nearest first, each member once."""
    asked = [trade] if trade else list(TRADES)
    rows = directed(desk.structures(on)).in_trade(*asked).with_place()
    ordered = list(rows.order_by("department", "commune", "pk")[:MOST_COMPARED])
    keys = {each.pk for each in ordered}
    apart, trades = _apart(user, keys, on), _trades(keys, asked)
    taken: set[int] = set()
    found = []
    for pair in sorted(_every(ordered, trades), key=itemgetter(0)):
        keys = {pair.visiting.pk, pair.visited.pk}
        if not keys & taken and frozenset(keys) not in apart:
            taken |= keys
            found.append(pair)
    return found[:MOST_PAIRS]


def grid_of(visited: Structure, on: date) -> PositioningGrid:
    """With whose questions one visits: those of its network, else ours."""
    return next(iter(network_grids(visited, on)), None) or own_grid()


def _trades(keys: Collection[int], asked: Sequence[str]) -> dict[int, set[str]]:
    """In which of the trades asked each of these structures works."""
    rows = Activity.objects.filter(chantier__structure__in=keys, trade__in=asked).order_by()
    found: dict[int, set[str]] = {}
    for key, each in rows.values_list("chantier__structure", "trade"):
        found.setdefault(key, set()).add(each)
    return found


def _every(rows: list[Structure], trades: Mapping[int, set[str]]) -> Iterator[Pair]:
    placed = [(each, point) for each in rows if (point := each.point) is not None]
    for n, (one, here) in enumerate(placed):
        for other, there in placed[n + 1 :]:
            shared = frozenset(trades[one.pk] & trades[other.pk])
            km = distance_km(*here, *there)
            if shared and km <= FARTHEST_KM and one.organisation_id != other.organisation_id:
                yield Pair(km, one, other, shared)


def _apart(user: User, keys: Collection[int], on: date) -> set[frozenset[int]]:
    """Pairs that answer together, as far as the user reads it, or that visit each other already, or
    where one said no."""
    rows = Visit.objects.filter(visited__in=keys, visiting__in=keys)
    stands = Q(taken_back_at__isnull=True) | Q(is_agreed=False)
    recent = rows.filter(stands).exclude(on__lt=on - AGAIN_AFTER).values_list("visited", "visiting")
    return answering_together(user, keys) | {frozenset(pair) for pair in recent}

"""Whom a need would reach, before anything is sent: counts, never names."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models.functions import Coalesce

from cordee.base.ui import french
from cordee.members import map_drawings
from cordee.members.models import Activity, Membership, Network, Structure
from cordee.notices.notice import Place
from cordee.opportunities.need_forms import UNKNOWN
from cordee.opportunities.places import LocatedPlace, PlaceFinder
from cordee.rules import territory
from cordee.rules.trades import TRADES

BANDS_KM = (10, 20, 35, 60)
FURTHER_KM = (60, 100)
# The last reminder of a campaign leaves seven days after its beginning: it needs a day more.
CALM_DAYS = 8
MOST_NETWORKS = 12


@dataclass(frozen=True, slots=True)
class ReachCount:
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Counts of the `total` that do this work and go that far; `alone` are in no network."""

    total: int
    guessed: int
    alone: int
    trade: str
    networks: list[ReachCount]
    hidden_networks: int
    bands: list[ReachCount]
    departments: list[ReachCount]
    map: map_drawings.NetworkMap | None
    wider: list[str]


@dataclass(frozen=True, slots=True)
class _Structure:
    pk: int
    department: str
    distance_km: float | None
    reach_km: int
    is_guessed: bool

    @property
    def is_reached(self) -> bool:
        return self.distance_km is None or self.distance_km <= self.reach_km


def reach_of(
    trade: str, places: Sequence[Mapping[str, Any]], *, deadline: date | None, on: date
) -> Reach:
    """Whom a need of this trade (or `UNKNOWN`) at these places (or anywhere) would reach."""
    named = (
        Place(**{name: place.get(name) for name in ("department", "commune", "city")})
        for place in places
    )
    spots = PlaceFinder().locate_all(tuple(named))
    is_known = trade in TRADES
    around = _structures(trade if is_known else None, spots, on)
    reached = [each for each in around if each.is_reached]
    networks, alone = _by_network({each.pk for each in reached}, on)
    counts = Counter(each.department for each in reached if each.department)
    return Reach(
        total=len(reached),
        guessed=sum(each.is_guessed for each in reached),
        alone=alone,
        trade=TRADES[trade].short_label if is_known else "",
        networks=networks[:MOST_NETWORKS],
        hidden_networks=max(0, len(networks) - MOST_NETWORKS),
        bands=_bands(reached) if spots else [],
        departments=[ReachCount(name, count) for _, name, count in map_drawings.named(counts)],
        map=map_drawings.draw_departments(
            counts,
            {spot.department for spot in spots} | set(counts) if spots else None,
            noun="structure",
        )
        if reached
        else None,
        wider=_wider(trade, spots, around, len(reached), deadline, on),
    )


def _structures(trade: str | None, spots: Sequence[LocatedPlace], on: date) -> list[_Structure]:
    """Each structure of the trade once, with its distance to the nearest place."""
    activities = Activity.objects.filter(chantier__structure__is_closed=False)
    if trade is not None:
        activities = activities.filter(trade=trade)
    rows = [
        (*place, reach_km, certainty == "guessed")
        for *place, reach_km, certainty in _placed(
            activities, "chantier__structure__", "reach_km", "certainty"
        )
    ]
    if trade is None:
        # A structure that told no trade may do this one too.
        silent = Structure.objects.active().filter(chantiers__activities=None)
        usual = territory.default_radius_km(on=on)
        rows += [(*place, usual, True) for place in _placed(silent, "")]
    found: dict[int, _Structure] = {}
    for pk, department, lat, lon, reach_km, is_guessed in rows:
        distance = _nearest(lat, lon, spots)
        if spots and distance is None:
            continue
        held = found.get(pk)
        if held is None or (held.reach_km, not held.is_guessed) < (reach_km, not is_guessed):
            found[pk] = _Structure(pk, department or "", distance, reach_km, is_guessed)
    return list(found.values())


def _placed(rows: Any, structure: str, *names: str) -> Any:
    """The key, department and place of the structure of each row, and some of its own columns."""
    where = {
        each: Coalesce(f"{structure}{each}", f"{structure}commune__{each}")
        for each in ("latitude", "longitude")
    }
    rows = rows.order_by().annotate(lat=where["latitude"], lon=where["longitude"])
    return rows.values_list(f"{structure}pk", f"{structure}department", "lat", "lon", *names)


def _nearest(lat: float | None, lon: float | None, spots: Sequence[LocatedPlace]) -> float | None:
    if lat is None or lon is None:
        return None
    return min(
        (
            territory.distance_km(lat, lon, spot.latitude, spot.longitude)
            for spot in spots
            if spot.latitude is not None and spot.longitude is not None
        ),
        default=None,
    )


def _by_network(structures: Collection[int], on: date) -> tuple[list[ReachCount], int]:
    """How many of them each network holds, its delegations included; how many are in none."""
    parents = dict(Network.objects.values_list("pk", "parent"))
    members: dict[int, set[int]] = {}
    ties = Membership.objects.current(on).order_by().values_list("network", "structure")
    for network, structure in ties:
        if structure not in structures or network not in parents:
            continue
        members.setdefault(network, set()).add(structure)
        if parents[network] in parents:
            members.setdefault(parents[network], set()).add(structure)
    names = dict(Network.objects.filter(pk__in=members).values_list("pk", "name"))
    lines = [ReachCount(names[pk], len(held)) for pk, held in members.items()]
    lines.sort(key=lambda line: (-line.count, line.label))
    return lines, len(set(structures) - set().union(*members.values()))


def _bands(reached: Sequence[_Structure]) -> list[ReachCount]:
    far = [each.distance_km for each in reached if each.distance_km is not None]
    found, before = [], 0
    for limit in BANDS_KM:
        words = f"à moins de {limit}\u202fkm" if not before else f"de {before} à {limit}\u202fkm"
        found.append(ReachCount(words, sum(before <= each < limit for each in far)))
        before = limit
    beyond = sum(each >= before for each in far)
    return [*found, ReachCount(f"à {before}\u202fkm et plus", beyond)] if beyond else found


def _wider(
    trade: str,
    spots: Sequence[LocatedPlace],
    around: Sequence[_Structure],
    total: int,
    deadline: date | None,
    on: date,
) -> list[str]:
    """What would reach more: farther, another trade, more time."""
    sentences = []
    for limit in FURTHER_KM if spots else ():
        more = sum(
            not each.is_reached and each.distance_km is not None and each.distance_km <= limit
            for each in around
        )
        if more:
            count = french.count(more, "structure")
            sentences.append(
                f"Jusqu’à {limit}\u202fkm\u00a0: {count} de plus, au-delà de leur rayon habituel."
            )
            break
    if trade != UNKNOWN and spots:
        others = sum(each.is_reached for each in _structures(None, spots, on)) - total
        if others > 0:
            count = french.count(others, "autre structure", "autres structures")
            sentences.append(f"Tous métiers confondus\u00a0: {count} dans leur rayon.")
    if deadline is not None and (left := (deadline - on).days) < CALM_DAYS:
        sentences.append(
            f"Réponse dans {french.count(left, 'jour')}\u00a0: les réseaux n’auront pas le temps "
            f"de relancer deux fois. Avec {CALM_DAYS}\u202fjours, oui."
        )
    return sentences

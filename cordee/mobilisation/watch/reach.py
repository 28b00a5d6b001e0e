"""Which members of a network could go where work is open: everything its home says of contracts.

Nobody is compared here with anybody (RULE-38): a lot is said to be reached by none, by one, by
several; who that is, who should answer and who should not are never said.

What the home of a network says of the weeks to come: contracts near members, and silences.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from django.db.models import Exists, FilteredRelation, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from cordee.members.models import Activity, Chantier, Commune, Structure
from cordee.members.models.structures import StructureQuerySet
from cordee.members.network_access import Desk
from cordee.members.sharing import FigureClass
from cordee.mobilisation.models import Answer, Recipient
from cordee.mobilisation.night import open_packages
from cordee.mobilisation.problem import TEAM_KINDS, distances_hm, params_for
from cordee.opportunities.access import opportunities_for
from cordee.rules import crafts
from cordee.rules.parameters import UnknownParameter
from cordee.rules.reservation import Reservation, eligible_kinds
from cordee.rules.territory import box, unit_vector

DEADLINES_WITHIN = timedelta(days=30)
SILENCE_OVER = timedelta(days=90)
MOST_BOXES = 60


@dataclass(frozen=True, slots=True)
class OpenPackage:
    """Work that is open to answers: one trade, at one place, of one lot."""

    pk: int
    opportunity: int
    title: str
    deadline: datetime | None
    lot: str
    label: str
    trade: str
    place: str
    department: str
    latitude: float | None
    longitude: float | None
    is_place_supposed: bool
    need_cfte: int
    reserved: str
    craft: str = ""

    @property
    def asked(self) -> str:
        """Its trade, or the craft of it: what members answer."""
        return crafts.asked_as(self.trade, self.craft)

    @property
    def is_placed(self) -> bool:
        return self.latitude is not None and self.longitude is not None


@dataclass(frozen=True, slots=True)
class Going:
    """One member with one trade: where it stands, and how far it goes for it."""

    structure: int
    kind: str
    department: str
    latitude: float
    longitude: float
    reach_km: int


@dataclass(frozen=True)
class FromDesk:
    """What somebody looks at from their desk, on a day and at a moment."""

    desk: Desk
    on: date
    now: datetime

    @cached_property
    def packages(self) -> list[OpenPackage]:
        return visible_packages(self.desk, on=self.on, now=self.now)


def visible_packages(
    desk: Desk, *, on: date, now: datetime, only: int | None = None
) -> list[OpenPackage]:
    """Open work that this person may see, in the territory of their desk: one query.

    `only`: of one opportunity.

    The territory of a delegate is theirs; else that of the network, where it says one.
    """
    # Asked of each package: whom it is open to is hardly less than all that was ever called.
    visible = opportunities_for(desk.user, on=on).filter(pk=OuterRef("breakdown__opportunity"))
    found = open_packages(now).filter(Exists(visible.order_by()))
    if only is not None:
        found = found.filter(breakdown__opportunity=only)
    if desk.departments is not None:
        found = found.filter(department__in=desk.departments)
    else:
        covered = desk.network.covered()
        found = found.filter(Q(department__in=covered) | ~Exists(covered))
    columns = (
        *("pk", "breakdown__opportunity", "breakdown__opportunity__title"),
        *("breakdown__opportunity__deadline", "lot_id", "label", "trade", "place_label"),
        *("department", "latitude", "longitude", "is_place_supposed", "need_cfte", "reserved"),
        "craft",
    )
    # Plain tuples: hundreds of packages, at each page.
    rows = found.select_related(None).values_list(*columns)
    return [OpenPackage(*(*row[:8], row[8] or "", *row[9:])) for row in rows]


def territory_of(desk: Desk) -> Collection[str] | None:
    """Codes of the departments a desk looks at; None for the whole country."""
    if desk.departments is not None:
        return desk.departments
    return set(desk.network.covered()) or None


def _going(desk: Desk, packages: Sequence[OpenPackage], on: date) -> Mapping[str, list[Going]]:
    """Members of the network around some packages, by trade or craft, each once with its longest
    reach: two queries.

    All members, also those outside the territory of a delegate: they may come to it. What is only
    supposed, and a craft not told, count: to find a hole where somebody works would be worse.
    """
    asked = {package.trade for package in packages}
    done = Activity.objects.filter(trade__in=asked)
    limit = params_for(()).max_distance_km
    farthest = min(limit, done.aggregate(most=Max("reach_km"))["most"] or 0)
    furthest: dict[tuple[str, int], Going] = {}
    every = {package.asked for package in packages}
    around = _around(packages, asked, farthest)
    for trade, told, reach_km, pk, kind, department, lat, lon in _doing(desk, on, asked, around):
        # Somebody of the place who does none of these trades, or whose place nobody knows.
        if trade is None or lat is None:
            continue
        going = Going(pk, kind, department or "", lat, lon, min(reach_km, limit))
        for each, _ in crafts.answered(trade, told, every):
            known = furthest.get((each, pk))
            if known is None or known.reach_km < going.reach_km:
                furthest[each, pk] = going
    by_trade: dict[str, list[Going]] = defaultdict(list)
    for (trade, _), going in furthest.items():
        by_trade[trade].append(going)
    return by_trade


def _around(
    packages: Sequence[OpenPackage], trades: Collection[str], farthest_km: int
) -> StructureQuerySet:
    """Structures in a box around each place."""
    places: set[tuple[Any, Any]] = {(each.latitude, each.longitude) for each in packages}
    if len(places) > MOST_BOXES:
        # So many boxes hold the country: it is read by trade.
        return Structure.objects.in_trade(*trades)
    inside = Q()
    for place in places:
        # A kilometre more, as distances are rounded.
        height, width = box(*place, farthest_km + 1)
        inside |= Q(latitude__range=height, longitude__range=width)
    # A structure without coordinates stands at the point of its commune.
    communes = Commune.objects.filter(inside).order_by()
    return Structure.objects.filter(
        inside | Q(latitude__isnull=True, commune__in=communes.values("pk"))
    )


def _doing(
    desk: Desk, on: date, trades: Collection[str], around: StructureQuerySet
) -> QuerySet[Structure, tuple[Any, ...]]:
    """What members among these do of some trades; one row without a trade where they do none.

    Joined from the structure on: left to choose, the base reads all that is done of a trade.
    """
    members = desk.network_structures(on, each=True).filter(
        pk__in=around.order_by().values("pk"), kind__in=TEAM_KINDS
    )
    of_trade = Q(chantiers__activities__trade__in=trades)
    done = FilteredRelation("chantiers__activities", condition=of_trade)
    point = (Coalesce(each, f"commune__{each}") for each in ("latitude", "longitude"))
    columns = ("done__trade", "done__crafts", "done__reach_km", "pk", "kind", "department")
    return members.annotate(done=done).order_by().values_list(*columns, *point)


def members_in_reach(
    desk: Desk, packages: Sequence[OpenPackage], *, on: date
) -> dict[int, list[Going]]:
    """For each package that has a place, the members of its trade and of a kind that may answer,
    that go so far: two queries.
    """
    by_trade: dict[str, list[OpenPackage]] = defaultdict(list)
    for package in packages:
        if package.is_placed:
            by_trade[package.asked].append(package)
    going = _going(desk, list(chain(*by_trade.values())), on) if by_trade else {}
    kinds = {reserved: _kinds(reserved, on) for reserved in {p.reserved for p in packages}}
    found: dict[int, list[Going]] = {}
    for trade, asked in by_trade.items():
        here = going.get(trade, [])
        if not here:
            found |= {package.pk: [] for package in asked}
            continue
        reached = _within(
            [(package.latitude, package.longitude) for package in asked],
            [(each.latitude, each.longitude) for each in here],
            np.array([each.reach_km for each in here]),
        )
        for package, row in zip(asked, reached, strict=True):
            allowed = kinds[package.reserved]
            found[package.pk] = [
                here[number]
                for number in np.flatnonzero(row)
                if allowed is None or here[number].kind in allowed
            ]
    return found


def visible_teams(desk: Desk, structures: Collection[int], *, on: date) -> dict[int, int]:
    """The whole team, in cFTE, of those of these members that let the network see it.

    A structure of which one chantier is unknown is absent: a part is not the team.
    """
    visible = Chantier.objects.filter(desk.viewer(on).sees(FigureClass.NETWORK))
    teams: dict[int, list[int | None]] = defaultdict(list)
    for pk, cfte in visible.filter(structure__in=structures).order_by().teams(on):
        teams[pk].append(cfte)
    return {pk: sum(cfte or 0 for cfte in team) for pk, team in teams.items() if None not in team}


def _kinds(reserved: str, on: date) -> frozenset[str] | None:
    """Kinds that may answer; a law we do not know for that day closes the lot to nobody."""
    try:
        return eligible_kinds(Reservation(reserved or Reservation.NONE), on=on)
    except UnknownParameter:
        return None


def _within(
    packages: Sequence[tuple[Any, Any]], members: Sequence[tuple[float, float]], reach_km: Any
) -> Any:
    """[package, member]: whether the distance, to 100 m as in the ranking, is within the reach."""
    here, there = (np.array([unit_vector(*at) for at in spots]) for spots in (packages, members))
    chords = ((here[:, None, :] - there[None, :, :]) ** 2).sum(axis=2)
    return distances_hm(chords) <= 10 * reach_km[None, :]


@dataclass(frozen=True, slots=True)
class NearDeadline:
    """An open contract that members could reach. How many, and never which (RULE-38)."""

    opportunity: int
    title: str
    deadline: datetime
    trades: tuple[str, ...]
    members: int


class Deadlines(FromDesk):
    """Contracts near the members that a desk follows, which close in the next thirty days."""

    @cached_property
    def lines(self) -> list[NearDeadline]:
        until, followed = self.on + DEADLINES_WITHIN, self.desk.departments
        soon: dict[tuple[datetime, int], list[OpenPackage]] = defaultdict(list)
        for package in self.packages:
            if package.deadline is not None and timezone.localdate(package.deadline) <= until:
                soon[package.deadline, package.opportunity].append(package)
        packages = [package for own in soon.values() for package in own]
        reached = members_in_reach(self.desk, packages, on=self.on)
        lines = []
        for (deadline, opportunity), own in sorted(soon.items()):
            members = {
                each.structure
                for package in own
                for each in reached.get(package.pk, ())
                if followed is None or each.department in followed
            }
            if members:
                trades = tuple(dict.fromkeys(crafts.label_of(each.asked) for each in own))
                title = own[0].title
                lines.append(NearDeadline(opportunity, title, deadline, trades, len(members)))
        return lines


@dataclass(frozen=True, slots=True)
class Silence:
    """A member that the network asked and that has not answered yet."""

    structure: int
    name: str
    kind: str
    phone: str
    asked: int
    since: datetime


class Silences(FromDesk):
    """Members that answered nothing of what was asked in ninety days, the longest wait first.

    Only what this network relayed; an answer given to another network is an answer. For its own
    people: who looks at a delegation from the network above reads nothing, as of its campaigns.
    """

    @property
    def is_own(self) -> bool:
        """Whether the answers were given to the network for which the user acts (RULE-38)."""
        return self.desk.acting_for == self.desk.network

    @property
    def asked(self) -> int:
        """Members asked in that time."""
        return len(self._rows)

    @cached_property
    def lines(self) -> list[Silence]:
        lines = [
            Silence(pk, rows[0][0] or rows[0][1], *rows[0][2:4], len(rows), rows[0][4])
            for pk, rows in self._rows.items()
            if not any(has_answer for *_, has_answer in rows)
        ]
        return sorted(lines, key=lambda line: (line.since, line.name, line.structure))

    @cached_property
    def _rows(self) -> dict[int, list[tuple[str, str, str, str, datetime, bool]]]:
        """(brand, name, kind, telephone, relayed, has answered) of each ask, the first one first,
        by structure: one query.
        """
        found: dict[int, list[tuple[str, str, str, str, datetime, bool]]] = defaultdict(list)
        if not self.is_own:
            return found
        relayed = Recipient.objects.relayed().filter(
            campaign__network=self.desk.network,
            relayed_at__gte=self.now - SILENCE_OVER,
            structure__in=self.desk.structures(self.on).order_by().values("pk"),
        )
        answers = Answer.objects.standing().filter(ask=OuterRef("ask"), readers=self.desk.network)
        rows = relayed.annotate(is_answered=Exists(answers)).order_by("relayed_at", "pk")
        for pk, *row in rows.values_list(
            *("structure", "structure__brand", "structure__name", "structure__kind"),
            *("structure__phone", "relayed_at", "is_answered"),
        ):
            found[pk].append(tuple(row))
        return found

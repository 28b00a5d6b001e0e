"""What a digest would tell today: at most ten opportunities, most pressing first.

The same code answers the page of one structure and the run for ten thousand: open work is read
once, matched with all structures in columns, then each takes its own.

Everything is asked for many choices at once: a fixed number of queries, however many they are.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from cordee.accounts.models import User
from cordee.members.models import Membership, RoleSeat, Structure
from cordee.members.roles import May, roles_that
from cordee.members.sharing import Viewer
from cordee.mobilisation import night, problem
from cordee.mobilisation.models import Ask, DigestChoice, DigestItem
from cordee.mobilisation.problem import TEAM_KINDS
from cordee.mobilisation.problem.candidates import Match, Matches, SearchOverride, matches_of
from cordee.opportunities.models import Opportunity, Verdict, WorkPackage
from cordee.opportunities.verdicts import line_of, possible_for

MOST_ITEMS, MOST_POSSIBLE = 10, 3
# Of a hundred points of the ranking, what is unknown left out: the words of the choice.
LEAST_PERCENT: Mapping[str, int] = {
    DigestChoice.Threshold.MUCH: 80,
    DigestChoice.Threshold.ENOUGH: 60,
    DigestChoice.Threshold.LITTLE: 0,
}
# One degree of latitude is 111 km: this much holds every circle of 100 km in France.
BOX_DEG = 1.5


@dataclass(frozen=True, slots=True)
class Owner:
    """One choice with what its structure is, today.

    `may_answer`: while it is open and of those that answer. `audiences`: the networks whose private
    needs its readers may see, by the rule of `opportunities.access`.
    """

    choice: DigestChoice
    may_answer: bool
    audiences: frozenset[int]
    people: tuple[User, ...]


def owners_of(choices: Sequence[DigestChoice], *, on: date) -> list[Owner]:
    """The owners of some choices, in their order."""
    structures = {choice.structure_id for choice in choices}
    directors: dict[int | None, list[User]] = defaultdict(list)
    seats = RoleSeat.objects.live().filter(
        role__in=roles_that(May.DIRECT_STRUCTURE), structure__in=structures
    )
    for seat in seats.select_related("person").order_by("pk"):
        directors[seat.structure_id].append(seat.person)
    networks: dict[int, set[int]] = defaultdict(set)
    memberships = Membership.objects.current(on).filter(structure__in=structures).order_by()
    for structure, *its in memberships.values_list(
        "structure_id", "network_id", "network__parent_id"
    ):
        networks[structure].update(filter(None, its))
    able = Structure.objects.active().filter(pk__in=structures, kind__in=TEAM_KINDS)
    active = set(able.values_list("pk", flat=True))
    return [
        Owner(
            choice,
            choice.structure_id in active,
            frozenset(networks[choice.structure_id]),
            tuple(dict.fromkeys(directors[choice.structure_id])),
        )
        for choice in choices
    ]


@dataclass(frozen=True, slots=True)
class Item:
    """One opportunity, and in plain values why it stands there."""

    opportunity: Opportunity
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Selection:
    """What one owner would be told; `left_over` more wait for the next time."""

    items: Sequence[Item]
    left_over: int


@dataclass(frozen=True, slots=True)
class OpenPackages:
    """Packages that can still be answered, as rows and as the engine knows them, in one order.

    `published`: the networks that published each private need, by opportunity.
    """

    rows: Sequence[WorkPackage]
    packages: Sequence[problem.Package]
    published: Mapping[int, set[int]]

    def opportunity(self, match: Match) -> Opportunity:
        return self.rows[match.package].breakdown.opportunity

    def is_open_to(self, owner: Owner, opportunity: Opportunity) -> bool:
        """Every public notice; a private need where a network of the owner's published it."""
        networks = self.published.get(opportunity.pk)
        return networks is None or not networks.isdisjoint(owner.audiences)


def open_work(*, on: date, now: datetime, around: Sequence[int] | None = None) -> OpenPackages:
    """All open work; with `around`, only what lies about these structures."""
    rows = night.open_packages(now).defer("provenance", "sizes", "notes")
    if around is not None:
        rows = rows.filter(_box(around))
    kept, packages = [], []
    # One by one: a package without a place leaves the others in.
    for row in rows:
        try:
            (package,) = problem.engine_packages([row], on=on)
        except problem.NotComposable:
            # Where, when or how much is unknown: nobody can say whom it suits.
            continue
        kept.append(row)
        packages.append(package)
    return OpenPackages(kept, packages, _published(kept))


def _published(rows: Sequence[WorkPackage]) -> Mapping[int, set[int]]:
    needs = {row.breakdown.opportunity for row in rows if row.breakdown.opportunity.is_private}
    return {need.pk: night.published_by(need) for need in needs}


def _box(structures: Sequence[int]) -> Q:
    placed = Structure.objects.filter(pk__in=structures, latitude__isnull=False)
    pairs = placed.values_list("latitude", "longitude")
    places = [(a, b) for a, b in pairs if a is not None and b is not None]
    if not places:
        return Q(pk__in=[])
    latitudes, longitudes = [a for a, _ in places], [b for _, b in places]
    return Q(
        latitude__range=(min(latitudes) - BOX_DEG, max(latitudes) + BOX_DEG),
        longitude__range=(min(longitudes) - BOX_DEG, max(longitudes) + BOX_DEG),
    )


def select_for(owners: Sequence[Owner], work: OpenPackages, *, on: date) -> list[Selection]:
    """What each owner would be told, in their order."""
    known = _Known.of(owners)
    matches = _matched(owners, work, on)
    found = [_chosen(owner, matches, work, known) for owner in owners]
    _say_verdicts(owners, found, on)
    return found


def _say_verdicts(owners: Sequence[Owner], found: Sequence[Selection], on: date) -> None:
    """What its own pages answer of each opportunity, for a structure: one query for all of them."""
    own = [(each.choice.structure_id, its) for each, its in zip(owners, found, strict=True)]
    rows = Verdict.objects.filter(
        structure__in=[structure for structure, _ in own],
        opportunity__in={item.opportunity.pk for _, its in own for item in its.items},
    ).select_related("opportunity")
    titles = {
        (row.structure_id, row.opportunity_id): line_of(row, on=on).title
        for row in (rows if own else ())
    }
    for structure, its in own:
        for item in its.items:
            item.facts["verdict"] = titles.get((structure, item.opportunity.pk), "")


def possible_items(
    owners: Sequence[Owner],
    found: Sequence[Selection],
    among: Sequence[Opportunity],
    *,
    on: date,
) -> Mapping[int, list[Item]]:
    """By structure, at most three that may be hers, known since her last issue: two queries.

    Of `open_possible`, and not what her selection in `found` tells already. No row keeps them: once
    somebody has said the trade, they are told as any.
    """
    own = {
        owner.choice.structure_id: (owner.choice, {item.opportunity.pk for item in its.items})
        for owner, its in zip(owners, found, strict=True)
        if owner.may_answer
    }
    if not (own and among):
        return {}
    perhaps = possible_for(Structure.objects.filter(pk__in=own), among, on=on)
    return {
        pk: [_possible_item(row) for row in rows if _is_new(row, *own[pk])][:MOST_POSSIBLE]
        for pk, rows in perhaps.items()
    }


def _is_new(row: Verdict, choice: DigestChoice, told: Collection[int]) -> bool:
    if row.opportunity_id in told:
        return False
    if choice.trades and row.trade not in choice.trades:
        return False
    if choice.radius_km is not None and (row.distance_hm or 0) > 10 * choice.radius_km:
        return False
    # A choice that is only tried has no issue before it.
    return choice.settled_until is None or row.opportunity.created_at > choice.settled_until


def _possible_item(row: Verdict) -> Item:
    opportunity = row.opportunity
    places = [place.label for place in opportunity.places.all()]
    facts = {
        "is_possible": True,
        "trade": row.trade,
        "distance_hm": row.distance_hm or 0,
        "only_department": places[0] if row.distance_hm is None else "",
        "reserved": opportunity.reserved,
        "free_months": None,
        "months": 0,
        "lot": "",
    }
    return Item(opportunity, facts)


def _matched(owners: Sequence[Owner], work: OpenPackages, on: date) -> Matches:
    """Matches of all structures of some owners, each with its own figures."""
    wishes = {
        owner.choice.structure_id: SearchOverride(
            tuple(owner.choice.trades), owner.choice.radius_km
        )
        for owner in owners
        if owner.may_answer
    }
    rows = Structure.objects.filter(pk__in=wishes).select_related("organisation")
    structures = list(rows.order_by("siret", "kind")) if wishes else []
    viewer = Viewer.of_structures(frozenset(wishes), on)
    return matches_of(work.packages, structures, viewer=viewer, wishes=wishes)


@dataclass(frozen=True, slots=True)
class _Known:
    """Opportunities sent before, or asked about by a network, by structure."""

    told: Mapping[int, set[int | None]]

    @classmethod
    def of(cls, owners: Sequence[Owner]) -> "_Known":
        structures = {owner.choice.structure_id for owner in owners}
        found = cls(defaultdict(set))
        # A need that was joined to another since is the same need.
        names = "opportunity_id", "opportunity__joined_to_id"
        for model in (DigestItem, Ask):
            rows = model.objects.filter(structure__in=structures).order_by()
            for structure, *keys in rows.values_list("structure_id", *names):
                found.told[structure].update(keys)
        return found


def _chosen(owner: Owner, matches: Matches, work: OpenPackages, known: _Known) -> Selection:
    structure = owner.choice.structure_id
    left_out = known.told.get(structure, set())
    # Of several lots one line: the best match stands for the need.
    best: dict[int, Match] = {}
    packages: dict[int, set[int]] = defaultdict(set)
    for match in matches.by_structure.get(structure, ()):
        opportunity = work.opportunity(match)
        if opportunity.pk in left_out or match.percent < LEAST_PERCENT[owner.choice.threshold]:
            continue
        if not work.is_open_to(owner, opportunity):
            continue
        packages[opportunity.pk].add(match.package)
        held = best.get(opportunity.pk)
        if held is None or match.order < held.order:
            best[opportunity.pk] = match
    pressing = sorted(best.values(), key=lambda match: _pressing(work.opportunity(match), match))
    items = []
    for match in pressing[:MOST_ITEMS]:
        opportunity = work.opportunity(match)
        row = work.rows[match.package]
        more = {
            "lot": row.label,
            "reserved": row.reserved,
            "only_department": row.place_label if row.is_place_supposed else "",
            "other_lots": len(packages[opportunity.pk]) - 1,
        }
        items.append(Item(opportunity, matches.facts(match) | more))
    return Selection(items, len(pressing) - len(items))


def _pressing(opportunity: Opportunity, match: Match) -> tuple[bool, float, int, int]:
    deadline = opportunity.deadline
    when = 0.0 if deadline is None else deadline.timestamp()
    # The nearest deadline first; without one there is no hurry.
    return (deadline is None, when, -match.percent, opportunity.pk)

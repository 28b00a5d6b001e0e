"""What a digest would tell today: at most ten opportunities, most pressing first.

The same code answers the page of one structure and the run for ten thousand: open work is read
once, matched with all structures in columns, then each owner takes their own.

For whom a digest is made: whose work it looks at, whose needs it may tell, who gets the mail.

Everything is asked for many choices at once: a fixed number of queries, however many they are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from cordee.accounts.models import User
from cordee.members.models import Membership, Network, RoleSeat, Structure
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
    """One choice with what its owner is, today.

    `audiences`: the networks whose private needs its readers may see, by the rule of
    `opportunities.access`. `structures`: open ones only, by key.
    """

    choice: DigestChoice
    structures: tuple[int, ...]
    audiences: frozenset[int]
    people: tuple[User, ...]

    @property
    def is_of_structure(self) -> bool:
        return self.choice.structure_id is not None


@dataclass(slots=True)
class _SharedRows:
    """Rows that all owners share, each asked for once."""

    seats: dict[int, list[RoleSeat]] = field(default_factory=lambda: defaultdict(list))
    directors: dict[int, list[User]] = field(default_factory=lambda: defaultdict(list))
    places: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)
    networks: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    members: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


def owners_of(choices: Sequence[DigestChoice], *, on: date) -> list[Owner]:
    """The owners of some choices, in their order."""
    got = _shared_rows(choices, on)
    return [_owner(choice, got) for choice in choices]


def _shared_rows(choices: Sequence[DigestChoice], on: date) -> _SharedRows:
    got = _SharedRows()
    structures = {choice.structure_id for choice in choices if choice.structure_id is not None}
    people = {choice.person_id for choice in choices if choice.person_id is not None}
    seats = RoleSeat.objects.live().filter(
        Q(person__in=people)
        | Q(role__in=roles_that(May.DIRECT_STRUCTURE), structure__in=structures)
    )
    networks: set[int] = set()
    for seat in seats.select_related("person", "network").order_by("pk"):
        if seat.person_id in people:
            got.seats[seat.person_id].append(seat)
            if seat.structure_id is not None:
                structures.add(seat.structure_id)
            if seat.network_id is not None:
                networks.add(seat.network_id)
        if seat.may(May.DIRECT_STRUCTURE) and seat.structure_id is not None:
            got.directors[seat.structure_id].append(seat.person)
    memberships = Membership.objects.current(on).filter(
        Q(structure__in=structures) | Q(network__in=networks) | Q(network__parent__in=networks)
    )
    for structure, network, parent in memberships.order_by().values_list(
        "structure_id", "network_id", "network__parent_id"
    ):
        its = {network} if parent is None else {network, parent}
        got.networks[structure] |= its
        for each in its:
            got.members[each].add(structure)
    wanted = structures | {pk for network in networks for pk in got.members[network]}
    rows = Structure.objects.active().filter(pk__in=wanted, kind__in=TEAM_KINDS)
    for pk, department, region in rows.values_list("pk", "department_id", "department__region_id"):
        got.places[pk] = (department, region)
    return got


def _owner(choice: DigestChoice, got: _SharedRows) -> Owner:
    if choice.structure_id is not None:
        own = (choice.structure_id,) if choice.structure_id in got.places else ()
        people = tuple(dict.fromkeys(got.directors[choice.structure_id]))
        return Owner(choice, own, frozenset(got.networks[choice.structure_id]), people)
    seats = got.seats.get(choice.person_id or 0, [])
    held = [seat for seat in seats if seat.may(May.CHOOSE_DIGEST)]
    structures = sorted({pk for seat in held for pk in _structures_of(seat, got)})
    return Owner(
        choice,
        tuple(structures),
        frozenset(_audiences(seats, got)),
        (seats[0].person,) if held else (),
    )


def _structures_of(seat: RoleSeat, got: _SharedRows) -> Iterable[int]:
    """The user's structure; for a delegate, the members of their network in their territory."""
    if seat.structure_id is not None:
        return [seat.structure_id] if seat.structure_id in got.places else []
    members: Collection[int] = got.members[seat.network_id or 0]
    placed = [(pk, *got.places[pk]) for pk in members if pk in got.places]
    if seat.may(May.RUN_NETWORK):
        return [pk for pk, *_ in placed]
    if seat.department_id is not None:
        return [pk for pk, department, _ in placed if department == seat.department_id]
    return [pk for pk, _, region in placed if seat.region_id in (None, region)]


def _audiences(seats: Iterable[RoleSeat], got: _SharedRows) -> Iterable[int]:
    for seat in seats:
        network: Network | None = seat.network
        if network is not None:
            yield network.pk
            if network.parent_id is not None:
                yield network.parent_id
        if seat.structure_id is not None:
            yield from got.networks[seat.structure_id]


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
    # Two passes, since figures differ: those of a structure for itself, none for people.
    own = _matched([each for each in owners if each.is_of_structure], work, on, is_own=True)
    public = _matched([each for each in owners if not each.is_of_structure], work, on, is_own=False)
    found = [
        _chosen(owner, own if owner.is_of_structure else public, work, known) for owner in owners
    ]
    _say_verdicts(owners, found, on)
    return found


def _say_verdicts(owners: Sequence[Owner], found: Sequence[Selection], on: date) -> None:
    """What its own pages answer of each opportunity, for a structure: one query for all of them."""
    own = [
        (o.structures[0], its)
        for o, its in zip(owners, found, strict=True)
        if o.is_of_structure and o.structures
    ]
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
        owner.structures[0]: (owner.choice, {item.opportunity.pk for item in its.items})
        for owner, its in zip(owners, found, strict=True)
        if owner.is_of_structure and owner.structures
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


def _matched(owners: Sequence[Owner], work: OpenPackages, on: date, *, is_own: bool) -> Matches:
    """Matches of all structures of some owners.

    A structure is told of its own figures. A person is told of public facts alone: the person may
    work there without being shown them.
    """
    ids = frozenset(pk for owner in owners for pk in owner.structures)
    rows = Structure.objects.filter(pk__in=ids).select_related("organisation")
    structures = list(rows.order_by("siret", "kind")) if ids else []
    viewer = Viewer.of_structures(ids if is_own else (), on)
    wishes = {
        owner.structures[0]: SearchOverride(tuple(owner.choice.trades), owner.choice.radius_km)
        for owner in owners
        if is_own and owner.structures
    }
    return matches_of(work.packages, structures, viewer=viewer, wishes=wishes)


@dataclass(frozen=True, slots=True)
class _Known:
    """Opportunities sent before, by owner, or asked about by a network, by structure."""

    sent: Mapping[tuple[int | None, int | None], set[int | None]]
    asked: Mapping[int, set[int | None]]

    @classmethod
    def of(cls, owners: Sequence[Owner]) -> "_Known":
        structures = {owner.choice.structure_id for owner in owners if owner.is_of_structure}
        people = {owner.choice.person_id for owner in owners if not owner.is_of_structure}
        found = cls(defaultdict(set), defaultdict(set))
        # A need that was joined to another since is the same need.
        names = "opportunity_id", "opportunity__joined_to_id"
        items = DigestItem.objects.filter(Q(structure__in=structures) | Q(person__in=people))
        for structure, person, *keys in items.order_by().values_list(
            "structure_id", "person_id", *names
        ):
            found.sent[structure, person].update(keys)
        every = {pk for owner in owners for pk in owner.structures}
        asks = Ask.objects.filter(structure__in=every).order_by()
        for structure, *asked in asks.values_list("structure_id", *names):
            found.asked[structure].update(asked)
        return found


def _chosen(owner: Owner, matches: Matches, work: OpenPackages, known: _Known) -> Selection:
    sent = known.sent.get((owner.choice.structure_id, owner.choice.person_id), set())
    # Of several lots and structures one line: the best match stands for the need.
    best: dict[int, Match] = {}
    packages: dict[int, set[int]] = defaultdict(set)
    structures: dict[int, set[int]] = defaultdict(set)
    for structure in owner.structures:
        left_out = sent | known.asked.get(structure, set())
        for match in matches.by_structure.get(structure, ()):
            opportunity = work.opportunity(match)
            if opportunity.pk in left_out or not _is_wanted(owner, match, matches):
                continue
            if not work.is_open_to(owner, opportunity):
                continue
            packages[opportunity.pk].add(match.package)
            structures[opportunity.pk].add(structure)
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
            "structure": None if owner.is_of_structure else match.structure_id,
            "other_structures": len(structures[opportunity.pk]) - 1,
        }
        items.append(Item(opportunity, matches.facts(match) | more))
    return Selection(items, len(pressing) - len(items))


def _is_wanted(owner: Owner, match: Match, matches: Matches) -> bool:
    choice = owner.choice
    if match.percent < LEAST_PERCENT[choice.threshold]:
        return False
    if owner.is_of_structure:
        return True
    # Structures are matched once for all people who look at them: each narrows here.
    if choice.trades and matches.trade_of(match) not in choice.trades:
        return False
    return choice.radius_km is None or matches.distance_km(match) <= choice.radius_km


def _pressing(opportunity: Opportunity, match: Match) -> tuple[bool, float, int, int]:
    deadline = opportunity.deadline
    when = 0.0 if deadline is None else deadline.timestamp()
    # The nearest deadline first; without one there is no hurry.
    return (deadline is None, when, -match.percent, opportunity.pk)

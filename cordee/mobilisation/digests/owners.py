"""For whom a digest is made: whose work it looks at, whose needs it may tell, who gets the mail.

Everything is asked for many choices at once: a fixed number of queries, however many they are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from cordee.accounts.models import User
from cordee.members.models import Membership, Network, RoleSeat, Structure
from cordee.members.roles import May, roles_that
from cordee.mobilisation.models import DigestChoice
from cordee.mobilisation.problem import TEAM_KINDS


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

"""Who may see, and who may compose with, which class of a structure's figures.

Public figures (name, trades, place) are everybody's. Network figures (capacity, crews,
certifications) and private ones (charges, receipts, ceiling) are the structure's own: its
directors see and use them; a network does where a `SharingAgreement` in force says so, and only
the network that the agreement names: neither its parent nor its delegations. None by default.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

from django.contrib.auth.models import AnonymousUser

from cordee.accounts.models import User
from cordee.members.models import Network, RoleSeat, SharingAgreement, Structure

FigureClass = SharingAgreement.FigureClass


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person acting for one network, for her own structures, or for neither.

    `network` comes from a seat of network staff or delegate; `structure_ids` from seats of
    director. A person who holds both sees what each opens.
    """

    user: User | None
    network: Network | None = None
    structure_ids: frozenset[int] = frozenset()
    is_network_staff: bool = False

    @classmethod
    def of(cls, user: User | AnonymousUser, network: Network | None = None) -> Self:
        """What her seats make of a person. `network` chooses among several; first seat otherwise.

        Raises ValueError where she holds no seat in the network asked for.
        """
        if isinstance(user, AnonymousUser):
            return cls(None)
        seats = list(RoleSeat.objects.filter(person=user).select_related("network").order_by("pk"))
        return cls.of_seats(user, seats, network)

    @classmethod
    def of_seats(
        cls, user: User, seats: Sequence[RoleSeat], network: Network | None = None
    ) -> Self:
        """The same, of seats already read with their networks."""
        networks = [s.network for s in seats if s.role in RoleSeat.OF_NETWORK and s.network]
        if network is not None and network not in networks:
            raise ValueError(f"network is {network.slug}: this person holds no seat there.")
        chosen = network or (networks[0] if networks else None)
        directed = {s.structure_id for s in seats if s.role == RoleSeat.Role.DIRECTOR}
        is_staff = any(
            s.role == RoleSeat.Role.NETWORK_STAFF and s.network == chosen for s in seats if chosen
        )
        return cls(user, chosen, frozenset(pk for pk in directed if pk is not None), is_staff)

    @classmethod
    def of_network(cls, network: Network) -> Self:
        """A network itself, where no person acts (nightly rankings)."""
        return cls(None, network)

    @property
    def asker(self) -> "Viewer":
        """For whom a ranking or a composition is made and kept.

        The network she acts for, whose people all read it, so that the figures of a structure she
        also directs enter only where that structure agreed; herself where she acts for none.
        """
        return self if self.network is None else Viewer(self.user, self.network)

    def directs(self, structure: Structure) -> bool:
        return structure.pk in self.structure_ids


NOBODY = Viewer(None)


def may_see(viewer: Viewer, structure: Structure, figure_class: FigureClass, on: date) -> bool:
    """Tell whether the viewer may be shown the figures of this class, on a day."""
    return structure.pk in _shared_ids("may_see", viewer, figure_class, on, structure.pk)


def may_compose(viewer: Viewer, structure: Structure, figure_class: FigureClass, on: date) -> bool:
    """Tell whether a composition for the viewer may use the figures of this class, on a day."""
    return structure.pk in _shared_ids("may_compose", viewer, figure_class, on, structure.pk)


def visible_structure_ids(viewer: Viewer, figure_class: FigureClass, on: date) -> set[int]:
    """Every structure whose figures of this class the viewer may be shown: one query."""
    return _shared_ids("may_see", viewer, figure_class, on)


def composable_structure_ids(viewer: Viewer, figure_class: FigureClass, on: date) -> set[int]:
    """Every structure whose figures of this class a composition may use: one query."""
    return _shared_ids("may_compose", viewer, figure_class, on)


@dataclass(frozen=True, slots=True)
class Shared:
    """Ids of the structures whose figures a viewer may be shown, and may compose with, by class."""

    seen: Mapping[FigureClass, frozenset[int]]
    composable: Mapping[FigureClass, frozenset[int]]


def shared_with(viewer: Viewer, on: date) -> Shared:
    """Everything a viewer may do with figures on a day: one query."""
    seen = {each: set(viewer.structure_ids) for each in FigureClass}
    composable = {each: set(viewer.structure_ids) for each in FigureClass}
    if viewer.network is not None:
        # Plain tuples: a national network holds thousands of agreements, at each page.
        agreements = (
            SharingAgreement.objects.current(on)
            .filter(network=viewer.network)
            .order_by()
            .values_list("structure_id", "figure_class", "may_see", "may_compose")
        )
        for structure, kind, sees, composes in agreements:
            if sees:
                seen[FigureClass(kind)].add(structure)
            if composes:
                composable[FigureClass(kind)].add(structure)
    return Shared(
        {each: frozenset(ids) for each, ids in seen.items()},
        {each: frozenset(ids) for each, ids in composable.items()},
    )


def _shared_ids(
    right: Literal["may_see", "may_compose"],
    viewer: Viewer,
    figure_class: FigureClass,
    on: date,
    only: int | None = None,
) -> set[int]:
    shared = set(viewer.structure_ids)
    if viewer.network is not None:
        agreements = SharingAgreement.objects.current(on).filter(
            network=viewer.network, figure_class=figure_class, **{right: True}
        )
        if only is not None:
            agreements = agreements.filter(structure=only)
        shared.update(agreements.values_list("structure_id", flat=True))
    return shared

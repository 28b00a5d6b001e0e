"""Who looks, and whose figures are open to them: one value, made once a request.

Public figures (name, trades, place) are everybody's. Network figures (capacity, crews,
certifications) and private ones (charges, receipts, ceiling) are the structure's own: its
directors see and use them; a network does where a `SharingAgreement` in force says so, and only
the network that the agreement names: neither its parent nor its delegations. None by default.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q

from cordee.accounts.models import User
from cordee.members.models import Network, RoleSeat, SharingAgreement, Structure
from cordee.members.roles import May

FigureClass = SharingAgreement.FigureClass
type IdsByClass = Mapping[FigureClass, frozenset[int]]


@dataclass(frozen=True)
class Viewer:
    """A person acting for one network, for their own structures, or for neither, on a day.

    `network` comes from a seat of network staff or delegate; `structure_ids` from seats of
    director. A person who holds both sees what each opens. `seen` and `usable` are read together,
    in one query, at the first figure asked for; a room that opens more, or less, derives its own.
    """

    user: User | None
    on: date
    network: Network | None = None
    structure_ids: frozenset[int] = frozenset()
    is_network_staff: bool = False
    _figures: tuple[IdsByClass, IdsByClass] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, user: User | AnonymousUser, on: date, network: Network | None = None) -> Self:
        """What the seats of a person make of them. `network` chooses among several; else the first.

        Raises ValueError where they hold no seat in the network asked for.
        """
        if isinstance(user, AnonymousUser):
            return cls(None, on)
        seats = list(RoleSeat.objects.filter(person=user).select_related("network").order_by("pk"))
        return cls.of_seats(user, seats, on, network)

    @classmethod
    def of_seats(
        cls, user: User, seats: Sequence[RoleSeat], on: date, network: Network | None = None
    ) -> Self:
        """The same, of seats already read with their networks."""
        # In the order of seats: the first joined is the default, and stays so.
        networks = [s.network for s in seats if s.may(May.ACT_FOR_NETWORK) and s.network]
        if network is not None and network not in networks:
            raise ValueError(f"network is {network.slug}: this person holds no seat there.")
        chosen = network or (networks[0] if networks else None)
        directed = {s.structure_id for s in seats if s.may(May.DIRECT_STRUCTURE)}
        is_staff = any(s.may(May.RUN_NETWORK) and s.network == chosen for s in seats if chosen)
        return cls(user, on, chosen, frozenset(pk for pk in directed if pk is not None), is_staff)

    @classmethod
    def of_network(cls, network: Network | None, on: date) -> Self:
        """A network itself, where no person acts (nightly rankings); without one, nobody."""
        return cls(None, on, network)

    @classmethod
    def of_structures(cls, ids: Collection[int], on: date) -> Self:
        """Structures themselves: whoever reads everything of them, and of no other."""
        return cls(None, on, structure_ids=frozenset(ids))

    @cached_property
    def asker(self) -> "Viewer":
        """For whom a ranking or a composition is made and kept.

        The network acted for, whose people all read it, so that the figures of a structure that
        one of them also directs enter only where it agreed; the person where they act for none.
        """
        # One hat only: there is nothing to keep apart.
        if self.network is None or not self.structure_ids:
            return self
        if self._figures is not None:
            raise ValueError("figures were derived: derive them from the asker instead.")
        # Without the structures they direct: colleagues of the network will read what is kept.
        return Viewer(self.user, self.on, self.network)

    @property
    def seen(self) -> IdsByClass:
        """Ids of the structures whose figures may be shown, by class."""
        return self._open[0]

    @property
    def usable(self) -> IdsByClass:
        """Ids of the structures whose figures a computation may use, by class.

        Those that are not `seen` too enter rounded (`mobilisation.rounding`).
        """
        return self._open[1]

    def sees(self, kind: FigureClass) -> Q:
        """Where `structure` is one of `seen`: the base asks the rights of the rows of a page."""
        own = Q(structure__in=self.seen[kind] if self._figures else self.structure_ids)
        if self._figures or self.network is None:
            return own
        agreements = SharingAgreement.objects.current(self.on).filter(
            network=self.network, figure_class=kind, may_see=True, structure=OuterRef("structure")
        )
        return own | Q(Exists(agreements.order_by()))

    def directs(self, structure: Structure) -> bool:
        return structure.pk in self.structure_ids

    # --- Derived -------------------------------------------------------------------------------

    def with_figures(
        self, *, seen: IdsByClass | None = None, usable: IdsByClass | None = None
    ) -> "Viewer":
        """The same person with other figures open; those not given stay."""
        return replace(self, _figures=(seen or self.seen, usable or self.usable))

    def opening(self, structure_ids: Collection[int]) -> "Viewer":
        """The same, to whom these structures open everything here."""
        ids = frozenset(structure_ids)
        return self.with_figures(
            seen={each: known | ids for each, known in self.seen.items()},
            usable={each: known | ids for each, known in self.usable.items()},
        )

    @cached_property
    def shown_only(self) -> "Viewer":
        """The same without what may be used and not seen: for whatever is shown one by one."""
        return self.with_figures(
            # Intersected, so that no single line can be worked back to a figure that is not shown.
            usable={each: known & self.seen[each] for each, known in self.usable.items()}
        )

    def among(self, structure_ids: Collection[int]) -> "Viewer":
        """The same, asked of these structures alone: a national network holds tens of thousands of
        agreements, and a page shows a few rows."""
        if self._figures is not None or "_open" in self.__dict__:
            return self
        return replace(self, _figures=self._read(structure_ids))

    @cached_property
    def _open(self) -> tuple[IdsByClass, IdsByClass]:
        return self._read() if self._figures is None else self._figures

    def _read(self, among: Collection[int] | None = None) -> tuple[IdsByClass, IdsByClass]:
        seen = {each: set(self.structure_ids) for each in FigureClass}
        usable = {each: set(self.structure_ids) for each in FigureClass}
        if self.network is not None:
            agreements = SharingAgreement.objects.current(self.on).filter(network=self.network)
            if among is not None:
                agreements = agreements.filter(structure__in=among)
            for structure, kind, sees, composes in agreements.order_by().values_list(
                "structure_id", "figure_class", "may_see", "may_compose"
            ):
                if sees:
                    seen[FigureClass(kind)].add(structure)
                if composes:
                    usable[FigureClass(kind)].add(structure)
        return (
            {each: frozenset(ids) for each, ids in seen.items()},
            {each: frozenset(ids) for each, ids in usable.items()},
        )

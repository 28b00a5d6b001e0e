"""Which figures of which structures may enter a computation made for somebody, and how finely."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Self

from cordee.members.sharing import FigureClass, Viewer, shared_with

# Who may compose with a figure without seeing it gets it rounded down to these steps, so that
# asking many times cannot find the figure itself (docs/decisions/0005).
UNSEEN_HEADROOM_STEP_CENTS = 500_000
UNSEEN_CAPACITY_STEP_CFTE = 50
# The least share is a fifth of a crew, so is its step; and the packages are those of one crew,
# whatever the number of crews.
UNSEEN_SHARE_STEP_CFTE = UNSEEN_CAPACITY_STEP_CFTE // 5
UNSEEN_PACKAGES = 5


@dataclass(frozen=True, slots=True)
class Rights:
    """Ids of structures: whose crews and accounts may be used, and whose may also be seen."""

    crews: frozenset[int]
    accounts: frozenset[int]
    crews_seen: frozenset[int]
    accounts_seen: frozenset[int]

    @classmethod
    def of(cls, viewer: Viewer, on: date) -> Self:
        """What the viewer may use on a day."""
        shared = shared_with(viewer, on)
        return cls(
            shared.composable[FigureClass.NETWORK],
            shared.composable[FigureClass.PRIVATE],
            shared.seen[FigureClass.NETWORK],
            shared.seen[FigureClass.PRIVATE],
        )

    @property
    def shown_only(self) -> "Rights":
        """The same without what may not be seen: for whatever is shown structure by structure."""
        crews = self.crews & self.crews_seen
        accounts = self.accounts & self.accounts_seen
        return Rights(crews, accounts, crews, accounts)

    def headroom_cents(self, structure_id: int, cents: int | None) -> int | None:
        """A headroom as finely as it may be used."""
        if cents is None or structure_id in self.accounts_seen:
            return cents
        return cents - cents % UNSEEN_HEADROOM_STEP_CENTS

    def crews_cfte(self, structure_id: int, cfte: int) -> int:
        """A free capacity as finely as it may be used."""
        seen = structure_id in self.crews_seen
        return cfte if seen else cfte - cfte % UNSEEN_CAPACITY_STEP_CFTE

    def least_share_cfte(self, structure_id: int, cfte: int) -> int:
        """The least share of a smallest crew as finely as it may be used: rounded up.

        To the last figure of its step, not to the next one: free crews rounded down and this one
        rounded up then leave the same step, where both ends of it would give a round figure away.
        """
        if structure_id in self.crews_seen:
            return cfte
        return cfte - cfte % UNSEEN_SHARE_STEP_CFTE + UNSEEN_SHARE_STEP_CFTE - 1

    def most_packages(self, structure_id: int, packages: int) -> int:
        """How many packages its crews may take at once, as finely as that may be used."""
        return packages if structure_id in self.crews_seen else min(packages, UNSEEN_PACKAGES)

    def still_allow(
        self,
        structure_id: int,
        *,
        free_cfte: Collection[int],
        least_share_cfte: int | None,
        packages: int,
        headrooms: Collection[int | None],
    ) -> bool:
        """Whether the figures kept of a structure could be used today, and as finely."""
        shares = () if least_share_cfte is None else (least_share_cfte,)
        if (free_cfte or shares) and structure_id not in self.crews:
            return False
        if headrooms and structure_id not in self.accounts:
            return False
        return (
            all(self.crews_cfte(structure_id, cfte) == cfte for cfte in free_cfte)
            and all(self.least_share_cfte(structure_id, cfte) == cfte for cfte in shares)
            and self.most_packages(structure_id, packages) == packages
            and all(self.headroom_cents(structure_id, cents) == cents for cents in headrooms)
        )

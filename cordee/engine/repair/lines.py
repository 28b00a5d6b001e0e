"""Each line of the table: what the pins take of it, what is left, and how money is shared.

A line is either left as it is, to the cent, or shared again: what the pins leave of its price goes
to the free cells in proportion to their cFTE. Cells whose work did not move keep their cents where
they were in proportion already.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction

from cordee.engine.problem import Package
from cordee.engine.repair.question import Held, Key, RepairQuestion
from cordee.rules.sharing_out import shared_out


class Present(Enum):
    """How the money of a line stands to its work today."""

    IN_PROPORTION = auto()
    OTHERWISE = auto()
    WRONG = auto()


@dataclass(frozen=True)
class RepairLine:
    """One package: what the pins hold, what the others hold now, what is left for the others."""

    package: Package
    pinned: Mapping[str, Held]
    old: Mapping[str, Held]
    present: Present

    @property
    def free_cents(self) -> int:
        """What the pins leave of the price."""
        return self.package.amount_cents - sum(each.cents for each in self.pinned.values())

    @property
    def free_cfte(self) -> int:
        """What the pins leave of the need."""
        return self.package.need_cfte - sum(each.cfte for each in self.pinned.values())

    @property
    def is_possible(self) -> bool:
        """Whether the pins leave both work and money, or neither."""
        return min(self.free_cents, self.free_cfte) >= 0 and (
            (self.free_cents > 0) == (self.free_cfte > 0)
        )

    @property
    def rate(self) -> Fraction:
        """Cents per cFTE of the free part."""
        return Fraction(self.free_cents, self.free_cfte) if self.free_cfte > 0 else Fraction(0)

    def old_cfte(self, candidate: str) -> int:
        """What a free cell holds now of the work."""
        held = self.old.get(candidate)
        return 0 if held is None else held.cfte

    def old_cents(self, candidate: str) -> Fraction:
        """What a free cell holds now: in proportion exactly, where only rounding parts them."""
        held = self.old.get(candidate)
        if held is None:
            return Fraction(0)
        # Cents of a proportional split differ from it by rounding alone: nothing moved.
        exact = self.rate * held.cfte
        return exact if self.present is Present.IN_PROPORTION else Fraction(held.cents)


def lines_of(asked: RepairQuestion) -> tuple[RepairLine, ...]:
    """Return the lines in the order of the packages."""
    found = []
    for package in asked.posed.packages:
        cells = {c: held for (c, p), held in asked.present.items() if p == package.id}
        pinned = {c: h for c, h in cells.items() if (c, package.id) in asked.pinned}
        old = {c: h for c, h in cells.items() if c not in pinned}
        line = RepairLine(package, pinned, old, Present.OTHERWISE)
        found.append(RepairLine(package, pinned, old, _present(line)))
    return tuple(found)


def _present(line: RepairLine) -> Present:
    cfte = sum(held.cfte for held in line.old.values())
    cents = sum(held.cents for held in line.old.values())
    # Within a cent of its work's part of the price: in proportion, but for rounding.
    near = all(abs(held.cents - line.rate * held.cfte) < 1 for held in line.old.values())
    if line.free_cfte > 0 and near:
        return Present.IN_PROPORTION
    if (cfte, cents) == (line.free_cfte, line.free_cents):
        return Present.OTHERWISE
    return Present.WRONG


def shared(line: RepairLine, cfte: Mapping[str, int], *, is_kept: bool) -> dict[str, Held]:
    """Return every cell of a line once its work is dealt out; cents add up to the price exactly.

    `cfte` holds the free cells and adds up to what the pins leave.
    """
    given = {name: q for name, q in sorted(cfte.items()) if q > 0}
    stays = {name for name, q in given.items() if q == line.old_cfte(name)}
    # Where nobody's work changes and the cents add up, the cells stay as they are.
    sums_up = sum(held.cents for held in line.old.values()) == line.free_cents
    if (
        sums_up
        and stays == line.old.keys() == given.keys()
        and (is_kept or line.present is Present.IN_PROPORTION)
    ):
        return dict(line.old) | dict(line.pinned)
    found = {}
    left = line.free_cents
    # Cells of the same work keep their cents; the others share what is left.
    if line.present is Present.IN_PROPORTION and len(stays) < len(given):
        for name in stays:
            found[name] = line.old[name]
            left -= line.old[name].cents
        given = {name: q for name, q in given.items() if name not in stays}
    for name, cents in zip(given, shared_out(left, list(given.values())), strict=True):
        found[name] = Held(given[name], cents)
    return found | dict(line.pinned)


def split_of(
    lines: tuple[RepairLine, ...], cfte: Mapping[Key, int], kept: frozenset[str]
) -> dict[Key, Held]:
    """Return the whole split from the work of its free cells; `kept` lines keep their money."""
    found: dict[Key, Held] = {}
    for line in lines:
        name = line.package.id
        mine = {c: q for (c, p), q in cfte.items() if p == name}
        for candidate, held in shared(line, mine, is_kept=name in kept).items():
            found[candidate, name] = held
    return dict(sorted(found.items()))

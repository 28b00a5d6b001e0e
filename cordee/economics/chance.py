"""The chance that a year ends above its ceiling, if each bid has the chance it is given. Exact.

Bids on one lot exclude each other, at most one is won; lots are independent. Every outcome is
counted, in whole numbers: nothing is drawn at random, and no rounding moves the edge.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import lcm, prod

# Beyond, each bid would double what there is to count, and the reader no longer sees why.
MOST_BIDS = 20

# What one lot may become: (room taken, chance out of the lot's own total).
type Outcomes = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Bid:
    """`takes_cents`: the room it takes if won, R × (1 − cap × k) (RULE-10); `chance`: 0 to 1.

    `lot` is empty where nothing else was bid on it.
    """

    takes_cents: Fraction
    chance: Fraction
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Chance:
    """`counted_as_won`: the smallest bids, taken for granted beyond `MOST_BIDS`."""

    of_above: Fraction
    counted_as_won: int


def chance_of_above(
    room_cents: Fraction, bids: Iterable[Bid], *, is_inclusive: bool
) -> Chance | None:
    """The chance that bids won together take more than `room_cents`, cap × C − V.

    `is_inclusive`: whether the room may be taken whole, as under a derogation (RULE-09). None
    where the bids of one lot have more than one chance in one between them: one of them is wrong.
    """
    by_size = sorted(bids, key=lambda bid: (bid.takes_cents, bid.chance))
    granted = by_size[: max(0, len(by_size) - MOST_BIDS)]
    counted = by_size[len(granted) :]
    # Scaled once, so that all that follows is whole numbers: Python's have no largest.
    scale = lcm(room_cents.denominator, *(bid.takes_cents.denominator for bid in by_size))
    room = int((room_cents - sum(bid.takes_cents for bid in granted)) * scale)
    lots = _lots(counted, scale)
    if lots is None:
        return None
    left, right = _halves(lots)
    # Each outcome of one half asks how many of the other half go over with it: as exact as all
    # pairs, at the price of the square root of their number.
    right.sort()
    takes = [taken for taken, _ in right]
    # after[i]: the chance of all outcomes of the right half from the i-th on.
    after = [*accumulate((weight for _, weight in reversed(right)), initial=0)][::-1]
    first_above = bisect_right if is_inclusive else bisect_left
    above = sum(weight * after[first_above(takes, room - taken)] for taken, weight in left)
    total = sum(weight for _, weight in left) * after[0]
    return Chance(Fraction(above, total), len(granted))


def _lots(bids: Sequence[Bid], scale: int) -> list[Outcomes] | None:
    by_lot: dict[object, list[Bid]] = defaultdict(list)
    for index, bid in enumerate(bids):
        by_lot[bid.lot or index].append(bid)
    lots = []
    for rivals in by_lot.values():
        whole = lcm(*(bid.chance.denominator for bid in rivals))
        won = [(int(bid.takes_cents * scale), int(bid.chance * whole)) for bid in rivals]
        none_won = whole - sum(weight for _, weight in won)
        if none_won < 0:
            return None
        lots.append([(0, none_won), *won])
    return lots


def _halves(lots: list[Outcomes]) -> tuple[Outcomes, Outcomes]:
    """All outcomes of one part of the lots, and of the others, as even in number as they go."""
    parts: tuple[list[Outcomes], list[Outcomes]] = ([], [])
    for lot in sorted(lots, key=len, reverse=True):
        min(parts, key=lambda part: prod(map(len, part))).append(lot)
    return _outcomes(parts[0]), _outcomes(parts[1])


def _outcomes(lots: list[Outcomes]) -> Outcomes:
    every: Outcomes = [(0, 1)]
    for lot in lots:
        every = [(a + taken, b * weight) for a, b in every for taken, weight in lot if weight]
    return every

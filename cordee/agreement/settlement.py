"""Who pays whom between partners who carried common costs: the compte prorata of a contract.

What a site costs to all (containers, water, cleaning, insurance) is paid by whoever was there, and
borne by each in proportion to its share of the work. Cents are integers and never lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cordee.rules.sharing_out import shared_out

# Above, all subsets (2^n) are too many to look at: n − 1 payments always suffice.
MOST_EXACT = 14


@dataclass(frozen=True, slots=True)
class Transfer:
    """What one partner pays another, in cents, above 0."""

    payer: str
    payee: str
    cents: int


def balances(paid: Mapping[str, int], shares: Mapping[str, int]) -> dict[str, int]:
    """What each partner paid for all beyond what it bears, in cents; below 0 it owes.

    `paid`: common costs by who paid them. `shares`: by partner, its part of the work in any unit.
    They add up to 0. Raises ValueError where somebody paid who has no share, or below 0.

    Source: usage of the compte prorata, in proportion to the amount of each one's work unless
    they agreed otherwise; the standard of building works (NF P 03-001) was not read.
    """
    if strangers := sorted(paid.keys() - shares.keys()):
        raise ValueError(f"paid names {strangers}, who have no share: give each a share.")
    if paid and min(paid.values()) < 0:
        raise ValueError(f"paid is {dict(paid)}: give amounts of 0 or more.")
    borne = shared_out(sum(paid.values()), list(shares.values()))
    return {key: paid.get(key, 0) - part for key, part in zip(shares, borne, strict=True)}


def once_paid(owed: Mapping[str, int], done: Iterable[Transfer]) -> dict[str, int]:
    """The balances that are left once some payments are made; they still add up to 0."""
    left = dict(owed)
    for each in done:
        left[each.payer] = left.get(each.payer, 0) + each.cents
        left[each.payee] = left.get(each.payee, 0) - each.cents
    return left


def transfers(owed: Mapping[str, int]) -> tuple[Transfer, ...]:
    """The fewest payments that bring every balance to 0, always the same ones.

    `owed`: as `balances` gives it. n partners need n payments less the most groups that balance
    among themselves: each group of k is settled by k − 1 (Verhoeff, "Settling multiple debts
    efficiently", 2004). The groups are found exactly up to `MOST_EXACT` partners, over subsets;
    above, all are one group, hence at most one payment more than the partners less one.

    Raises ValueError where the balances do not add up to 0.
    """
    if sum(owed.values()):
        raise ValueError(f"balances add up to {sum(owed.values())} cents: they must to 0.")
    keys = [key for key, cents in owed.items() if cents]
    groups = _balanced_groups([owed[key] for key in keys]) if len(keys) <= MOST_EXACT else None
    parts = [[keys[n] for n in group] for group in groups] if groups is not None else [keys]
    return tuple(each for part in parts for each in _settled({key: owed[key] for key in part}))


def _balanced_groups(cents: list[int]) -> list[list[int]]:
    """The most groups, by position, each of which adds up to 0.

    Dynamic programming over subsets: adding partners one by one, a group closes each time that
    those chosen so far add up to 0; the order that closes most often splits them into most groups.
    """
    whole = (1 << len(cents)) - 1
    sums, closed, last = [0] * (whole + 1), [0] * (whole + 1), [0] * (whole + 1)
    for chosen in range(1, whole + 1):
        lowest = chosen & -chosen
        sums[chosen] = sums[chosen ^ lowest] + cents[lowest.bit_length() - 1]
        best = -1
        for n in range(len(cents)):
            bit = 1 << n
            if chosen & bit and closed[chosen ^ bit] > best:
                best, last[chosen] = closed[chosen ^ bit], n
        closed[chosen] = best + (sums[chosen] == 0)
    groups: list[list[int]] = []
    chosen = whole
    while chosen:
        if sums[chosen] == 0:
            groups.append([])
        groups[-1].append(last[chosen])
        chosen ^= 1 << last[chosen]
    return [sorted(group) for group in reversed(groups)]


def _settled(owed: Mapping[str, int]) -> list[Transfer]:
    """One group, by one payment fewer than it has partners: each brings one of them to 0."""
    left, found = dict(owed), []
    while any(left.values()):
        payer = min(left, key=lambda key: left[key])
        payee = max(left, key=lambda key: left[key])
        cents = min(-left[payer], left[payee])
        found.append(Transfer(payer, payee, cents))
        left[payer] += cents
        left[payee] -= cents
    return found

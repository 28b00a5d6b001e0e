"""Round amounts where they cost nothing: people agree on 4 200 €, not on 4 187,35 €.

Between two cells of one line that both receive, or both give, what moves from one to the other
changes neither the euros moved, nor the cells changed, nor the work. One of them keeps what is over
of the price. A cell alone on its side is as large as a limit allows, and stays to the cent.
"""

from collections.abc import Iterator, Mapping

from cordee.engine.repair.check import broken_limits
from cordee.engine.repair.question import NOTHING, Held, Key, RepairQuestion

ROUND_CENTS = 10_000


def with_round_amounts(asked: RepairQuestion, split: Mapping[Key, Held]) -> Mapping[Key, Held]:
    """Return the split with as many multiples of 100 € as this finds; limits and pins hold."""
    found = dict(split)
    for group in _groups(asked, found):
        # The largest keeps what is over: it shows least there.
        *others, rest = sorted(group, key=lambda key: (found[key].cents, key))
        for key in others:
            for target in _near(found[key].cents):
                tried = found | {
                    key: Held(found[key].cfte, target),
                    rest: Held(found[rest].cfte, found[rest].cents + found[key].cents - target),
                }
                if _stands(asked, found, tried, (key, rest)):
                    found = tried
                    break
    return found


def _groups(asked: RepairQuestion, split: Mapping[Key, Held]) -> Iterator[list[Key]]:
    """Cells of one line that receive, then those that give; two at least."""
    for package in asked.posed.packages:
        mine = [key for key in sorted(split) if key[1] == package.id and key not in asked.pinned]
        for sign in (1, -1):
            group = [key for key in mine if sign * _change(asked, split, key) > 0]
            if len(group) > 1:
                yield group


def _change(asked: RepairQuestion, split: Mapping[Key, Held], key: Key) -> int:
    return split[key].cents - asked.present.get(key, NOTHING).cents


def _near(cents: int) -> list[int]:
    """The multiples below and above, the nearer first; never nothing."""
    below = cents // ROUND_CENTS * ROUND_CENTS
    near = sorted((below, below + ROUND_CENTS), key=lambda each: (abs(each - cents), each))
    return [each for each in near if each > 0] if cents != below else []


def _stands(
    asked: RepairQuestion,
    before: Mapping[Key, Held],
    tried: Mapping[Key, Held],
    keys: tuple[Key, ...],
) -> bool:
    """Whether both cells stay on their side of what they held, and no limit is passed."""
    same_side = all(
        _change(asked, before, key) * _change(asked, tried, key) > 0 for key in keys
    ) and all(tried[key].cents > 0 for key in keys)
    return same_side and not any(broken_limits(asked.posed, tried))

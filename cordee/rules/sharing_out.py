"""Whole amounts shared out so that the parts always add up."""

from collections.abc import Sequence


def shared_out(total: int, weights: Sequence[int]) -> list[int]:
    """Split a whole number in proportion to weights; the parts add up to it exactly.

    Largest remainders take what is left, the first ones first. All weights 0: equal parts. Raises
    `ValueError` for a negative total or weight, or where nobody takes what there is to share.
    """
    if not weights and total == 0:
        return []
    if not weights or total < 0 or min(weights) < 0:
        raise ValueError(
            f"total {total} and weights {list(weights)}: give none below 0, one at least."
        )
    whole = sum(weights)
    counted = list(weights) if whole else [1] * len(weights)
    whole = whole or len(weights)
    parts = [total * weight // whole for weight in counted]
    left = total - sum(parts)
    # Hamilton's method: at equal remainders the first in order, so that it never depends on luck.
    order = sorted(range(len(counted)), key=lambda n: (-(total * counted[n] % whole), n))
    for n in order[:left]:
        parts[n] += 1
    return parts

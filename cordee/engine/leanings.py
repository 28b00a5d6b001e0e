"""Leanings: named, bounded ways to make some terms of the cost count more.

Weights only choose; what a plan costs is told under the weights of the question
(`cordee.engine.compare`). A leaning changes weights of its own, so any of them go together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from cordee.engine.problem import Params


class Leaning(StrEnum):
    """What somebody would rather have, at some cost."""

    FEWER_KM = "fewer_km"
    FEWER_PARTNERS = "fewer_partners"
    MORE_LEARNING = "more_learning"
    SLACKER_CEILINGS = "slacker_ceilings"


@dataclass(frozen=True, slots=True)
class Lever:
    """One weight and how it is moved: times so many per mille, then within two bounds."""

    weight: str
    times_permille: int
    least: int
    most: int

    def moved(self, value: int) -> int:
        """Return the weight once moved."""
        return min(self.most, max(self.least, value * self.times_permille // 1_000))


LEVERS: Mapping[Leaning, tuple[Lever, ...]] = MappingProxyType(
    {
        Leaning.FEWER_KM: (Lever("travel_millicents_per_hm_cfte_month", 4_000, 0, 100_000),),
        Leaning.FEWER_PARTNERS: (Lever("coordination_permille", 4_000, 0, 100_000),),
        # It weighs nothing until structures tell their levels: then 0.60 € a level.
        Leaning.MORE_LEARNING: (Lever("learning_cents_per_level_cfte_month", 4_000, 60, 10_000),),
        Leaning.SLACKER_CEILINGS: (
            Lever("ceiling_tightness_permille", 4_000, 0, 10_000),
            Lever("ceiling_tight_from_permille", 750, 0, 1_000),
        ),
    }
)


def with_leanings(params: Params, *leanings: Leaning) -> Params:
    """Return the parameters with the weights moved; they are stored with the result as usual."""
    moved: dict[str, Any] = {
        lever.weight: lever.moved(getattr(params.weights, lever.weight))
        for leaning in set(leanings)
        for lever in LEVERS[leaning]
    }
    return replace(params, weights=replace(params.weights, **moved))

"""What one answers when the user takes over a sheet: three steps, each of which may stay unknown.

Pure. Answers are kept as JSON in `Claim.answers`; `read` gives them back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

MOST_CREWS = 30
MOST_PLACES = 200
MOST_REACH_KM = 500
MOST_WEEKLY_MINUTES = 48 * 60
MONTHS = 12


class ClaimStep(StrEnum):
    """A step: its value is its place in the address."""

    TRADES = "metiers"
    PLACE = "lieu"
    CREWS = "equipes"

    @property
    def number(self) -> int:
        return list(ClaimStep).index(self) + 1

    @property
    def following(self) -> "ClaimStep | None":
        steps = list(ClaimStep)
        return steps[self.number] if self.number < len(steps) else None


@dataclass(frozen=True, slots=True)
class TradesAnswer:
    """`known`: trade → proficiency 0 to 3; `struck`: guesses that are not theirs; `crafts`: those
    of finishing works, none where not said."""

    known: dict[str, int] = field(default_factory=dict)
    struck: list[str] = field(default_factory=list)
    crafts: list[str] = field(default_factory=list)

    @property
    def is_unknown(self) -> bool:
        return not self.known


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """`commune`: INSEE code; None where not known."""

    commune: str | None = None
    reach_km: int | None = None

    @property
    def is_unknown(self) -> bool:
        return self.commune is None and self.reach_km is None


@dataclass(frozen=True, slots=True)
class CrewsAnswer:
    """Crews all alike; `months`: calendar months at work, 1 to 12, None where not known."""

    crews: int | None = None
    places: int | None = None
    weekly_minutes: int | None = None
    has_vehicle: bool | None = None
    months: list[int] | None = None

    @property
    def is_unknown(self) -> bool:
        return self == CrewsAnswer()

    @property
    def percent_by_month(self) -> list[int] | None:
        if self.months is None:
            return None
        return [100 if month in self.months else 0 for month in range(1, MONTHS + 1)]


type Answer = TradesAnswer | PlaceAnswer | CrewsAnswer

# Made of nothing, each says that its step is not known.
KINDS: Mapping[ClaimStep, Callable[..., Answer]] = {
    ClaimStep.TRADES: TradesAnswer,
    ClaimStep.PLACE: PlaceAnswer,
    ClaimStep.CREWS: CrewsAnswer,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered so far; None for a step that the user did not reach."""

    trades: TradesAnswer | None = None
    place: PlaceAnswer | None = None
    crews: CrewsAnswer | None = None

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """From JSON, as `asdict` of each wrote it."""
        found: list[Any] = [
            kind(**stored[step.value]) if step.value in stored else None
            for step, kind in KINDS.items()
        ]
        return cls(*found)

"""What one answers when the user takes over a sheet: three steps, each of which may stay unknown.

Pure. Answers are kept as JSON in `Claim.answers`; `read` gives them back, and refuses what no form
could have written.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from cordee.rules.trades import TRADES

MOST_PROFICIENCY = 3
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
    """`known`: trade → proficiency 0 to 3; `struck`: guesses that are not theirs."""

    known: dict[str, int] = field(default_factory=dict)
    struck: list[str] = field(default_factory=list)

    @property
    def is_unknown(self) -> bool:
        return not self.known

    def check(self) -> None:
        for trade in [*self.known, *self.struck]:
            if trade not in TRADES:
                raise ValueError(f"trade is {trade!r}: it is none of ours.")
        for trade, level in self.known.items():
            if not 0 <= level <= MOST_PROFICIENCY:
                raise ValueError(f"known[{trade}] is {level}: a proficiency goes from 0 to 3.")
        if set(self.known) & set(self.struck):
            raise ValueError("struck: a trade is either known or struck.")


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """`commune`: INSEE code; None where not known."""

    commune: str | None = None
    reach_km: int | None = None

    @property
    def is_unknown(self) -> bool:
        return self.commune is None and self.reach_km is None

    def check(self) -> None:
        if self.reach_km is not None and not 1 <= self.reach_km <= MOST_REACH_KM:
            raise ValueError(f"reach_km is {self.reach_km}: give 1 to {MOST_REACH_KM}.")


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

    def check(self) -> None:
        bounds = (
            ("crews", self.crews, MOST_CREWS),
            ("places", self.places, MOST_PLACES),
            ("weekly_minutes", self.weekly_minutes, MOST_WEEKLY_MINUTES),
        )
        for name, value, most in bounds:
            if value is not None and not 1 <= value <= most:
                raise ValueError(f"{name} is {value}: give 1 to {most}.")
        if self.months is not None and not (
            self.months and set(self.months) <= set(range(1, MONTHS + 1))
        ):
            raise ValueError(f"months is {self.months}: give months from 1 to 12, one at least.")

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
        """From JSON. Raises ValueError for what is none of ours."""
        unknown = set(stored) - {step.value for step in ClaimStep}
        if unknown:
            raise ValueError(f"answers: no step is called {', '.join(sorted(unknown))}.")
        found: list[Any] = []
        for step, kind in KINDS.items():
            try:
                found.append(kind(**stored[step.value]) if step.value in stored else None)
            except TypeError as wrong:
                raise ValueError(f"answers[{step.value}]: {wrong}") from wrong
            if found[-1] is not None:
                found[-1].check()
        return cls(*found)


def as_json(answer: Answer) -> dict[str, Any]:
    """Checked first: nothing is kept that `read` would refuse."""
    answer.check()
    return asdict(answer)

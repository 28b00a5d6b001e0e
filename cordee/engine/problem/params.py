"""Limits of the team and weights of the cost."""

from dataclasses import dataclass

from cordee.engine.problem.candidate import BEST_PROFICIENCY
from cordee.engine.problem.checks import within


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each term of the cost is worth; every one can be put to 0, none can be negative.

    Defaults are the assumptions of `docs/algorithms/compose.md`, in 2026 euros.
    """

    travel_millicents_per_hm_cfte_month: int = 730
    fit_permille_by_proficiency: tuple[int, int, int, int] = (100, 60, 30, 0)
    no_reference_cents: int = 40_000
    interface_cents: int = 30_000
    coordination_permille: int = 1_000
    lead_permille: int = 1_000
    ceiling_tightness_permille: int = 120
    ceiling_tight_from_permille: int = 900
    capacity_tightness_cents_per_cfte_month: int = 60
    capacity_tight_from_permille: int = 700
    learning_cents_per_level_cfte_month: int = 0

    def __post_init__(self) -> None:
        """Refuse weights outside their bounds; proficiency may never cost more."""
        bounds = {
            "travel_millicents_per_hm_cfte_month": 100_000,
            "no_reference_cents": 10_000_000,
            "interface_cents": 10_000_000,
            "coordination_permille": 100_000,
            "lead_permille": 100_000,
            "ceiling_tightness_permille": 10_000,
            "ceiling_tight_from_permille": 1_000,
            "capacity_tightness_cents_per_cfte_month": 100_000,
            "capacity_tight_from_permille": 1_000,
            "learning_cents_per_level_cfte_month": 10_000,
        }
        for name, most in bounds.items():
            within(f"Weights.{name}", getattr(self, name), 0, most)
        steps = tuple(self.fit_permille_by_proficiency)
        if len(steps) != BEST_PROFICIENCY + 1 or sorted(steps, reverse=True) != list(steps):
            raise ValueError(
                f"Weights.fit_permille_by_proficiency is {steps}; give four values that never rise."
            )
        for step in steps:
            within("Weights.fit_permille_by_proficiency", step, 0, 1_000)
        object.__setattr__(self, "fit_permille_by_proficiency", steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Limits of the team and weights of the cost."""

    max_partners: int = 4
    max_distance_km: int = 100
    weights: Weights = Weights()

    def __post_init__(self) -> None:
        """Refuse a team that could not be one."""
        within("Params.max_partners", self.max_partners, 2, 100)
        within("Params.max_distance_km", self.max_distance_km, 0, 2_000)

"""A package of work."""

from dataclasses import dataclass

from cordee.engine.problem.checks import (
    MAX_CENTS,
    MAX_CFTE,
    MAX_MONTHS,
    known_kind,
    named,
    on_earth,
    within,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One trade, at one place, over consecutive months, with a constant need.

    `amount_cents` is the price of the whole package. `min_share_cfte` is the least share worth
    signing, used where the size of a candidate's crews is not known. `eligible_kinds` is `None` on
    an open lot; where one package of a lot is reserved, the whole lot is (RULE-15).
    """

    id: str
    lot_id: str
    label: str
    trade: str
    latitude_deg: float
    longitude_deg: float
    first_month: int
    months: int
    need_cfte: int
    amount_cents: int
    min_share_cfte: int = 1
    eligible_kinds: frozenset[str] | None = None
    accepts_staff_supply: bool = False
    required_certifications: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what cannot be composed."""
        named("Package.id", self.id)
        named("Package.trade", self.trade)
        on_earth(f"Package {self.id}", self.latitude_deg, self.longitude_deg)
        within(f"Package {self.id}: first_month", self.first_month, 0, 12 * 10_000)
        within(f"Package {self.id}: months", self.months, 1, MAX_MONTHS)
        within(f"Package {self.id}: need_cfte", self.need_cfte, 1, MAX_CFTE)
        within(f"Package {self.id}: amount_cents", self.amount_cents, 1, MAX_CENTS)
        within(f"Package {self.id}: min_share_cfte", self.min_share_cfte, 1, MAX_CFTE)
        for kind in sorted(self.eligible_kinds or ()):
            known_kind(f"Package {self.id}: eligible_kinds", kind)

    @property
    def end_month(self) -> int:
        """The month after the last one."""
        return self.first_month + self.months

"""The kinds of change that may make an impossible problem possible, and what a cure says."""

from dataclasses import dataclass
from enum import StrEnum

from cordee.engine.problem import Problem
from cordee.engine.result import Result


class CureKind(StrEnum):
    """Kinds of change, those easiest to get first.

    `RADIUS`: who goes far may come from farther. `REACH`: some come from farther than they say
    they go. `PARTNERS`: one or two more. `LATER_START`. `PEOPLE`: extra cFTE in structures that
    are there. `HEADROOM`: extra receipts under their ceilings (a derogation). `MEANS`: both of
    these. `EI`: one more in the trade. `SUBCONTRACTOR`: an ordinary company, on lots that are not
    reserved.
    """

    RADIUS = "radius"
    REACH = "reach"
    PARTNERS = "partners"
    LATER_START = "later_start"
    PEOPLE = "people"
    HEADROOM = "headroom"
    MEANS = "means"
    EI = "ei"
    SUBCONTRACTOR = "subcontractor"


@dataclass(frozen=True, slots=True, kw_only=True)
class CurePart:
    """Where a change is made, and how much of it there.

    `km` are beyond the radius or the reach, `cfte` in each of the `months`, `cents` in the
    accounting year that begins in `months[0]`.
    """

    organisation: str
    candidate: str
    trade: str = ""
    package: str = ""
    months: tuple[int, ...] = ()
    cfte: int = 0
    cents: int = 0
    km: int = 0


@dataclass(frozen=True, slots=True)
class Cure:
    """A change that suffices, by how much, and the answer that shows it.

    `amount` is in km, partners, months, cents (`HEADROOM`) or cFTE-months (the four others).
    Less than `at_least` is proven not to do. `parts` say where. `partners_more` may sign besides,
    where no change suffices alone. `problem` is the changed one.
    """

    kind: CureKind
    amount: int
    at_least: int
    partners_more: int
    parts: tuple[CurePart, ...]
    problem: Problem
    result: Result

    @property
    def is_least(self) -> bool:
        """Whether less would not do, by proof."""
        return self.at_least >= self.amount

    @property
    def gap(self) -> float:
        """How much smaller the change could still be at most, as a share of it."""
        return (self.amount - self.at_least) / self.amount if self.amount else 0.0

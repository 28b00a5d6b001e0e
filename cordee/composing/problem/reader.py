"""For whom sentences are written: names, whose figures are seen, amounts in words.

A figure that the reader may not see is neither written nor to be guessed: `Reader` knows whose
figures these are, and which terms of the cost stay out of every amount.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Self

from cordee.base.ui import french
from cordee.engine.cure.changes import NEWCOMER
from cordee.engine.problem import Candidate, Problem
from cordee.engine.result import UNITS_PER_CENT, Plan, round_half_up
from cordee.members.sharing import FigureClass, Viewer
from cordee.rules.kinds import Kind

TERM_LABELS = {
    "travel": "Trajets",
    "fit": "Métier à consolider",
    "interface": "Suivi des parts",
    "coordination": "Coordination des structures",
    "lead": "Rôle de mandataire",
    "ceiling_tightness": "Plafonds serrés",
    "capacity_tightness": "Équipes chargées",
    "learning": "Apprentissage",
}
SHOWN_TERMS = 3
# Between the name of a structure and that of one of its chantiers.
CHANTIER_FOLLOWS = ", "
LEAST_SHOWN_UNITS = 100 * UNITS_PER_CENT
# No row has it: pages make no link of it, and every reader sees its figures.
STRANGER_ID = 0
NEWCOMER_NAMES = {
    Kind.EI: "Une entreprise d’insertion à trouver",
    Kind.ENTREPRISE: "Une entreprise à trouver",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads about which problem: names of the candidates, figures seen, terms left out."""

    problem: Problem
    people: Mapping[str, Mapping[str, Any]]
    viewer: Viewer
    hidden: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        problem: Problem,
        people: Mapping[str, Mapping[str, Any]],
        viewer: Viewer,
        plans: Iterable[Plan],
    ) -> Self:
        """A reader of these plans: what would tell a hidden figure of one is left out of all.

        What a team pays near a limit gives the limit to whoever knows its shares. Whom the reader
        added by a wish is in nobody's `people`, and hides nothing from the reader.
        """
        reader = cls(problem, people, viewer)
        held = {share.candidate for plan in plans for share in plan.shares} & people.keys()
        those = [each for each in problem.candidates if each.id in held]
        hidden = set()
        if any(
            each.accounting_years and each.is_capped and not reader.sees_accounts(each.id)
            for each in those
        ):
            hidden.add("ceiling_tightness")
        if any(e.capacity_cfte_by_month and not reader.sees_capacity(e.id) for e in those):
            hidden.add("capacity_tightness")
        return replace(reader, hidden=frozenset(hidden))

    def name(self, candidate: str) -> str:
        """The name of a chantier; of a company that a wish added, its own."""
        if candidate in self.people:
            return str(self.people[candidate]["name"])
        return next(c.name for c in self.problem.candidates if c.id == candidate)

    def organisation(self, name: str) -> str:
        """The name of an organisation: what the names of its chantiers begin with.

        Where they have nothing in common, that of the first of them.
        """
        names = [self.name(c.id) for c in self.problem.candidates if c.organisation == name]
        begins = {each.rpartition(CHANTIER_FOLLOWS)[0] for each in names}
        common = begins.pop() if len(names) > 1 and len(begins) == 1 else ""
        return common or names[0]

    def organisations(self, names: Iterable[str]) -> str:
        """Several of them, joined as in a sentence."""
        return french.series([self.organisation(name) for name in names])

    def label(self, package: str) -> str:
        """What a package is called, in quotation marks."""
        label = next(p.label for p in self.problem.packages if p.id == package)
        return f"«\u00a0{label}\u00a0»"

    def sees_capacity(self, candidate: str) -> bool:
        return self._structure_id(candidate) in self.viewer.seen[FigureClass.NETWORK]

    def sees_accounts(self, candidate: str) -> bool:
        return self._structure_id(candidate) in self.viewer.seen[FigureClass.PRIVATE]

    def _structure_id(self, candidate: str) -> int | None:
        who = self.people.get(candidate)
        return None if who is None else int(who["structure_id"])

    def units(self, terms: Iterable[tuple[str, int]]) -> int:
        """A cost by term, or a difference, as one sum in micro-cents without what is hidden."""
        return sum(units for name, units in terms if name not in self.hidden)


def euros(units: int) -> str:
    """Micro-cents to the nearest euro, without their sign."""
    return french.euros(round_half_up(abs(units), UNITS_PER_CENT), rounded=True)


def euros_at_most(units: int) -> str:
    """Micro-cents to a whole euro above: what is said to be the most must be."""
    return french.euros(100 * -(-units // (100 * UNITS_PER_CENT)), rounded=True)


def euros_at_least(units: int) -> str:
    """Micro-cents to a whole euro below."""
    return french.euros(100 * (units // (100 * UNITS_PER_CENT)), rounded=True)


def percent_at_most(gap: float | None, decimals: int = 1) -> str:
    """A share rounded up, for what is said to be the most must be; unknown without one."""
    if gap is None:
        return french.UNKNOWN
    parts = 100 * 10**decimals
    return french.percent(ceil(parts * gap) / parts, decimals)


def more_or_less(units: int) -> str:
    """ "310 € de plus", "40 € de moins", "autant"."""
    if abs(units) < LEAST_SHOWN_UNITS:
        return "autant"
    return f"{euros(units)} de {'plus' if units > 0 else 'moins'}"


def by_term(terms: Iterable[tuple[str, int]], reader: Reader) -> list[str]:
    """The named terms that differ most: "Trajets : 438 € de moins."."""
    shown = [(name, units) for name, units in terms if name not in reader.hidden]
    shown.sort(key=lambda line: -abs(line[1]))
    return [
        f"{TERM_LABELS[name]}\u00a0: {more_or_less(units)}."
        for name, units in shown[:SHOWN_TERMS]
        if abs(units) >= LEAST_SHOWN_UNITS
    ]


# Companies and newcomers that a wish or a way out brings: in no base, known by their words alone.
# Nobody’s figures are in them: whoever reads the team may see what somebody typed.


def name_of(candidate: Candidate) -> str:
    """What somebody called it, or that it is still to be found."""
    if candidate.id == NEWCOMER:
        return NEWCOMER_NAMES[Kind(candidate.kind)]
    return candidate.name


def people_of(strangers: Iterable[Candidate]) -> dict[str, dict[str, Any]]:
    """Strangers as the people of a composition are kept."""
    return {
        each.id: {
            "candidate": each.id,
            "structure_id": STRANGER_ID,
            "chantier_id": STRANGER_ID,
            "name": name_of(each),
            "kind": each.kind,
            "city": "",
        }
        for each in strangers
    }

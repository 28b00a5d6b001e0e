"""Two plans side by side: who joins, who leaves, what each named term gives and costs."""

from collections import defaultdict
from dataclasses import dataclass, replace

from cordee.engine.pairs import build_pairs
from cordee.engine.plan import partner_terms, sum_terms
from cordee.engine.problem import Problem
from cordee.engine.result import Plan, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What people compare plans on.

    `cost` is in micro-cents. `hm_cfte_months` is the way to work: hectometres, for each cFTE and
    month; `longest_hm` the longest one. `learning_cfte_months` counts cFTE and months by level of
    learning. `tension_permille` is the fullest ceiling, rounded up (0: nobody has one;
    None: not all of them are known).
    """

    cost: int
    hm_cfte_months: int
    cfte_months: int
    longest_hm: int
    partners: int
    learning_cfte_months: int
    tension_permille: int | None

    @property
    def mean_km(self) -> float:
        """The mean distance between home and work, by amount of work."""
        return self.hm_cfte_months / (10 * self.cfte_months) if self.cfte_months else 0.0


@dataclass(frozen=True, slots=True)
class ShareChange:
    """A share that is not the same in two plans; 0 where it is not held."""

    candidate: str
    package: str
    before_cfte: int
    after_cfte: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changes from one plan to another; `terms` are micro-cents, after less before."""

    joins: tuple[str, ...]
    leaves: tuple[str, ...]
    lead_before: str | None
    lead_after: str | None
    changes: tuple[ShareChange, ...]
    terms: tuple[tuple[str, int], ...]
    before: Measures
    after: Measures

    @property
    def cost(self) -> int:
        """What the other plan costs more, in micro-cents; negative where it costs less."""
        return self.after.cost - self.before.cost

    @property
    def changes_nothing(self) -> bool:
        """Whether both are the same plan: same shares, same lead."""
        return not self.changes and self.lead_before == self.lead_after


def compare(
    problem: Problem, before: Plan, after: Plan, *, after_in: Problem | None = None
) -> Comparison:
    """Return what changes from a plan to another, under the weights of `problem` for both.

    "Why is this one better?" is this question. `after_in` is the problem of the second plan where
    it is another one; its weights are not used.
    """
    other = problem
    if after_in is not None:
        params = replace(after_in.params, weights=problem.params.weights)
        other = after_in.replace(params=params)
    first, second = terms_of(problem, before), terms_of(other, after)
    ours = dict(first.items())
    names = set(before.organisations), set(after.organisations)
    return Comparison(
        joins=tuple(sorted(names[1] - names[0])),
        leaves=tuple(sorted(names[0] - names[1])),
        lead_before=before.lead,
        lead_after=after.lead,
        changes=_changes(before, after),
        terms=tuple((name, units - ours[name]) for name, units in second.items()),
        before=measure(problem, before, first),
        after=measure(other, after, second),
    )


def terms_of(problem: Problem, plan: Plan) -> Terms:
    """Return the cost of a plan under the weights of a problem, whatever made it.

    Raises `ValueError` where the problem does not allow one of its shares at all.
    """
    mine = _restricted(problem, plan)
    pairs = build_pairs(mine).all
    known = {pair.key for pair in pairs}
    for share in plan.shares:
        if (share.candidate, share.package) not in known:
            raise ValueError(
                f"share {share.candidate}/{share.package} is not possible in this problem; "
                "compare plans of the same packages and candidates."
            )
    return sum_terms(partner_terms(mine, pairs, plan).values())


def measure(problem: Problem, plan: Plan, terms: Terms | None = None) -> Measures:
    """Return what people compare a plan on."""
    work = way = longest = learning = 0
    for share in plan.shares:
        candidate = problem.candidates_by_id[share.candidate]
        package = problem.packages_by_id[share.package]
        cfte_months = share.cfte * package.months
        skill = candidate.skill(package.trade)
        work += cfte_months
        distance = candidate.hm_to(package)
        assert distance is not None, "nobody without a place is in a plan"
        way += distance * cfte_months
        longest = max(longest, distance)
        learning += (skill.learning if skill else 0) * cfte_months
    return Measures(
        cost=(plan.terms if terms is None else terms).total,
        hm_cfte_months=way,
        cfte_months=work,
        longest_hm=longest,
        partners=len(plan.partners),
        learning_cfte_months=learning,
        tension_permille=_tension_permille(problem, plan),
    )


def _restricted(problem: Problem, plan: Plan) -> Problem:
    """Return the problem with the candidates of a plan alone, and without wishes."""
    names = set(plan.organisations)
    return problem.replace(
        candidates=tuple(c for c in problem.candidates if c.organisation in names),
        pinned=frozenset(),
        excluded=frozenset(),
        unlike=(),
        share_limits=(),
    )


def _changes(before: Plan, after: Plan) -> tuple[ShareChange, ...]:
    was = {(share.candidate, share.package): share.cfte for share in before.shares}
    now = {(share.candidate, share.package): share.cfte for share in after.shares}
    return tuple(
        ShareChange(*key, was.get(key, 0), now.get(key, 0))
        for key in sorted(was.keys() | now.keys())
        if was.get(key, 0) != now.get(key, 0)
    )


def _tension_permille(problem: Problem, plan: Plan) -> int | None:
    """Return how full the fullest ceiling is once a plan is paid, rounded up; None: not known."""
    capped = {c.id: c for c in problem.candidates if c.is_capped}
    paid: dict[tuple[str, int | None], int] = defaultdict(int)
    for share in plan.shares:
        for part in share.cents_by_year if share.candidate in capped else ():
            paid[share.candidate, part.first_month] += part.cents
    headroom = {
        (name, year.first_month): year.headroom_cents
        for name, candidate in capped.items()
        for year in candidate.accounting_years
    }
    full = []
    for at, cents in paid.items():
        room = headroom.get((at[0], at[1])) if at[1] is not None else None
        if room is None:
            return None
        full.append(_filled(cents, room))
    return max(full, default=0)


def _filled(paid_cents: int, headroom_cents: int) -> int:
    """Return how full a ceiling is, per mille, rounded up."""
    return -(-1_000 * paid_cents // headroom_cents) if headroom_cents else 1_000

"""The baseline: take each time the best-ranked structure. Simple on purpose, shown beside."""

from cordee.engine.pairs import Pair, Pairs, months_by_year
from cordee.engine.plan import build_plan, lead_costs
from cordee.engine.problem import Problem
from cordee.engine.rank import rank
from cordee.engine.result import Plan


def greedy(problem: Problem, pairs: Pairs) -> Plan:
    """Fill the packages one after the other, the dearest first, from the best-ranked down.

    Each structure gives what it still can, those that a wish names first; the first one leaves a
    share to a second. Where that leaves work undone, once more with those that can take most
    first, and the plan that leaves less undone is kept. It may miss cFTE, a lead or a wish; it
    never breaks a capacity, a ceiling, a minimal share, the number of partners or a difference.
    """
    by_rank = _fill(problem, pairs, largest_first=False)
    if _undone(by_rank) == 0:
        return by_rank
    return min(by_rank, _fill(problem, pairs, largest_first=True), key=_undone)


def _undone(plan: Plan) -> int:
    return sum(cfte for _, cfte in plan.missing_cfte)


def _fill(problem: Problem, pairs: Pairs, *, largest_first: bool) -> Plan:
    taken = _Taken(problem)
    for package in sorted(problem.packages, key=lambda p: (-p.amount_cents, p.id)):
        by_candidate = {pair.candidate.id: pair for pair in pairs.of_package(package.id)}
        candidates = [pair.candidate for pair in by_candidate.values()]
        need = package.need_cfte
        ranked = rank(package, candidates, params=problem.params).ranked
        queue = [by_candidate[each.candidate] for each in ranked]
        if largest_first:
            queue.sort(key=lambda pair: -pair.most_cfte)
        queue.sort(key=lambda pair: pair.candidate.organisation not in problem.pinned)
        queue.sort(key=lambda pair: not pair.must_hold)
        for pair in queue:
            if need == 0:
                break
            need -= taken.take(pair, need)
    return build_plan(problem, pairs.all, taken.quantities)


class _Taken:
    """What has been given out so far, and what each chantier can still take."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.quantities: dict[tuple[str, str], int] = {}
        self.held: list[tuple[Pair, int]] = []
        self.organisations: set[str] = set()
        self.able_to_lead = lead_costs(problem).keys()
        self.left = sum(package.need_cfte for package in problem.packages)

    def take(self, pair: Pair, need: int) -> int:
        """Give a pair as much as it can take of a need, and return how much that is."""
        cfte = min(need, self._room(pair))
        least_left = pair.package.min_share_cfte
        crumb = 0 < need - cfte < least_left
        alone = self.left == cfte and self.organisations <= {pair.candidate.organisation}
        if crumb or alone:
            # A crumb that nobody would sign, or a team of one, is worse than a smaller share.
            cfte = need - least_left
        if cfte < pair.least_cfte or not self._may_join(pair):
            return 0
        self.quantities[pair.key] = cfte
        self.held.append((pair, cfte))
        self.organisations.add(pair.candidate.organisation)
        self.left -= cfte
        return cfte

    def _may_join(self, pair: Pair) -> bool:
        mine = [held for held, _ in self.held if held.candidate is pair.candidate]
        if len(mine) >= pair.candidate.max_packages:
            return False
        if pair.candidate.organisation in self.organisations:
            return True
        after = self.organisations | {pair.candidate.organisation}
        for unlike in self.problem.unlike:
            if len(unlike.organisations - after) < unlike.least_absent:
                return False
        waiting = set(self.problem.pinned - after)
        if self.able_to_lead and not self.able_to_lead & (after | waiting):
            waiting.add("a lead")
        return len(after) + len(waiting) <= self.problem.params.max_partners

    def _room(self, pair: Pair) -> int:
        room = pair.most_cfte
        mine = [(held, cfte) for held, cfte in self.held if held.candidate is pair.candidate]
        package = pair.package
        for month in range(package.first_month, package.end_month):
            capacity = pair.candidate.capacity_cfte(month)
            if capacity is not None:
                busy = sum(
                    cfte
                    for held, cfte in mine
                    if held.package.first_month <= month < held.package.end_month
                )
                room = min(room, capacity - busy)
        for year, (months, headroom) in months_by_year(pair.candidate, package).items():
            room = min(room, self._room_in_year(pair, mine, year, months, headroom))
        return max(room, 0)

    def _room_in_year(
        self, pair: Pair, mine: list[tuple[Pair, int]], year: int, months: int, headroom: int
    ) -> int:
        left = headroom
        for held, cfte in mine:
            there = months_by_year(held.candidate, held.package).get(year)
            if there is not None:
                whole = held.package.need_cfte * held.package.months
                # Rounded up, with one cent for the rounding of shares: prudent on both sides.
                left -= -(-held.package.amount_cents * there[0] * cfte // whole) + 1
        whole = pair.package.need_cfte * pair.package.months
        return max(left, 0) * whole // (pair.package.amount_cents * months)

"""The baseline: take each time the best-ranked structure. Simple on purpose, shown beside."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from cordee.engine.pairs import Pair, Pairs, months_by_year
from cordee.engine.plan import build_plan, lead_costs
from cordee.engine.points import GUESSED_TRADE_POINTS, MAXIMUM, TermName, distance_points
from cordee.engine.problem import Candidate, Problem
from cordee.engine.result import Plan
from cordee.engine.table import Bools, Ints, table_of


def greedy(problem: Problem, pairs: Pairs) -> Plan:
    """Fill the packages one after the other, the dearest first, from the best-ranked down.

    Each structure gives what it still can, those that a wish names first; the first one leaves a
    share to a second. Where that leaves work undone, once more with those that can take most
    first, and the plan that leaves less undone is kept. It may miss cFTE, a lead or a wish; it
    never breaks a capacity, a ceiling, a minimal share, the number of partners or a difference.
    """
    packages = problem.packages
    dearest = sorted(
        range(len(packages)), key=lambda n: (-packages[n].amount_cents, packages[n].id)
    )
    queues = [_queue(problem, pairs, place) for place in dearest]
    by_rank = _fill(problem, pairs, queues)
    # The best ranked suffice: the list that people know stays the reason. First fit: it looks at
    # one package at a time, and never takes a share back.
    if _undone(by_rank) == 0:
        return by_rank
    largest_first = [queue.largest_first() for queue in queues]
    # Equal leaves the first of the two: the list that people know.
    return min(by_rank, _fill(problem, pairs, largest_first), key=_undone)


def _undone(plan: Plan) -> int:
    return sum(cfte for _, cfte in plan.missing_cfte)


class _Queue(NamedTuple):
    """The pairs of a package in the order in which they are asked.

    `place` is among all pairs, `turn` the group that is asked first: wishes, then pinned ones.
    """

    place: Ints
    candidate: Ints
    organisation: Ints
    least_cfte: Ints
    most_cfte: Ints
    turn: Ints

    def largest_first(self) -> "_Queue":
        """Return the same pairs, in each group those that can take most first."""
        return self.some(np.lexsort((-self.most_cfte, self.turn)))

    def some(self, which: Ints | slice) -> "_Queue":
        """Return some of the pairs, in the order given."""
        return _Queue._make([column[which] for column in self])


def _queue(problem: Problem, pairs: Pairs, place: int) -> _Queue:
    """Return the pairs of a package, the best-ranked first."""
    mine = np.flatnonzero(pairs.columns.package == place)
    columns, table = pairs.columns.among(mine), table_of(problem)
    organisation = table.organisation[columns.candidate]
    pinned = [table.code_of_organisation.get(name, -1) for name in problem.pinned]
    turn = np.where(columns.must_hold, 0, np.where(np.isin(organisation, pinned), 1, 2))
    points = points_of_pairs(problem, pairs, place)
    queue = _Queue(
        mine, columns.candidate, organisation, columns.least_cfte, columns.most_cfte, turn
    )
    return queue.some(np.lexsort((-points, turn)))


def _fill(problem: Problem, pairs: Pairs, queues: list[_Queue]) -> Plan:
    taken = _Taken(problem)
    for queue in queues:
        if not len(queue.place):
            continue
        package = pairs.all[queue.place[0]].package
        need = package.need_cfte
        while need:
            able = taken.may_take(queue, need, package.min_share_cfte)
            # Nobody is left for the rest: it is shown as missing, not hidden by a broken limit.
            if not able.any():
                break
            first = int(able.argmax())
            need -= taken.take(pairs.all[queue.place[first]], need)
            # Never back up the queue: who was passed over for this need stays so.
            queue = queue.some(slice(first + 1, None))
    return build_plan(problem, pairs, taken.quantities)


def points_of_pairs(problem: Problem, pairs: Pairs, place: int) -> Ints:
    """Return the points that `rank` gives to each pair of the package at a place, for it alone.

    A pair is free in each month that is known and has headroom for the least share, or it would
    not be one: so each of these two terms is all or nothing.
    """
    package, table = problem.packages[place], table_of(problem)
    columns = pairs.columns.among(np.flatnonzero(pairs.columns.package == place))
    rows = columns.candidate
    points = np.where(columns.is_known, MAXIMUM[TermName.TRADE], GUESSED_TRADE_POINTS)
    reach_hm = 10 * np.minimum(columns.reach_km, problem.params.max_distance_km)
    points += distance_points(columns.distance_hm, np.maximum(reach_hm, 1))
    first = problem.months.index(package.first_month)
    capacity = table.capacity_cfte[rows, first : first + package.months]
    points += np.where((capacity >= 0).all(axis=1), MAXIMUM[TermName.CAPACITY], 0)
    covered = np.zeros_like(rows)
    for year in range(table.year_first.shape[1]):
        covered += table.months_within(rows, package, year)
    is_headroom_known = ~table.is_capped[rows] | (covered == package.months)
    points += np.where(is_headroom_known, MAXIMUM[TermName.HEADROOM], 0)
    needs_proof = bool(package.required_certifications)
    is_unproven = np.array(
        [held is None and needs_proof for held in table.certificates], dtype=np.bool_
    )
    points += np.where(is_unproven[table.certificate[rows]], 0, MAXIMUM[TermName.RESERVATION])
    return points


class _Taken:
    """What has been given out so far, and what each chantier can still take."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.table = problem, table_of(problem)
        self.quantities: dict[tuple[str, str], int] = {}
        self.held: list[tuple[Pair, int]] = []
        self.organisations: set[str] = set()
        self.able_to_lead = lead_costs(problem).keys()
        self.left = sum(package.need_cfte for package in problem.packages)
        self.has_some = np.zeros(len(self.table), dtype=np.bool_)
        self._open = self._may_sign()

    def may_take(self, queue: _Queue, need: int, least_left: int) -> Bools:
        """Tell which pairs of a queue take a share of a need.

        Exact for chantiers that hold nothing yet; of the others it only says that they may sign.
        """
        cfte = np.minimum(queue.most_cfte, need)
        # A rest below the least share would find nobody.
        is_crumb = (cfte < need) & (need - cfte < least_left)
        # Who would take all that is left, and be the whole team, leaves a share to a second.
        is_alone = (cfte == self.left) & self._would_be_alone(queue.organisation)
        cfte = np.where(is_crumb | is_alone, need - least_left, cfte)
        is_enough = (cfte >= queue.least_cfte) | self.has_some[queue.candidate]
        able: Bools = self._open[queue.organisation] & is_enough
        return able

    def take(self, pair: Pair, need: int) -> int:
        """Give a pair as much as it can take of a need, and return how much that is."""
        if len(self._held_by(pair.candidate)) >= pair.candidate.max_packages:
            return 0
        cfte = min(need, self._room(pair))
        least_left = pair.package.min_share_cfte
        crumb = 0 < need - cfte < least_left
        alone = self.left == cfte and self.organisations <= {pair.candidate.organisation}
        if crumb or alone:
            # A crumb that nobody would sign, or a team of one, is worse than a smaller share.
            cfte = need - least_left
        if cfte < pair.least_cfte:
            return 0
        self.quantities[pair.key] = cfte
        self.held.append((pair, cfte))
        self.has_some[self.table.rows[pair.candidate.id]] = True
        self.left -= cfte
        if pair.candidate.organisation not in self.organisations:
            self.organisations.add(pair.candidate.organisation)
            self._open = self._may_sign()
        return cfte

    def _held_by(self, candidate: Candidate) -> list[tuple[Pair, int]]:
        return [(held, cfte) for held, cfte in self.held if held.candidate is candidate]

    def _would_be_alone(self, organisation: Ints) -> Bools:
        if not self.organisations:
            return np.ones(len(organisation), dtype=np.bool_)
        if len(self.organisations) > 1:
            return np.zeros(len(organisation), dtype=np.bool_)
        (only,) = self._codes(self.organisations)
        is_only: Bools = organisation == only
        return is_only

    def _codes(self, names: Iterable[str]) -> list[int]:
        code = self.table.code_of_organisation
        return [code[name] for name in names if name in code]

    def _may_sign(self) -> Bools:
        """Tell which organisations are in the team or may still join it."""
        team, problem = self.organisations, self.problem
        waiting = problem.pinned - team
        # The size of the team if each of them joins: those wanted have their seats already.
        seats = np.full(len(self.table.organisations), len(team) + 1 + len(waiting))
        seats[self._codes(waiting)] -= 1
        if self.able_to_lead and self.able_to_lead.isdisjoint(team | waiting):
            # One more seat is kept for a lead, by whoever is none.
            seats += 1
            seats[self._codes(self.able_to_lead)] -= 1
        may = seats <= problem.params.max_partners
        for unlike in problem.unlike:
            absent = unlike.organisations - team
            if len(absent) <= unlike.least_absent:
                may[self._codes(absent)] = False
            if len(absent) < unlike.least_absent:
                may[:] = False
        may[self._codes(team)] = True
        return may

    def _room(self, pair: Pair) -> int:
        room = pair.most_cfte
        mine = self._held_by(pair.candidate)
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

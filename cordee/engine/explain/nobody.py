"""In which months nobody is free for a package, and how far that holds."""

from cordee.engine.pairs import eligible_kinds_by_lot, least_share_cfte, obstacle
from cordee.engine.problem import Candidate, Package, Problem
from cordee.engine.result import Obstacle


def nobody_free(problem: Problem, package: Package) -> tuple[tuple[int, ...], int] | None:
    """Return the months in which nobody who may come is free for even the least share, and how
    many km that holds for; `None` where there is none.

    Those too far to come count too: the distance stops before the nearest of them that is free in
    one of these months, and at the limit of distance at most.
    """
    kinds = eligible_kinds_by_lot(problem.packages)[package.lot_id]
    near: list[Candidate] = []
    far: list[tuple[int, Candidate]] = []
    for candidate in problem.candidates:
        if candidate.organisation in problem.excluded:
            continue
        met, distance = obstacle(candidate, package, kinds, problem.params)
        if met is None:
            near.append(candidate)
        elif met is Obstacle.OUT_OF_REACH:
            far.append((distance, candidate))
    months = tuple(
        month
        for month in range(package.first_month, package.end_month)
        if not any(_is_free(candidate, package, month) for candidate in near)
    )
    if not near or not months:
        return None
    beyond = [
        distance
        for distance, candidate in far
        if any(_is_free(candidate, package, month) for month in months)
    ]
    limit = problem.params.max_distance_km
    within_km = min(limit, min(beyond, default=10 * limit) // 10)
    return (months, within_km) if within_km else None


def _is_free(candidate: Candidate, package: Package, month: int) -> bool:
    capacity = candidate.capacity_cfte(month)
    return capacity is None or capacity >= least_share_cfte(candidate, package)

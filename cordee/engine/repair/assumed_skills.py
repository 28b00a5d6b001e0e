"""What people put in their table is work they can do: the trade and the road are theirs to judge.

Only the law still forbids a cell that is held (a reserved lot, staff supply, a certification). New
cells are proposed by what each declares, and by the trades it is seen to hold.
"""

from collections.abc import Iterable
from dataclasses import replace

from cordee.engine.pairs import eligible_kinds_by_lot, obstacle
from cordee.engine.problem import Candidate, Certainty, Package, Problem, Skill
from cordee.engine.result import Obstacle

FARTHEST_KM = 2_000
_WAIVED = {
    Obstacle.NO_PLACE,
    Obstacle.NO_TRADE,
    Obstacle.UNKNOWN_TRADE,
    Obstacle.OUT_OF_REACH,
}


def with_assumed_skills(problem: Problem, cells: Iterable[tuple[str, str]]) -> Problem:
    """Return the problem in which whoever holds a cell has its trade and comes that far.

    What is added is a guess without reference. Nobody else comes farther than before.
    """
    candidates = {each.id: each for each in problem.candidates}
    packages = {each.id: each for each in problem.packages}
    kinds = eligible_kinds_by_lot(problem.packages)
    limit = farthest = problem.params.max_distance_km
    wide = replace(problem.params, max_distance_km=FARTHEST_KM)
    held = sorted({cell for cell in cells if cell[0] in candidates})
    for name, package_id in held:
        candidate, package = candidates[name], packages[package_id]
        for _ in _WAIVED:
            hurdle, _ = obstacle(candidate, package, kinds[package.lot_id], wide)
            if hurdle in _WAIVED:
                candidate = _able(candidate, package, hurdle)
        candidates[name] = candidate
        if candidate.latitude_deg is not None:
            farthest = max(farthest, _km(candidate, package))
    if farthest > limit:
        holders = {name for name, _ in held}
        for name in candidates.keys() - holders:
            candidates[name] = _kept_near(candidates[name], limit)
    elif all(candidates[each.id] is each for each in problem.candidates):
        return problem
    wider = replace(problem.params, max_distance_km=farthest)
    return problem.replace(params=wider, candidates=tuple(candidates.values()))


def _able(candidate: Candidate, package: Package, hurdle: Obstacle | None) -> Candidate:
    if hurdle is Obstacle.NO_PLACE:
        return replace(
            candidate, latitude_deg=package.latitude_deg, longitude_deg=package.longitude_deg
        )
    others = tuple(skill for skill in candidate.skills if skill.trade != package.trade)
    skill = candidate.skill(package.trade)
    reach = _km(candidate, package)
    if skill is None or skill.certainty is Certainty.UNKNOWN:
        skill = Skill(
            trade=package.trade, certainty=Certainty.GUESSED, proficiency=0, reach_km=reach
        )
    return replace(candidate, skills=(*others, replace(skill, reach_km=max(reach, skill.reach_km))))


def _km(candidate: Candidate, package: Package) -> int:
    hm = candidate.hm_to(package)
    assert hm is not None
    return min(FARTHEST_KM, -(-hm // 10))


def _kept_near(candidate: Candidate, limit_km: int) -> Candidate:
    if all(skill.reach_km <= limit_km for skill in candidate.skills):
        return candidate
    skills = tuple(replace(s, reach_km=min(s.reach_km, limit_km)) for s in candidate.skills)
    return replace(candidate, skills=skills)

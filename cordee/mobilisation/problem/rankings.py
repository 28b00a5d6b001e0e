"""The ranking of a few packages as plain JSON, with all it was computed from."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from cordee.engine.problem import Package, Params, Problem
from cordee.engine.rank import Ranked, rank
from cordee.engine.result import Obstacle
from cordee.engine.serialise import pack
from cordee.mobilisation.problem.candidates import Field

# Rises when a ranking of the same inputs may come out otherwise.
ENGINE_VERSION = "1"
# Structures around whose trades nobody told: counted, and so many of them named.
NAMED_WITHOUT_TRADE = 20


def problem_json(packages: Sequence[Package], field: Field, *, params: Params) -> dict[str, Any]:
    """Every input of a ranking or a composition, with its unit, as the engine writes it."""
    problem = Problem(packages=tuple(packages), candidates=field.candidates, params=params)
    return pack(problem)


def ranking_of(
    packages: Sequence[Package], field: Field, *, params: Params
) -> list[dict[str, Any]]:
    """The ranking of each package as plain JSON, with those set aside counted by reason."""
    return [_package_ranking(package, field, params) for package in packages]


def _package_ranking(package: Package, field: Field, params: Params) -> dict[str, Any]:
    ranking = rank(package, field.candidates, params=params)
    unknown_trades = [
        field.known[each.candidate].name
        for each in ranking.set_aside
        if each.obstacle is Obstacle.UNKNOWN_TRADE
    ]
    return {
        "package": package.id,
        "lot": package.lot_id,
        "label": package.label,
        "trade": package.trade,
        "set_aside": {str(k): n for k, n in ranking.set_aside_by_obstacle.items()},
        "unknown_trade_names": sorted(unknown_trades)[:NAMED_WITHOUT_TRADE],
        "ranked": [
            {**asdict(field.known[each.candidate]), **note_of(each)} for each in ranking.ranked
        ],
    }


def note_of(ranked: Ranked) -> dict[str, Any]:
    """The points of one candidate, with their terms and the facts behind them."""
    return {
        "points": ranked.points,
        "out_of": ranked.out_of,
        "terms": [
            {"name": t.name, "points": t.points, "out_of": t.out_of, "certainty": t.certainty}
            for t in ranked.terms
        ],
        "facts": asdict(ranked.facts),
    }

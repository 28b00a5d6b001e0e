"""Rankings: of a few packages as plain JSON, of many in a country on blocks kept in files."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from cordee.engine.problem import Candidate, Package, Params, Problem
from cordee.engine.rank import Ranked, rank
from cordee.engine.ranking.block import block_of
from cordee.engine.ranking.package_columns import columns_of
from cordee.engine.ranking.run import StoredBlock, by_reason, rank_stored, ranked_rows, tally_stored
from cordee.engine.result import Obstacle, pack
from cordee.mobilisation.problem.candidates import Field
from cordee.rules import crafts

# Rises when a ranking of the same inputs may come out otherwise.
ENGINE_VERSION = "1"
# Structures around whose trades nobody told: counted, and so many of them named.
NAMED_WITHOUT_TRADE = 20
# Of those without the trade, who does another craft of it.
OTHER_CRAFT = "other_craft"


def problem_json(packages: Sequence[Package], field: Field, *, params: Params) -> dict[str, Any]:
    """Every input of a ranking or a composition, with its unit, as the engine writes it."""
    problem = Problem(packages=tuple(packages), candidates=field.candidates, params=params)
    return pack(problem)


def ranking_of(
    packages: Sequence[Package], field: Field, *, params: Params, others: int = 0
) -> list[dict[str, Any]]:
    """The ranking of each package as plain JSON, with those set aside counted by reason.

    `others`: how many more are around that work in no trade asked (`ranked_candidates`).
    """
    return [_package_ranking(package, field, params, others) for package in packages]


def _package_ranking(package: Package, field: Field, params: Params, others: int) -> dict[str, Any]:
    ranking = rank(package, field.candidates, params=params)
    unknown_trades = [
        field.known[each.candidate].name
        for each in ranking.set_aside
        if each.obstacle is Obstacle.UNKNOWN_TRADE
    ]
    aside = Counter({str(why): n for why, n in ranking.set_aside_by_obstacle.items()})
    trade, craft = crafts.trade_of(package.trade), crafts.craft_of(package.trade)
    if craft:
        doing = {each.id for each in field.candidates if each.skill(trade)}
        without = (each for each in ranking.set_aside if each.obstacle is Obstacle.NO_TRADE)
        away = sum(each.candidate in doing for each in without)
        aside.update({OTHER_CRAFT: away, str(Obstacle.NO_TRADE): -away})
    # Added so, a count of nobody goes.
    aside += Counter({str(Obstacle.NO_TRADE): others})
    return {
        "package": package.id,
        "lot": package.lot_id,
        "label": package.label,
        "trade": trade,
        "craft": craft,
        "set_aside": dict(aside),
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


@dataclass(frozen=True, slots=True)
class Listed:
    """The first structures of a package among all there are; `notes` by candidate, best first."""

    package: str
    compared: int
    ranked: int
    set_aside: Mapping[str, int]
    notes: Mapping[str, dict[str, Any]]


def store_block(candidates: Iterable[Candidate], path: Path) -> StoredBlock | None:
    """Write candidates as a block of the ranking; nothing where there are none."""
    block = block_of(sorted(candidates, key=lambda candidate: candidate.id))
    if not len(block):
        return None
    block.save(path)
    return StoredBlock(str(path), block.version, len(block))


def blocks_version(blocks: Sequence[StoredBlock]) -> str:
    """One digest of all that a ranking on these blocks was computed from, packages apart."""
    return sha256("".join(block.version for block in blocks).encode()).hexdigest()


def first_of_all(
    packages: Sequence[Package], blocks: Sequence[StoredBlock], executor: Executor
) -> list[Listed]:
    """Terms and facts as `rank` writes them; raises `RuntimeError` where its note differs."""
    params = Params()
    asked = columns_of(packages, limit_km=params.max_distance_km)
    lists = rank_stored(blocks, asked, executor)
    tallies = executor.map(tally_stored, blocks, [asked] * len(blocks))
    aside = by_reason(np.sum(list(tallies), axis=0), lists.ranked)
    compared = sum(block.rows for block in blocks)
    ranked_by_package = ranked_rows(lists, packages, blocks, params)
    return [
        Listed(
            package.id,
            compared,
            ranked_count,
            {str(reason): count for reason, count in reasons.items()},
            {each.candidate: note_of(each) for each in ranked},
        )
        for package, ranked_count, reasons, ranked in zip(
            packages, lists.ranked.tolist(), aside, ranked_by_package, strict=True
        )
    ]

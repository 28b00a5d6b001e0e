"""The ranking of many packages in a country of structures, on blocks kept in files."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from cordee.engine.problem import Candidate, Package, Params
from cordee.engine.ranking.block import block_of
from cordee.engine.ranking.package_columns import columns_of
from cordee.engine.ranking.run import StoredBlock, rank_stored, ranked_rows, tally_stored
from cordee.engine.ranking.set_aside import by_reason
from cordee.mobilisation.problem.rankings import note_of


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

"""The search over nodes: best bound first, one queue for every team size, on one core or two."""

import heapq
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Any

import numpy as np

from cordee.engine.exact.arrays import Arrays
from cordee.engine.exact.master import master_for, pool_for
from cordee.engine.exact.node import Found, drop, found_for, run_node
from cordee.engine.exact.pricing import (
    FORBIDDEN,
    FREE,
    NEEDED,
    Node,
    Prices,
    longest_column,
    prices_for,
    scratch_for,
)

ROOT_ITERATIONS = 60
NODE_ITERATIONS = 25
POOL = 30_000
TABLE = 3_000
ANY_NUMBER = 1_000
FRACTION = 1e-4


@dataclass(order=True, slots=True)
class Part:
    """A node waiting: its bound, its place in line, and where to start from."""

    bound: float
    number: int
    node: Node = field(compare=False)
    prices: Prices = field(compare=False)
    depth: int = field(compare=False, default=0)


class Bench:
    """The room of one thread."""

    def __init__(self, arrays: Arrays, sets: int) -> None:
        longest = longest_column(arrays)
        packages = len(arrays.need)
        rows = 3 * packages + 2 + 2 * sets + 60
        self.arrays = arrays
        self.pool = pool_for(longest, POOL)
        self.master = master_for(rows, TABLE)
        self.scratch = scratch_for(arrays, longest)
        self.found = found_for(arrays, sets, rows)


def copy_prices(prices: Prices) -> Prices:
    """Return prices of their own."""
    return Prices(*(each.copy() for each in prices))


def copy_node(node: Node) -> Node:
    """Return a node whose decisions can be changed; its sets are shared."""
    return Node(
        node.size,
        node.orgs.copy(),
        node.pairs.copy(),
        node.few.copy(),
        node.many.copy(),
        node.sets,
        node.set_low,
        node.set_high,
    )


def run(bench: Bench, part: Part, upper: float, iterations: int) -> float:
    """Raise the bound of a part as far as it goes, and keep the best prices in it."""
    for to, of in zip(bench.found.prices, part.prices, strict=True):
        to[:] = of
    bound = run_node(
        bench.arrays, part.node, bench.pool, bench.master, bench.scratch, bench.found, upper,
        iterations,
    )  # fmt: skip
    part.bound = max(part.bound, bound)
    part.prices = copy_prices(bench.found.prices)
    return part.bound

"""The weights of the model: how far each feature speaks for a trade, learned from labelled notices.

A logistic model shared by all trades, so that few examples are enough and every weight can be read.
`training.py` makes `model.toml`; `docs/algorithms/reading-trades.md` says how well it does.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("model.toml")


@dataclass(frozen=True, slots=True)
class Model:
    """`weights` by name of feature; a trade is asserted from the probability `threshold`."""

    weights: Mapping[str, float]
    threshold: float

    def probability(self, features: Mapping[str, float]) -> float:
        """From 0 to 1; features without weight do not count."""
        total = sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def shipped_model() -> Model:
    """The model of `model.toml`."""
    table = tomllib.loads(PATH.read_text("utf-8"))
    return Model(weights=table["weights"], threshold=table["threshold"])

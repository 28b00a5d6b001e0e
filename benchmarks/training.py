"""Learning the weights of the model from labelled notices. Deterministic: no draw is made.

A logistic model over (notice, trade) pairs, all trades sharing their weights, with a ridge and with
signs fixed beforehand: what speaks for a trade can never count against it, so that every weight has
a reason a person recognises. Solved by Newton steps; a weight of the wrong sign is set to zero.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cordee.notices.trades.document import Document
from cordee.notices.trades.features import AGAINST, ALWAYS, features_of
from cordee.notices.trades.reading import Model
from cordee.notices.trades.signals import signals_of
from cordee.rules.trades import TRADES

RIDGE = 0.1
THRESHOLD = 0.3
"""Below half the F1 reached, where asserting stops paying (Lipton et al., 2014): a trade that one
keyword alone names has a probability near 0.35, and counts as named (GUIDELINES 19)."""

POSSIBLE = 0.025
"""From this score a trade is told as possible: half of those told so, or asserted, are right."""

FOLDS, SEED = 10, 20261125
BIN = 20
"""Pairs of a bin when probabilities are calibrated; below the score HEARD nothing was heard."""

HEARD = 0.005
NEWTON_STEPS = 25

SLOPE, OFFSET = 0.71, -0.41
"""From the log-odds of a share learned on known lines to those of a line nobody had read.

The phrases were written by readers of the lines that we calibrate on, so even folds left out
promise too much. Platt scaling (Platt, 1999; Guo et al., 2017) of what was stated on blind sets at
their first reading, before anybody looked at a mistake; kept as it was then, so that what
their lines teach to the phrases later does not make us surer.
"""


@dataclass(frozen=True, slots=True)
class Example:
    """A document and the trades that a careful reader gave it; `id` is that of its twins too."""

    document: Document
    sectors: tuple[str, ...]
    id: str = ""


def train(examples: Iterable[Example]) -> Model:
    """The model of these examples; studies, which a rule sets aside, teach nothing.

    Raises ValueError where nothing is left to learn from.
    """
    rows: list[Mapping[str, float]] = []
    answers: list[float] = []
    for example in examples:
        signals = signals_of(example.document)
        if signals.is_study:
            continue
        by_trade = features_of(signals)
        for slug in TRADES:
            rows.append(by_trade[slug])
            answers.append(float(slug in example.sectors))
    if not any(answers):
        raise ValueError("examples name no trade: give labelled notices that call for some.")
    names = [ALWAYS, *sorted({name for row in rows for name in row} - {ALWAYS})]
    weights = _fit(_matrix(rows, names), np.array(answers), names)
    kept = {
        name: round(float(weight), 4)
        for name, weight in zip(names, weights, strict=True)
        if abs(weight) > 1e-6
    }
    return Model(kept, THRESHOLD, POSSIBLE)


def folds(ids: Sequence[str], count: int = FOLDS) -> dict[str, int]:
    """The fold of each id, drawn with a seed; ids told twice are in one fold."""
    order = list(range(len(ids)))
    random.Random(SEED).shuffle(order)
    return {ids[place]: rank % count for rank, place in enumerate(order)}


def calibrate(model: Model, examples: Sequence[Example], count: int = FOLDS) -> Model:
    """The model with the share of right answers at each score, learned on folds it has not seen.

    Isotonic: pairs of like scores are binned, and bins in the wrong order joined. Half a right and
    half a wrong answer are added to each, so that no share is ever 0 or 1. Then each share is made
    that of a line nobody had read.
    """
    fold_of = folds(list(dict.fromkeys(example.id for example in examples)), count)
    pairs: list[tuple[float, bool]] = []
    for number in range(count):
        own = train([each for each in examples if fold_of[each.id] != number])
        for example in examples:
            if (
                fold_of[example.id] == number
                and not (read := signals_of(example.document)).is_study
            ):
                pairs += [
                    (score, slug in example.sectors)
                    for slug, features in features_of(read).items()
                    if (score := own.score(features)) >= HEARD
                ]
    return replace(
        model, calibration=tuple((score, at_first_sight(share)) for score, share in isotonic(pairs))
    )


def at_first_sight(share: float) -> float:
    """The share of right answers to expect on lines nobody had read, for one on known lines."""
    odds = SLOPE * math.log(share / (1 - share)) + OFFSET
    return round(1 / (1 + math.exp(-odds)), 4)


def isotonic(pairs: Iterable[tuple[float, bool]]) -> tuple[tuple[float, float], ...]:
    """Scores and rising shares of right answers, by joining the bins that stand in wrong order."""
    ordered = sorted(pairs)
    starts = range(0, max(1, len(ordered) - BIN + 1), BIN)
    blocks: list[tuple[float, int, int]] = []
    for start in starts:
        part = ordered[start:] if start == starts[-1] else ordered[start : start + BIN]
        block = (sum(score for score, _ in part), sum(right for _, right in part), len(part))
        while blocks and _share(blocks[-1]) >= _share(block):
            scores, right, count = blocks.pop()
            block = (scores + block[0], right + block[1], count + block[2])
        blocks.append(block)
    return tuple((round(block[0] / block[2], 4), round(_share(block), 4)) for block in blocks)


def _share(block: tuple[float, int, int]) -> float:
    _, right, count = block
    return (right + 0.5) / (count + 1)


def to_toml(model: Model, *, source: str) -> str:
    """The text of `model.toml`; `source` says what it was learned from."""
    lines = [
        "# Made by `scripts/train_reading.py`: do not edit by hand.",
        f"# {source}",
        "",
        f"threshold = {model.threshold}",
        f"possible_threshold = {model.possible_threshold}",
        "# Scores, and the share of right answers to expect at each on lines that nobody had read.",
        f"calibration = [{', '.join(f'[{score}, {share}]' for score, share in model.calibration)}]",
        "",
        "[weights]",
    ]
    ordered = sorted(model.weights.items(), key=lambda item: -item[1])
    return "\n".join([*lines, *(f'"{name}" = {weight}' for name, weight in ordered)]) + "\n"


def _matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> np.ndarray:
    columns = {name: column for column, name in enumerate(names)}
    matrix = np.zeros((len(rows), len(names)))
    for line, row in enumerate(rows):
        for name, value in row.items():
            matrix[line, columns[name]] = value
    return matrix


def _fit(matrix: np.ndarray, answers: np.ndarray, names: Sequence[str]) -> np.ndarray:
    signs = np.array([0 if name == ALWAYS else -1 if name in AGAINST else 1 for name in names])
    active = np.ones(len(names), dtype=bool)
    while True:
        weights = np.zeros(len(names))
        weights[active] = _newton(matrix[:, active], answers)
        wrong = active & (signs * weights < 0)
        if not wrong.any():
            return weights
        active &= ~wrong


def _newton(matrix: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Ridge logistic regression; the first column, the constant, has no ridge to speak of."""
    ridge = np.full(matrix.shape[1], RIDGE)
    ridge[0] = 1e-3
    weights = np.zeros(matrix.shape[1])
    for _ in range(NEWTON_STEPS):
        odds = 1 / (1 + np.exp(-np.clip(matrix @ weights, -30, 30)))
        gradient = matrix.T @ (odds - answers) + ridge * weights
        curvature = (matrix * (odds * (1 - odds))[:, None]).T @ matrix + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        weights = weights - step * min(1.0, 5.0 / max(1e-9, float(np.abs(step).max())))
    return weights

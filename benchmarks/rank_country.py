"""A seeded country for the ranking: blocks made straight from arrays, and packages to rank for.

3.5 activities a structure, skewed trades; 55 % work within a radius of 5 to 150 km, the others in
departments, a region or the country, told as 100, 250 or 1,000 km. Places are those of the 2020
list of structures where it lies beside the project, else invented towns; both with jitter.
"""

import csv
import os
from pathlib import Path
from typing import Any

import numpy as np

from cordee.engine.problem import Package, month_number
from cordee.engine.ranking.block import (
    ROWS_PER_BLOCK,
    SKILL,
    STRUCTURE,
    YEAR,
    Block,
    Profile,
    settled,
    unit_vectors,
)
from cordee.rules.trades import TRADES

FIRST_MONTH = month_number(2027, 1)
MONTHS = 36
LIMIT_KM = 100
SLUGS = tuple(sorted(TRADES))
KINDS = ("ACI", "EI", "AI", "ETTI", "EA", "ESAT", "GEIQ")
KIND_SHARES = (0.42, 0.22, 0.1, 0.08, 0.08, 0.08, 0.02)
HELD = (None, frozenset[str](), frozenset({"certiphyto"}))
PROFILES = tuple(Profile(kind, held) for kind in KINDS for held in HELD)
RESERVED = frozenset({"ACI", "EI", "AI", "ETTI", "EITI"})
_LIST = Path(__file__).resolve().parent.parent.parent / "shared" / "data"

type Array = np.ndarray[Any, Any]


def places() -> Array:
    """Return latitudes and longitudes of real structures, or of invented towns."""
    folder = Path(os.environ.get("CORDEE_SHARED_DATA") or _LIST)
    path = folder / "structures" / "siae_2020.csv"
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            rows = [(row["lat"], row["lon"]) for row in csv.DictReader(file)]
        found = np.array([(float(lat), float(lon)) for lat, lon in rows if lat and lon])
        inside = (found[:, 0] > 41) & (found[:, 0] < 51.5) & (found[:, 1] > -5.5)
        return found[inside & (found[:, 1] < 10)]
    dice = np.random.default_rng(0)
    towns = np.column_stack((dice.uniform(43, 50, 400), dice.uniform(-1.5, 7, 400)))
    size = 1 / np.arange(1, 401)
    return towns[dice.choice(400, 4_000, p=size / size.sum())] + dice.normal(0, 0.08, (4_000, 2))


def _trade_shares() -> Array:
    skewed = 1 / np.arange(1, len(SLUGS) + 1) ** 0.9
    shares: Array = skewed / skewed.sum()
    return shares


def country(rows: int, *, seed: int = 1, block_rows: int = ROWS_PER_BLOCK) -> list[Block]:
    """Return that many structures, in blocks; the same ones for the same seed."""
    dice, known = np.random.default_rng(seed), places()
    sizes = [min(block_rows, rows - first) for first in range(0, rows, block_rows)]
    return [_block(dice, known, n * block_rows, size) for n, size in enumerate(sizes)]


def _block(dice: np.random.Generator, known: Array, first: int, rows: int) -> Block:
    place = known[dice.integers(0, len(known), rows)] + dice.normal(0, 0.03, (rows, 2))
    kind = dice.choice(len(KINDS), rows, p=KIND_SHARES)
    structures = np.zeros(rows, STRUCTURE)
    structures["profile"] = kind * len(HELD) + dice.choice(len(HELD), rows, p=(0.3, 0.5, 0.2))
    structures["crew_cfte"] = dice.choice((0, 50, 80, 100), rows)
    has_capacity = dice.random(rows) < 0.8
    structures["capacity_row"] = np.where(has_capacity, np.cumsum(has_capacity) - 1, -1)
    structures["capacity_certainty"] = np.where(has_capacity, 2, 0)
    usual = dice.choice((50, 100, 150, 200, 300, 400, 600), int(has_capacity.sum()))
    capacity = (usual[:, None] * dice.uniform(0, 1, (len(usual), MONTHS))).astype(np.int32)
    capacity[dice.random(capacity.shape) < 0.002] = -1
    skills = _skills(dice, structures, rows)
    years = _years(dice, structures, kind == 0)
    latitude, longitude = np.ascontiguousarray(place[:, 0]), np.ascontiguousarray(place[:, 1])
    block = Block(
        ids=np.array([b"s%08d" % n for n in range(first, first + rows)]),
        latitude_deg=latitude,
        longitude_deg=longitude,
        points=unit_vectors(latitude, longitude),
        structures=structures,
        skills=skills,
        capacity_cfte=capacity,
        first_month=FIRST_MONTH,
        years=years,
        trades=SLUGS,
        profiles=PROFILES,
    )
    return settled(block)


def _skills(dice: np.random.Generator, structures: Array, rows: int) -> Array:
    counts = np.minimum(1 + dice.poisson(2.5, rows), len(SLUGS))
    # The largest of these draws are a sample without repetition, by the shares of trades.
    draws = np.log(_trade_shares()) + dice.gumbel(size=(rows, len(SLUGS)))
    order = np.argsort(-draws, axis=1)
    skills = np.zeros(int(counts.sum()), SKILL)
    ends = np.cumsum(counts)
    structures["first_skill"], structures["end_skill"] = ends - counts, ends
    skills["trade"] = order[np.arange(len(SLUGS)) < counts[:, None]]
    total = len(skills)
    radius = dice.choice((5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150), total)
    scope = dice.choice(4, total, p=(0.55, 0.25, 0.12, 0.08))
    wide = np.array((0, 100, 250, 1_000))
    skills["reach_km"] = np.where(scope == 0, radius, wide[scope])
    skills["certainty"] = np.where(dice.random(total) < 0.85, 2, 1)
    skills["proficiency"] = dice.integers(0, 4, total)
    return skills


def _years(dice: np.random.Generator, structures: Array, is_aci: Array) -> Array:
    structures["is_capped"] = is_aci
    counts = np.where(is_aci, 3, 0)
    ends = np.cumsum(counts)
    structures["first_year"], structures["end_year"] = ends - counts, ends
    years = np.zeros(int(counts.sum()), YEAR)
    offset = np.repeat(dice.integers(0, 12, len(years) // 3), 3)
    years["first_month"] = FIRST_MONTH - offset + 12 * (np.arange(len(years)) % 3)
    years["end_month"] = years["first_month"] + 12
    headroom = dice.integers(0, 6_000_000, len(years))
    years["headroom_cents"] = np.where(dice.random(len(years)) < 0.15, -1, headroom)
    return years


def packages(count: int, *, seed: int = 2) -> list[Package]:
    """Return packages near structures, with the trades of the country."""
    dice, known = np.random.default_rng(seed), places()
    spots = known[dice.integers(0, len(known), count)] + dice.normal(0, 0.05, (count, 2))
    trades = dice.choice(len(SLUGS), count, p=_trade_shares())
    return [
        _package(dice, n, SLUGS[trade], float(spot[0]), float(spot[1]))
        for n, (trade, spot) in enumerate(zip(trades.tolist(), spots, strict=True))
    ]


def _package(
    dice: np.random.Generator, number: int, trade: str, latitude_deg: float, longitude_deg: float
) -> Package:
    months = int(dice.integers(3, 25))
    need = int(dice.integers(100, 900))
    return Package(
        id=f"p{number:05}",
        lot_id=f"p{number:05}",
        label=trade,
        trade=trade,
        latitude_deg=latitude_deg,
        longitude_deg=longitude_deg,
        first_month=FIRST_MONTH + int(dice.integers(0, 12)),
        months=months,
        need_cfte=need,
        amount_cents=need * months * int(dice.integers(2_600, 3_300)),
        min_share_cfte=min(need, max(50, -(-need // 10))),
        eligible_kinds=RESERVED if dice.random() < 0.2 else None,
        accepts_staff_supply=bool(dice.random() < 0.2),
        required_certifications=frozenset({"certiphyto"} if dice.random() < 0.1 else ()),
    )

"""Notices drawn from a seed, their needs left open: classes of `core.md` section 3."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from math import cos, radians
from random import Random

import numpy as np

from benchmarks.instances.country import (
    CERTIFICATION,
    KM_PER_DEGREE,
    TRADE_WEIGHTS,
    TRADES,
    VERSION,
    Country,
    Ints,
)
from benchmarks.instances.layout import large_cities
from benchmarks.instances.near import reaches
from cordee.engine.problem import MAX_CFTE, Package, Params, month_number
from cordee.rules.kinds import SIAE_KINDS
from cordee.rules.plain import to_plain

ORDINARY, DENSE, HARD, IMPOSSIBLE = "ordinary", "dense", "hard", "impossible"
CLASSES = (ORDINARY, DENSE, HARD, IMPOSSIBLE)
# The first three make the mix: nobody, too little in a month, too much for so many partners.
SORTS = ("trade", "month", "joint", "ceiling", "partners", "reach")
COUNT = 20
EARLIEST = month_number(2027, 3)
LARGE_CITIES = 12
TRIES = 400
FROM_CFTE = 50
# Practised by no structure of these countries; out in the Atlantic.
TRADE_OF_NOBODY = "petite-enfance"
AT_SEA = 47.5, -9.0
CAPPED_LOT = "lot99"


class NoPlaceFound(RuntimeError):
    """No place of the country has people enough for such a notice."""


@dataclass(frozen=True)
class Shape:
    """What a class allows: numbers of packages and partners, spread in km, share of the most."""

    packages: tuple[int, int]
    partners: tuple[int, int]
    spread_km: float
    load_permille: tuple[int, int]
    in_large_city: bool


SHAPES = {
    ORDINARY: Shape((3, 12), (3, 9), 18.0, (500, 650), False),
    DENSE: Shape((7, 14), (6, 10), 14.0, (700, 700), True),
    HARD: Shape((12, 24), (8, 12), 14.0, (750, 880), True),
    IMPOSSIBLE: Shape((3, 8), (3, 8), 18.0, (450, 450), False),
}
SMALL_SHAPES = {
    ORDINARY: Shape((3, 5), (3, 5), 12.0, (500, 650), False),
    DENSE: Shape((4, 7), (4, 6), 12.0, (700, 700), True),
    HARD: Shape((6, 12), (5, 8), 12.0, (750, 880), True),
    IMPOSSIBLE: Shape((3, 5), (3, 5), 12.0, (450, 450), False),
}


@dataclass(frozen=True)
class Draft:
    """A notice before its needs: each package asks one cFTE, `weights` say in what proportion.

    `load_permille` is the share wanted of what the relaxation with so many partners could carry.
    """

    name: str
    klass: str
    number: int
    packages: tuple[Package, ...]
    weights: tuple[int, ...]
    rates_cents: tuple[int, ...]
    params: Params
    load_permille: int
    sort: str | None = None

    @property
    def digest(self) -> str:
        """What a stored size must have been made for."""
        plain = json.dumps(to_plain(self), sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()[:12]

    def sized(self, needs: tuple[int, ...]) -> tuple[Package, ...]:
        """Return the packages with these needs: a price and a least share follow from each."""
        return tuple(
            replace(
                package,
                need_cfte=need,
                amount_cents=need * package.months * rate,
                min_share_cfte=min(need, max(FROM_CFTE, -(-need // 10))),
            )
            for package, need, rate in zip(self.packages, needs, self.rates_cents, strict=True)
        )


@lru_cache(maxsize=256)
def draft(of: Country, klass: str, number: int) -> Draft:
    """Draw a notice of a country."""
    size = len(of)
    shape = (SMALL_SHAPES if size <= 750 else SHAPES)[klass]
    dice = Random(f"{VERSION}/{of.digest}/{klass}/{number}")
    sort = SORTS[number % len(SORTS)] if klass == IMPOSSIBLE else None
    lowest, highest = shape.load_permille
    load = (lowest, highest)[number % 2] if klass == HARD else dice.randint(lowest, highest)
    for _ in range(TRIES):
        partners = dice.randint(*shape.partners) if sort != "partners" else dice.randint(2, 4)
        drawn = _draw(of, dice, shape)
        if drawn is None:
            continue
        name, params = f"{klass}-{number:02}", Params(max_partners=partners)
        plain = Draft(name, klass, number, *drawn, params, load, sort)
        if sort == "ceiling":
            plain = _for_capped_alone(plain)
        if _has_people(of, plain):
            return _out_of_reach(dice, plain) if sort in {"trade", "reach"} else plain
    raise NoPlaceFound(f"{size}/{klass}/{number}: none in {TRIES} places; widen its shape.")


Drawn = tuple[tuple[Package, ...], tuple[int, ...], tuple[int, ...]]


def _draw(of: Country, dice: Random, shape: Shape) -> Drawn | None:
    if shape.in_large_city:
        latitude, longitude = dice.choice(large_cities(LARGE_CITIES))
    else:
        row = dice.randrange(len(of))
        latitude, longitude = float(of.latitude_deg[row]), float(of.longitude_deg[row])
    count = dice.randint(*shape.packages)
    trades = _trades(of, dice, count, latitude, longitude)
    if trades is None:
        return None
    packages: list[Package] = []
    lot = 0
    while len(packages) < count:
        lot += 1
        reserved = dice.random() < 0.3
        together = min(count - len(packages), dice.randint(1, 3))
        for _ in range(together):
            number = len(packages)
            packages.append(
                _package(dice, shape, number, lot, reserved, trades[number], latitude, longitude)
            )
    weights = tuple(dice.randint(60, 300) for _ in packages)
    rates = tuple(dice.randint(2_600, 3_300) for _ in packages)
    return tuple(packages), weights, rates


def _package(
    dice: Random,
    shape: Shape,
    number: int,
    lot: int,
    reserved: bool,
    trade: str,
    latitude: float,
    longitude: float,
) -> Package:
    spread = shape.spread_km / KM_PER_DEGREE
    is_certified = trade == "espaces-verts" and dice.random() < 0.2
    return Package(
        id=f"p{number:02}",
        lot_id=f"lot{lot:02}",
        label=f"package {number}",
        trade=trade,
        latitude_deg=round(latitude + dice.uniform(-spread, spread), 5),
        longitude_deg=round(
            longitude + dice.uniform(-spread, spread) / max(0.3, cos(radians(latitude))), 5
        ),
        first_month=EARLIEST + dice.randint(0, 6),
        months=dice.choice((4, 6, 8, 9, 12, 12, 12, 18, 24, 36)),
        need_cfte=1,
        amount_cents=1,
        eligible_kinds=frozenset(map(str, SIAE_KINDS)) if reserved else None,
        accepts_staff_supply=dice.random() < 0.3,
        required_certifications=frozenset({CERTIFICATION} if is_certified else ()),
    )


def _trades(
    of: Country, dice: Random, count: int, latitude: float, longitude: float
) -> list[str] | None:
    """Draw trades that are practised around, common ones more often, each three times at most."""
    around = _around(of, latitude, longitude, 25.0)
    common = [trade for trade in range(len(TRADES)) if (of.trades[around] >> trade & 1).sum() >= 3]
    if 3 * len(common) < count:
        return None
    drawn: Counter[int] = Counter()
    found: list[str] = []
    while len(found) < count:
        left = [trade for trade in common if drawn[trade] < 3]
        # Each time it is drawn, a trade becomes four times rarer.
        shares = [TRADE_WEIGHTS[trade] / 4 ** drawn[trade] for trade in left]
        (trade,) = dice.choices(left, shares)
        drawn[trade] += 1
        found.append(TRADES[trade])
    return found


def _around(of: Country, latitude: float, longitude: float, km: float) -> Ints:
    half = km / KM_PER_DEGREE
    first, last = np.searchsorted(of.latitude_deg, [latitude - half, latitude + half])
    far = np.abs(of.longitude_deg[first:last] - longitude) * max(0.3, cos(radians(latitude)))
    rows: Ints = np.flatnonzero(far <= half) + first
    return rows


def _has_people(of: Country, draft: Draft) -> bool:
    """Whether three at least could take a share of each package, and more sign than may.

    Where partners are to be too few, one package needs twice as many people as may sign; where
    ceilings are, those of its package must leave less than capacities do; where a month is, the
    engine must take a need above all that is free in it.
    """
    signs: set[int] = set()
    leads = most = held_back = 0
    fewest = MAX_CFTE
    ones = draft.sized((1,) * len(draft.packages))
    for package, reach in zip(ones, reaches(of, ones, draft.params), strict=True):
        able = reach.rows[reach.most_cfte >= np.maximum(reach.least_cfte, FROM_CFTE)]
        if len(able) < 3:
            return False
        signs.update(of.organisation[able].tolist())
        leads += int((of.lead_cents[able] >= 0).sum())
        most = max(most, len(able))
        fewest = min(fewest, int(reach.steady_cfte.sum()))
        if package.lot_id == CAPPED_LOT:
            held_back = int(reach.steady_cfte.sum() - reach.most_cfte.sum())
    partners = draft.params.max_partners
    if draft.sort == "partners" and most < 2 * partners + 2:
        return False
    if draft.sort == "ceiling" and held_back < FROM_CFTE:
        return False
    if draft.sort == "month" and fewest > MAX_CFTE // 2:
        return False
    return len(signs) >= partners + 2 and leads > 0


def _for_capped_alone(plain: Draft) -> Draft:
    """Reserve the package of the rarest trade, for two years, to those under a ceiling."""
    trades = [TRADES.index(package.trade) for package in plain.packages]
    package = replace(
        plain.packages[trades.index(max(trades))],
        eligible_kinds=frozenset({"ACI"}),
        lot_id=CAPPED_LOT,
        months=24,
        required_certifications=frozenset(),
    )
    others = tuple(package if p.id == package.id else p for p in plain.packages)
    return replace(plain, packages=others)


def _out_of_reach(dice: Random, plain: Draft) -> Draft:
    """Make one package impossible whatever its need: a trade of nobody, or a place at sea."""
    package = dice.choice(plain.packages)
    if plain.sort == "trade":
        package = replace(package, trade=TRADE_OF_NOBODY, required_certifications=frozenset())
    else:
        package = replace(package, latitude_deg=AT_SEA[0], longitude_deg=AT_SEA[1])
    others = tuple(package if p.id == package.id else p for p in plain.packages)
    return replace(plain, packages=others)

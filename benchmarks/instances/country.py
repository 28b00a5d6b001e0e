"""A country of structures in columns, drawn from a seed, and candidates made of its rows.

Rows lie in the order of latitude. Only uniform draws and plain arithmetic are used, so that the
same numbers come out on every machine; `digest` says whether they did.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.instances.layout import PROJECT, Layout, default_layout, read_layout
from cordee.engine.problem import (
    AccountingYear,
    Candidate,
    Certainty,
    Skill,
    month_number,
)

VERSION = "1"
SIZES = (750, 5_000, 50_000, 500_000)

# Skewed as activities are: the first trade is about six times as common as the last one.
TRADES = (
    "espaces-verts",
    "proprete",
    "second-oeuvre-batiment",
    "espaces-naturels-genie-ecologique",
    "recyclage-ressourcerie",
    "demenagement",
    "restauration-traiteur",
    "maraichage",
    "logistique-conditionnement",
    "gros-oeuvre-patrimoine",
    "blanchisserie-linge",
    "textile-couture",
    "menuiserie-bois-palettes",
    "proprete-urbaine",
    "deconstruction-reemploi-materiaux",
    "mobilite-velo",
)
TRADE_WEIGHTS = tuple(1.0 / (1.0 + 0.35 * rank) for rank in range(len(TRADES)))
KINDS = ("ACI", "EI", "AI", "ETTI", "EA")
KIND_SHARES = (0.60, 0.28, 0.05, 0.04, 0.03)
CERTIFICATION = "certiphyto"

FIRST_MONTH = month_number(2027, 1)
YEARS = 6
# Permille of the usual capacity that is free, by calendar month from January.
PROFILES = np.array(
    [
        [1000] * 12,
        [800, 800, 900, 1000, 1000, 1000, 900, 700, 1000, 1000, 900, 800],
        [600, 700, 1000, 1000, 900, 800, 800, 700, 900, 1000, 900, 600],
        [1000, 1000, 900, 800, 700, 600, 600, 600, 800, 900, 1000, 1000],
        [900, 900, 900, 900, 900, 900, 700, 500, 900, 900, 900, 800],
    ]
)
KM_PER_DEGREE = 111.2

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Country:
    """Columns of structures, one row a chantier, sorted by latitude.

    `sibling` is the row of the other chantier of the organisation, -1 where there is none. Skills
    are a bit mask of `TRADES`; `proficiency` and `learning` hold two bits for each trade.
    """

    latitude_deg: Floats
    longitude_deg: Floats
    unit: Floats
    organisation: Ints
    sibling: Ints
    kind: Ints
    trades: Ints
    proficiency: Ints
    learning: Ints
    reach_km: Ints
    usual_cfte: Ints
    profile: Ints
    busy_from: Ints
    busy_months: Ints
    busy_permille: Ints
    first_year_month: Ints
    headroom_cents: Ints
    supervisors: Ints
    crew_cfte: Ints
    coordination_cents: Ints
    lead_cents: Ints
    is_certified: Ints
    layout: str
    seed: int
    digest: str

    def __len__(self) -> int:
        """How many structures there are."""
        return len(self.latitude_deg)

    def capacity_cfte(self, rows: Ints, months: Sequence[int]) -> Ints:
        """Return the free cFTE of some rows (down) in some absolute months (across)."""
        at = np.array(months)
        free = self.usual_cfte[rows, None] * PROFILES[self.profile[rows]][:, at % 12] // 1000
        start = self.busy_from[rows, None]
        is_busy = (at >= start) & (at < start + self.busy_months[rows, None])
        left: Ints = free * np.where(is_busy, 1000 - self.busy_permille[rows, None], 1000) // 1000
        return left

    def identifier(self, row: int) -> str:
        """Return the identifier of the candidate of a row."""
        return f"c{row:06}"


def build_country(size: int, layout: Layout, seed: int = 0) -> Country:
    """Draw a country of so many structures; always the same one for a size, a layout and a seed."""
    # Seed 0 is the country of every figure stored so far: its hash has no third part.
    drawn_from = f"{VERSION}/{size}/{seed}" if seed else f"{VERSION}/{size}"
    first = int.from_bytes(hashlib.sha256(drawn_from.encode()).digest()[:8])
    dice = np.random.Generator(np.random.PCG64(first))
    latitude, longitude = _places(dice, size, layout)
    has_sibling = _pairs_of_rows(dice, size)
    second = np.flatnonzero(has_sibling) + 1
    latitude[second] = latitude[second - 1] + _jitter_deg(dice, len(second), 12.0)
    longitude[second] = longitude[second - 1] + _jitter_deg(dice, len(second), 17.0)
    columns = _figures(dice, size)
    organisation = np.arange(size)
    organisation[second] = second - 1
    sibling = np.full(size, -1)
    sibling[second], sibling[second - 1] = second - 1, second
    for name in ("kind", "first_year_month"):
        columns[name][second] = columns[name][second - 1]
    columns |= {"organisation": organisation, "sibling": sibling}
    latitude, longitude = np.round(latitude, 5), np.round(longitude, 5)
    order = np.lexsort((np.arange(size), longitude, latitude))
    rank = np.empty(size, dtype=np.int64)
    rank[order] = np.arange(size)
    columns = {name: column[order] for name, column in columns.items()}
    columns["organisation"] = rank[columns["organisation"]]
    known = columns["sibling"] >= 0
    columns["sibling"] = np.where(known, rank[columns["sibling"]], -1)
    latitude, longitude = latitude[order], longitude[order]
    hashed = hashlib.sha256(latitude.tobytes() + longitude.tobytes())
    for name in sorted(columns):
        hashed.update(np.ascontiguousarray(columns[name], dtype=np.int64).tobytes())
    return Country(
        latitude_deg=latitude,
        longitude_deg=longitude,
        unit=_unit(latitude, longitude),
        layout=layout.name,
        seed=seed,
        digest=hashed.hexdigest()[:16],
        **columns,
    )


def _places(dice: np.random.Generator, size: int, layout: Layout) -> tuple[Floats, Floats]:
    """Draw places: each real one as often as the next, moved a little where it comes again."""
    count = len(layout.weight)
    if np.all(layout.weight == layout.weight[0]):
        shuffled = np.argsort(dice.random(count), kind="stable")
        chosen = np.concatenate(
            [np.tile(np.arange(count), size // count), shuffled[: size % count]]
        )
        is_first = np.arange(size) < count
    else:
        steps = np.cumsum(layout.weight)
        chosen = np.searchsorted(steps, dice.random(size) * steps[-1], side="right")
        is_first = np.zeros(size, dtype=bool)
    move = np.where(is_first, 0.0, 1.0)
    latitude = layout.latitude_deg[chosen] + move * _jitter_deg(dice, size, 9.0)
    longitude = layout.longitude_deg[chosen] + move * _jitter_deg(dice, size, 13.0)
    order = np.argsort(dice.random(size), kind="stable")
    return latitude[order], longitude[order]


def _jitter_deg(dice: np.random.Generator, size: int, most_km: float) -> Floats:
    """A move of at most so many kilometres northwards, small ones more often."""
    jitter: Floats = (dice.random(size) + dice.random(size) - 1.0) * most_km / KM_PER_DEGREE
    return jitter


def _pairs_of_rows(dice: np.random.Generator, size: int) -> NDArray[np.bool_]:
    """Mark the rows whose organisation has the next row too: about 7 organisations in 100."""
    marked = dice.random(size) < 0.065
    marked[-1] = False
    for row in np.flatnonzero(marked):
        if row and marked[row - 1]:
            marked[row] = False
    return marked


def _figures(dice: np.random.Generator, size: int) -> dict[str, Ints]:
    mask, proficiency, learning = _skills(dice, size)
    kind = np.searchsorted(np.cumsum(KIND_SHARES)[:-1], dice.random(size), side="right")
    usual = _steps(dice, size, (0, 0.1, 0.5, 0.8, 0.95, 1), (60, 100, 230, 420, 800, 1600))
    first_year = np.array([1, 1, 1, 1, 1, 1, 4, 7, 9, 9])[(dice.random(size) * 10).astype(int)]
    # A year of all its usual capacity at 30 EUR per cFTE-month, and how much of it may be sold.
    share = _steps(dice, size, (0, 0.15, 0.5, 0.85, 1), (100, 250, 600, 1100, 1800))
    drift = 700 + (dice.random((size, YEARS)) * 600).astype(np.int64)
    headroom = (usual * 36_000 * share // 1000)[:, None] * drift // 1000
    can_lead = dice.random(size) < 0.55
    has_crews = dice.random(size) < 0.6
    is_busy = dice.random(size) < 0.3
    return {
        "kind": kind.astype(np.int64),
        "trades": mask,
        "proficiency": proficiency,
        "learning": learning,
        "reach_km": np.array([15, 20, 25, 30, 30, 40, 40, 50, 60, 80])[
            (dice.random(size) * 10).astype(int)
        ],
        "usual_cfte": usual,
        "profile": (dice.random(size) * len(PROFILES)).astype(np.int64),
        "busy_from": FIRST_MONTH + (dice.random(size) * 36).astype(np.int64),
        "busy_months": np.where(is_busy, 3 + (dice.random(size) * 10).astype(np.int64), 0),
        "busy_permille": 200 + 100 * (dice.random(size) * 7).astype(np.int64),
        "first_year_month": month_number(2026, 1) + first_year - 1,
        "headroom_cents": headroom * (kind == 0)[:, None],
        "supervisors": np.array([1, 2, 2, 3, 3, 4, 5])[(dice.random(size) * 7).astype(int)],
        "crew_cfte": np.where(has_crews, 30 + 10 * (dice.random(size) * 8).astype(np.int64), 0),
        "coordination_cents": 120_000 + (dice.random(size) * 1_001).astype(np.int64) * 100,
        "lead_cents": np.where(
            can_lead, 60_000 + (dice.random(size) * 2_401).astype(np.int64) * 100, -1
        ),
        "is_certified": (dice.random(size) < 0.45).astype(np.int64),
    }


def _skills(dice: np.random.Generator, size: int) -> tuple[Ints, Ints, Ints]:
    """Draw 1 to 7 trades a structure, 3.5 in the mean, common ones more often."""
    counts = np.array([1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 4])[(dice.random(size) * 12).astype(int)]
    mask = np.zeros(size, dtype=np.int64)
    proficiency, learning = np.zeros_like(mask), np.zeros_like(mask)
    # The n earliest of independent waiting times: a draw by weight without putting back.
    waits = np.stack([-np.log1p(-dice.random(size)) / weight for weight in TRADE_WEIGHTS])
    order = np.argsort(np.round(waits, 9), axis=0, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(len(TRADES))[:, None], axis=0)
    level = np.array([0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3])
    for trade in range(len(TRADES)):
        has = (rank[trade] < counts).astype(np.int64)
        mask |= has << trade
        proficiency |= (has * level[(dice.random(size) * 12).astype(int)]) << (2 * trade)
        learning |= (has * (dice.random(size) * 4).astype(np.int64)) << (2 * trade)
    return mask, proficiency, learning


def _steps(
    dice: np.random.Generator, size: int, at: tuple[float, ...], values: tuple[float, ...]
) -> Ints:
    """Draw whole numbers whose distribution is a broken line through these quantiles."""
    drawn: Ints = np.floor(np.interp(dice.random(size), at, values)).astype(np.int64)
    return drawn


def _unit(latitude_deg: Floats, longitude_deg: Floats) -> Floats:
    phi, theta = np.radians(latitude_deg), np.radians(longitude_deg)
    return np.stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])


def country(size: int, layout: str | None = None, seed: int = 0) -> Country:
    """Return a country, from the state folder where it was built before."""
    if size not in SIZES:
        raise ValueError(f"size is {size}; give one of {SIZES}.")
    return _country(size, layout or default_layout(), seed)


@lru_cache(maxsize=2)
def _country(size: int, name: str, seed: int) -> Country:
    source = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    places = read_layout(name)
    source += hashlib.sha256(places.latitude_deg.tobytes()).hexdigest()[:8]
    path = bench_folder() / f"country-{size}-{name}-{seed}-{source}.npz"
    if path.is_file():
        with np.load(path) as stored:
            values: dict[str, Any] = {key: stored[key] for key in stored.files}
        values["unit"] = _unit(values["latitude_deg"], values["longitude_deg"])
        values |= {key: str(values[key]) for key in ("layout", "digest")}
        values["seed"] = int(values["seed"])
        return Country(**values)
    built = build_country(size, places, seed)
    columns = {f.name: getattr(built, f.name) for f in fields(Country) if f.name != "unit"}
    draft = path.with_suffix(f".{os.getpid()}.npz")
    np.savez(draft, **columns)
    draft.replace(path)
    return built


def bench_folder() -> Path:
    """Where countries are kept between runs: in the state folder."""
    folder = Path(os.environ.get("CORDEE_STATE") or PROJECT / "var") / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@cache
def _skill(trade: int, proficiency: int, learning: int, reach_km: int) -> Skill:
    return Skill(
        trade=TRADES[trade],
        certainty=Certainty.KNOWN,
        proficiency=proficiency,
        reach_km=reach_km,
        learning=learning,
    )


def candidates(of: Country, rows: Ints, months: Sequence[int]) -> tuple[Candidate, ...]:
    """Return the candidates of some rows, who tell their capacity in those months only."""
    return tuple(_made(Candidate, values) for values in _values(of, rows, months))


def slow_candidates(of: Country, rows: Ints, months: Sequence[int]) -> tuple[Candidate, ...]:
    """The same through the constructor, which checks everything; the test compares the two."""
    return tuple(Candidate(**values) for values in _values(of, rows, months))


def _values(of: Country, rows: Ints, months: Sequence[int]) -> list[dict[str, Any]]:
    free = of.capacity_cfte(rows, months).tolist()
    names = [
        "latitude_deg", "longitude_deg", "organisation", "kind", "trades", "proficiency",
        "learning", "reach_km", "supervisors", "crew_cfte", "coordination_cents", "lead_cents",
        "is_certified", "first_year_month", "headroom_cents",
    ]  # fmt: skip
    columns = {name: getattr(of, name)[rows].tolist() for name in names}
    found = []
    for at, row in enumerate(rows.tolist()):
        each = {name: column[at] for name, column in columns.items()}
        kind = KINDS[each["kind"]]
        years = _years(each, months[0], months[-1]) if kind == "ACI" else ()
        found.append(
            {
                "id": of.identifier(row),
                "organisation": f"o{each['organisation']:06}",
                "name": f"structure {row}",
                "kind": kind,
                "latitude_deg": each["latitude_deg"],
                "longitude_deg": each["longitude_deg"],
                "skills": tuple(
                    _skill(
                        trade,
                        each["proficiency"] >> 2 * trade & 3,
                        each["learning"] >> 2 * trade & 3,
                        each["reach_km"],
                    )
                    for trade in range(len(TRADES))
                    if each["trades"] >> trade & 1
                ),
                "capacity_cfte_by_month": MappingProxyType(
                    dict(zip(months, free[at], strict=True))
                ),
                "capacity_certainty": Certainty.KNOWN,
                "is_capped": kind == "ACI",
                "accounting_years": years,
                "max_packages": each["supervisors"],
                "can_lead": each["lead_cents"] >= 0,
                "min_crew_cfte": each["crew_cfte"] or None,
                "coordination_cost_cents": each["coordination_cents"],
                "lead_cost_cents": max(0, each["lead_cents"]),
                "certifications": _HELD if each["is_certified"] else _NONE,
            }
        )
    return found


_HELD, _NONE = frozenset({CERTIFICATION}), frozenset[str]()


def _years(each: dict[str, Any], first: int, last: int) -> tuple[AccountingYear, ...]:
    years = []
    for number, cents in enumerate(each["headroom_cents"]):
        start = each["first_year_month"] + 12 * number
        if start <= last and first < start + 12:
            values = {"first_month": start, "headroom_cents": cents, "months": 12}
            years.append(_made(AccountingYear, values))
    return tuple(years)


def _made[T](kind: type[T], values: dict[str, Any]) -> T:
    """Make a frozen value without its checks: a country has twenty thousand near one notice."""
    made = object.__new__(kind)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made

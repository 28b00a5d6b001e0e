"""Structures as columns: a contiguous range of identifiers, with a version.

A block holds what a ranking reads and nothing else: no name, no address. It is written and read
without pickling, so that workers share it by its path.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from cordee.engine.problem import AccountingYear, Candidate, Certainty, Skill
from cordee.engine.ranking.index import Array, build_index, distance_cut, half_heights_deg
from cordee.engine.ranking.kernel import BANDS_PER_DEGREE, BlockColumns, Index, Rules
from cordee.engine.ranking.package_columns import Condition, PackageColumns
from cordee.engine.result import Obstacle
from cordee.rules.kinds import supplies_staff
from cordee.rules.territory import unit_vector

# A country of a million in sixteen blocks: enough for every core, few enough to merge.
ROWS_PER_BLOCK = 62_500
FORMAT = "1"
CERTAINTIES = (Certainty.UNKNOWN, Certainty.GUESSED, Certainty.KNOWN)
UNKNOWN, GUESSED, KNOWN = range(3)
REFUSED, ACCEPTED, UNPROVEN = range(3)
MOST_PROFILES = 65_535
# Small tables by notice: dropped all at once rather than counted one by one.
TABLES_KEPT = 500

STRUCTURE = np.dtype(
    [
        ("crew_cfte", "i4"),  # 0 where unknown
        ("capacity_row", "i4"),  # -1 where nothing is known
        ("first_year", "i4"),
        ("end_year", "i4"),
        ("first_skill", "i4"),
        ("end_skill", "i4"),
        ("profile", "u2"),
        ("capacity_certainty", "u1"),
        ("is_capped", "u1"),
    ],
    align=True,
)
SKILL = np.dtype(
    [
        ("trade", "i2"),
        ("reach_km", "i2"),
        ("certainty", "u1"),
        ("proficiency", "u1"),
        ("learning", "u1"),
    ],
    align=True,
)
# A headroom of -1 is unknown.
YEAR = np.dtype([("headroom_cents", "i8"), ("first_month", "i4"), ("end_month", "i4")], align=True)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a condition looks at: the kind, and the certifications held, `None` where untold."""

    kind: str
    certifications: frozenset[str] | None

    def obstacle(self, condition: Condition) -> Obstacle | None:
        """Return what bars such a structure, in the order of `pairs.obstacle`."""
        if condition.kinds is not None and self.kind not in condition.kinds:
            return Obstacle.NOT_ELIGIBLE
        if supplies_staff(self.kind) and not condition.accepts_staff_supply:
            return Obstacle.STAFF_SUPPLY
        held = self.certifications
        if held is not None and not condition.required_certifications <= held:
            return Obstacle.CERTIFICATION
        return None

    def verdict(self, condition: Condition) -> int:
        """Tell whether such a structure may take part; `UNPROVEN` where one asks what is untold."""
        if self.obstacle(condition) is not None:
            return REFUSED
        is_unproven = self.certifications is None and condition.required_certifications
        return UNPROVEN if is_unproven else ACCEPTED


@dataclass(frozen=True, eq=False)
class Block:
    """Rows in the order of identifiers; places are NaN where unknown.

    `capacity_cfte` has one row by structure that told one, one column by month from
    `first_month`, -1 where unknown.
    """

    ids: Array
    latitude_deg: Array
    longitude_deg: Array
    points: Array
    structures: Array
    skills: Array
    capacity_cfte: Array
    first_month: int
    years: Array
    trades: tuple[str, ...]
    profiles: tuple[Profile, ...]

    def __post_init__(self) -> None:
        """Refuse what could not be ranked in one order."""
        if len(self.profiles) > MOST_PROFILES:
            raise ValueError(
                f"{len(self.profiles)} profiles of kind and certifications; {MOST_PROFILES} fit "
                "in one block: make blocks of fewer rows."
            )
        if len(self.ids) > 1 and not bool((self.ids[:-1] < self.ids[1:]).all()):
            raise ValueError("Identifiers of a block are not rising, or appear twice: sort them.")

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def version(self) -> str:
        """A digest of every column: the same rows always have the same one."""
        # Of the content and not of the moment: who has this version need not read the file again.
        digest = hashlib.sha256(self._words().encode())
        for name, array in self._arrays().items():
            digest.update(f"{name} {array.dtype.descr} {array.shape}".encode())
            # Field by field: what pads a record is nobody's.
            for field in array.dtype.names or (None,):
                column = array if field is None else array[field]
                digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()

    @cached_property
    def index(self) -> Index:
        """The index by trade and place, made when first asked for."""
        return build_index(self)

    @cached_property
    def _tables(self) -> dict[tuple[Any, ...], Array]:
        return {}

    @cached_property
    def columns(self) -> BlockColumns:
        """What the kernel reads, beside the index."""
        return BlockColumns(
            self.structures,
            self.skills,
            self.points,
            self.capacity_cfte,
            self.first_month,
            self.years,
        )

    def rules(self, asked: PackageColumns) -> Rules:
        """Return what packages ask, in the codes of this block."""
        return Rules(
            self.verdicts(asked.conditions),
            self.trade_codes(asked.trades),
            half_heights_deg(asked.limit_km),
            distance_cut(asked.limit_km),
        )

    def verdicts(self, conditions: tuple[Condition, ...]) -> Array:
        """Return the table [condition, profile] of who may take part."""
        table = self._tables.get((0, conditions))
        # A few conditions by notice, asked for again and again: kept by the block.
        if table is None:
            rows = [[each.verdict(wanted) for each in self.profiles] for wanted in conditions]
            shape = len(conditions), len(self.profiles)
            table = self._kept((0, conditions), np.array(rows, np.uint8).reshape(shape))
        return table

    def trade_codes(self, trades: tuple[str, ...]) -> Array:
        """Return the block's own codes of some trades, -1 for those that nobody here practises."""
        codes = self._tables.get((1, trades))
        if codes is None:
            own = {trade: code for code, trade in enumerate(self.trades)}
            codes = self._kept((1, trades), np.array([own.get(t, -1) for t in trades], np.int32))
        return codes

    def _kept(self, key: tuple[Any, ...], table: Array) -> Array:
        if len(self._tables) >= TABLES_KEPT:
            self._tables.clear()
        self._tables[key] = table
        return table

    def candidate(self, row: int) -> Candidate:
        """Return a row as the rest of the engine knows it; its name is its identifier."""
        # Everything that a ranking reads comes back; name and address were never here.
        its = self.structures[row]
        profile = self.profiles[its["profile"]]
        capacity = None
        if its["capacity_row"] >= 0:
            cfte = self.capacity_cfte[its["capacity_row"]].tolist()
            capacity = {self.first_month + n: each for n, each in enumerate(cfte) if each >= 0}
        place = float(self.latitude_deg[row]), float(self.longitude_deg[row])
        # NaN is the only number that is not itself.
        has_place = place[0] == place[0]
        identifier = self.ids[row].decode()
        return Candidate(
            id=identifier,
            organisation=identifier,
            name=identifier,
            kind=profile.kind,
            latitude_deg=place[0] if has_place else None,
            longitude_deg=place[1] if has_place else None,
            skills=tuple(self._skills_of(its)),
            capacity_cfte_by_month=capacity,
            capacity_certainty=CERTAINTIES[its["capacity_certainty"]],
            is_capped=bool(its["is_capped"]),
            accounting_years=tuple(self._years_of(its)),
            min_crew_cfte=int(its["crew_cfte"]) or None,
            certifications=profile.certifications,
        )

    def _skills_of(self, its: Any) -> Iterator[Skill]:
        for skill in self.skills[its["first_skill"] : its["end_skill"]]:
            yield Skill(
                trade=self.trades[skill["trade"]],
                certainty=CERTAINTIES[skill["certainty"]],
                proficiency=int(skill["proficiency"]),
                reach_km=int(skill["reach_km"]),
                learning=int(skill["learning"]),
            )

    def _years_of(self, its: Any) -> Iterator[AccountingYear]:
        for year in self.years[its["first_year"] : its["end_year"]]:
            first, end, headroom = (int(year[n]) for n in ("first_month", "end_month", _HEADROOM))
            yield AccountingYear(
                first_month=first,
                months=end - first,
                headroom_cents=None if headroom < 0 else headroom,
            )

    def save(self, path: Path) -> None:
        """Write the block, whole or not at all."""
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        words = np.frombuffer(self._words().encode(), np.uint8)
        version = np.frombuffer(self.version.encode(), np.uint8)
        # Beside, then renamed: whoever reads sees the old file or the new one.
        with partial.open("wb") as file:
            np.savez(file, allow_pickle=False, words=words, version=version, **self._arrays())
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a block; raises `ValueError` where another format wrote it."""
        with np.load(path, allow_pickle=False) as kept:
            words = json.loads(kept["words"].tobytes())
            # Blocks are derived: one of an older format is made again, never converted.
            if words["format"] != FORMAT:
                raise ValueError(f"{path}: format {words['format']}, not {FORMAT}: make it again.")
            arrays = {name: kept[name] for name in _ARRAYS}
            # A file forgets that rows are aligned, which is another type to compiled code.
            arrays |= {name: arrays[name].view(rows) for name, rows in _ROWS.items()}
            block = cls(
                **arrays,
                first_month=words["first_month"],
                trades=tuple(words["trades"]),
                profiles=tuple(
                    Profile(kind, None if held is None else frozenset(held))
                    for kind, held in words["profiles"]
                ),
            )
            block.__dict__["version"] = kept["version"].tobytes().decode()
        return block

    def _arrays(self) -> dict[str, Array]:
        return {name: getattr(self, name) for name in _ARRAYS}

    def _words(self) -> str:
        return json.dumps(
            {
                "format": FORMAT,
                "first_month": self.first_month,
                "trades": self.trades,
                "profiles": [
                    (
                        each.kind,
                        None if each.certifications is None else sorted(each.certifications),
                    )
                    for each in self.profiles
                ],
            }
        )


_HEADROOM = "headroom_cents"
_ROWS = {"structures": STRUCTURE, "skills": SKILL, "years": YEAR}
_ARRAYS = (
    "ids",
    "latitude_deg",
    "longitude_deg",
    "points",
    "structures",
    "skills",
    "capacity_cfte",
    "years",
)


def settled(block: Block) -> Block:
    """Return the same rows with capacities and years laid out by place.

    A package asks for those of neighbours: they should lie in the same pages of memory.
    """
    structures = block.structures.copy()
    # Bands of latitude first, as the index reads them.
    order = np.lexsort((block.longitude_deg, np.floor(block.latitude_deg * BANDS_PER_DEGREE)))
    with_capacity = order[structures["capacity_row"][order] >= 0]
    capacity = block.capacity_cfte[structures["capacity_row"][with_capacity]]
    structures["capacity_row"][with_capacity] = np.arange(len(with_capacity))
    counts = (structures["end_year"] - structures["first_year"])[order]
    ends = np.cumsum(counts, dtype=np.int64)
    # For each year in its new place, the old one: its rank among its own, after the old first.
    ranks = np.arange(len(block.years)) - np.repeat(ends - counts, counts)
    years = block.years[np.repeat(structures["first_year"][order], counts) + ranks]
    structures["first_year"][order], structures["end_year"][order] = ends - counts, ends
    return replace(block, structures=structures, capacity_cfte=capacity, years=years)


def unit_vectors(latitude_deg: Array, longitude_deg: Array) -> Array:
    """Return three columns of points of the unit sphere, NaN where there is no place."""
    nowhere = (float("nan"),) * 3
    found = [
        unit_vector(lat, lon) if lat == lat else nowhere
        for lat, lon in zip(latitude_deg.tolist(), longitude_deg.tolist(), strict=True)
    ]
    return np.array(found, np.float64).reshape(-1, 3)


def blocks_of(candidates: Iterable[Candidate], *, rows: int = ROWS_PER_BLOCK) -> list[Block]:
    """Return candidates, in whatever order they come, as blocks of so many rows."""
    ordered = sorted(candidates, key=lambda candidate: candidate.id)
    return [block_of(ordered[n : n + rows]) for n in range(0, len(ordered), rows)]


def block_of(candidates: Sequence[Candidate]) -> Block:
    """Return candidates, in the order of their identifiers, as one block."""
    trades = sorted({skill.trade for each in candidates for skill in each.skills})
    codes = {trade: code for code, trade in enumerate(trades)}
    profiles: dict[Profile, int] = {}
    structures = np.zeros(len(candidates), STRUCTURE)
    skills: list[tuple[int, ...]] = []
    years: list[tuple[int, ...]] = []
    with_capacity = [each for each in candidates if each.capacity_cfte_by_month is not None]
    first, capacity = _capacities(with_capacity)
    capacity_rows = {each.id: row for row, each in enumerate(with_capacity)}
    for row, candidate in zip(structures, candidates, strict=True):
        profile = Profile(candidate.kind, candidate.certifications)
        # The number that is too large for its column is refused by `Block` itself, in words.
        row["profile"] = min(profiles.setdefault(profile, len(profiles)), MOST_PROFILES)
        row["crew_cfte"] = candidate.min_crew_cfte or 0
        row["capacity_row"] = capacity_rows.get(candidate.id, -1)
        row["capacity_certainty"] = CERTAINTIES.index(candidate.capacity_certainty)
        row["is_capped"] = candidate.is_capped
        row["first_skill"], row["first_year"] = len(skills), len(years)
        skills += [
            (codes[s.trade], s.reach_km, CERTAINTIES.index(s.certainty), s.proficiency, s.learning)
            for s in candidate.skills
        ]
        years += [
            (-1 if y.headroom_cents is None else y.headroom_cents, y.first_month, y.end_month)
            for y in candidate.accounting_years
        ]
        row["end_skill"], row["end_year"] = len(skills), len(years)
    nan = float("nan")
    latitude = np.array([nan if c.latitude_deg is None else c.latitude_deg for c in candidates])
    longitude = np.array([nan if c.longitude_deg is None else c.longitude_deg for c in candidates])
    block = Block(
        ids=np.array([candidate.id.encode() for candidate in candidates], np.bytes_),
        latitude_deg=latitude,
        longitude_deg=longitude,
        points=unit_vectors(latitude, longitude),
        structures=structures,
        skills=np.array(skills, SKILL),
        capacity_cfte=capacity,
        first_month=first,
        years=np.array(years, YEAR),
        trades=tuple(trades),
        profiles=tuple(profiles),
    )
    return settled(block)


def _capacities(candidates: Sequence[Candidate]) -> tuple[int, Array]:
    """Return the first month and a table, as wide as the known months reach."""
    months = [month for each in candidates for month in each.capacity_cfte_by_month or ()]
    first, end = (min(months), max(months) + 1) if months else (0, 0)
    table = np.full((len(candidates), end - first), -1, np.int32)
    for row, each in zip(table, candidates, strict=True):
        for month, cfte in (each.capacity_cfte_by_month or {}).items():
            row[month - first] = cfte
    return first, table

"""The columnar ranking gives what `rank` gives, to the last point, however it is cut up."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from cordee.engine.problem import (
    MAX_CENTS,
    MAX_CFTE,
    MAX_MONTHS,
    AccountingYear,
    Certainty,
    Package,
    Params,
    Skill,
)
from cordee.engine.rank import rank
from cordee.engine.ranking import kernel
from cordee.engine.ranking.block import blocks_of
from cordee.engine.ranking.package_columns import columns_of
from cordee.engine.ranking.run import rank_blocks
from tests.engine.conftest import APRIL, YEAR_2027, accounts, package, practises, steady, structure
from tests.engine.ranking.worlds import assert_as_rank, draw_world, lists_of


@pytest.fixture(params=["numba", "NumPy"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test with the compiled kernel, then with NumPy alone."""
    if request.param == "NumPy":
        monkeypatch.setattr(kernel, "IS_COMPILED", False)
    name: str = request.param
    return name


@pytest.mark.parametrize("seed", range(45))
def test_the_columns_give_what_rank_gives(engine: str, seed: int) -> None:
    world = draw_world(seed)
    for rows in (1_000, 7):
        lists = lists_of(world.packages, world.candidates, limit_km=70, rows=rows)
        assert_as_rank(world.packages, world.candidates, lists, limit_km=70)


@pytest.mark.parametrize("seed", range(12))
def test_a_short_list_is_the_head_of_the_long_one(engine: str, seed: int) -> None:
    """The cut bites only where the list is full: with three places it bites at once."""
    world = draw_world(seed)
    short = lists_of(world.packages, world.candidates, limit_km=100, listed=3, rows=11)
    assert_as_rank(world.packages, world.candidates, short, limit_km=100)


@pytest.mark.parametrize("seed", range(6))
def test_one_digest_whatever_the_order_the_blocks_and_the_threads(seed: int) -> None:
    world = draw_world(seed)
    shuffled = list(world.candidates)
    Random(seed).shuffle(shuffled)
    digests = {
        lists_of(world.packages, some, limit_km=70, rows=rows, threads=threads).digest
        for some in (world.candidates, shuffled)
        for rows in (1_000, 5)
        for threads in (1, 2)
    }
    assert len(digests) == 1


def test_another_point_is_another_digest() -> None:
    near, far = structure("abelia"), structure("abelia", latitude_deg=45.09)
    asked = [package("parc")]
    assert (
        lists_of(asked, [near], limit_km=100).digest != lists_of(asked, [far], limit_km=100).digest
    )


def test_equals_stand_in_the_order_of_identifiers(engine: str) -> None:
    twins = [structure(f"twin-{n:03}") for n in range(150)]
    Random(1).shuffle(twins)
    for rows in (1_000, 40):
        lists = lists_of([package("parc")], twins, limit_km=100, rows=rows)
        assert lists.ids[0].tolist() == [b"twin-%03d" % n for n in range(50)]
        assert int(lists.ranked[0]) == 150


def test_the_facts_are_those_of_rank() -> None:
    """A row of a block is the candidate again: its facts come from the readable function."""
    world = draw_world(4)
    params = Params(max_distance_km=70)
    blocks = blocks_of(world.candidates, rows=9)
    rows = {row.id: row for block in blocks for row in map(block.candidate, range(len(block)))}
    for asked in world.packages:
        for ranked in rank(asked, world.candidates, params=params).ranked:
            (again,) = rank(asked, [rows[ranked.candidate]], params=params).ranked
            assert (again.facts, again.terms) == (ranked.facts, ranked.terms)


@pytest.mark.parametrize("seed", range(4))
def test_all_over_the_globe(engine: str, seed: int) -> None:
    """Poles, the 180th meridian, overseas: the box is never too small."""
    dice = Random(seed)
    spots = [(90.0, 0.0), (-89.9, 10.0), (0.0, 180.0), (0.5, -179.9), (14.6, -61.0), (89.0, -170.0)]
    spots += [(dice.uniform(-90, 90), dice.uniform(-180, 180)) for _ in range(80)]
    candidates = [
        structure(
            f"s{n:03}",
            latitude_deg=lat,
            longitude_deg=lon,
            skills=(practises("espaces-verts", reach_km=dice.choice((30, 300, 2_000))),),
        )
        for n, (lat, lon) in enumerate(spots)
    ]
    asked = [
        package(f"p{n}", latitude_deg=lat, longitude_deg=lon)
        for n, (lat, lon) in enumerate(spots[:12])
    ]
    lists = lists_of(asked, candidates, limit_km=2_000, rows=30)
    assert_as_rank(asked, candidates, lists, limit_km=2_000)
    assert int(lists.ranked.max()) > 1


def test_the_largest_numbers_do_not_overflow(engine: str) -> None:
    asked = Package(
        id="p",
        lot_id="p",
        label="p",
        trade="espaces-verts",
        latitude_deg=45.0,
        longitude_deg=5.7,
        first_month=APRIL,
        months=MAX_MONTHS,
        need_cfte=MAX_CFTE,
        amount_cents=MAX_CENTS,
        min_share_cfte=MAX_CFTE,
    )
    years = tuple(
        AccountingYear(first_month=APRIL + 24 * n, months=24, headroom_cents=MAX_CENTS // (n + 11))
        for n in range(10)
    )
    candidates = [
        structure(
            f"s{crew}",
            kind="ACI",
            is_capped=True,
            accounting_years=years,
            min_crew_cfte=crew,
            capacity_cfte_by_month=steady(MAX_CFTE - 1, MAX_MONTHS, APRIL),
        )
        for crew in (None, 1, 65_534, 65_535, MAX_CFTE - 1, MAX_CFTE)
    ]
    lists = lists_of([asked], candidates, limit_km=100)
    assert_as_rank([asked], candidates, lists, limit_km=100)
    assert len(set(lists.points[0, :6, kernel.HEADROOM].tolist())) > 1


@pytest.mark.parametrize("months", [1, 11, 12, 13, 62, 63, 80])
def test_windows_around_what_is_known(engine: str, months: int) -> None:
    """Beyond 62 months no bits tell; beyond the table everybody is unknown."""
    horizon = steady(200, 80, YEAR_2027) | {YEAR_2027 + 70: 10, YEAR_2027 + 5: 60}
    candidates = [
        structure("whole", capacity_cfte_by_month=horizon),
        structure("year", capacity_cfte_by_month=steady(200)),
        structure("crew", capacity_cfte_by_month=horizon, min_crew_cfte=70),
        structure("large", capacity_cfte_by_month=horizon, min_crew_cfte=5_000),
        structure("silent", capacity_cfte_by_month=None, capacity_certainty=Certainty.UNKNOWN),
    ]
    asked = [
        package("at", first_month=YEAR_2027, months=months),
        package("late", first_month=YEAR_2027 + 18, months=months),
        package("early", first_month=YEAR_2027 - 1, months=months, need_cfte=65),
    ]
    lists = lists_of(asked, candidates, limit_km=100, listed=2)
    assert_as_rank(asked, candidates, lists, limit_km=100)


def test_many_certifications(engine: str) -> None:
    names = [f"c{n}" for n in range(90)]
    candidates = [
        structure(f"s{n:02}", certifications=frozenset(names[n : n + 3])) for n in range(88)
    ] + [structure("untold", certifications=None)]
    asked = [
        package("one", required_certifications=frozenset({"c70"})),
        package("two", required_certifications=frozenset({"c70", "c72"})),
        package("never", required_certifications=frozenset({"held by nobody"})),
    ]
    lists = lists_of(asked, candidates, limit_km=100)
    assert_as_rank(asked, candidates, lists, limit_km=100)
    assert lists.found.tolist() == [4, 2, 1]


def test_a_trade_that_nobody_practises(engine: str) -> None:
    unsure = Skill(trade="proprete", certainty=Certainty.UNKNOWN, proficiency=0, reach_km=40)
    candidates = [structure("a", skills=()), structure("b", skills=(unsure,)), structure("c")]
    asked = [package("p", trade="couture"), package("q", trade="proprete")]
    lists = lists_of(asked, candidates, limit_km=100)
    assert_as_rank(asked, candidates, lists, limit_km=100)
    assert lists.found.tolist() == [0, 1]


def test_nobody_and_nothing() -> None:
    asked = columns_of([package("parc")], limit_km=100)
    assert rank_blocks([], asked).found.tolist() == [0]
    nothing = columns_of([], limit_km=100)
    assert len(rank_blocks(blocks_of([structure("a")]), nothing).found) == 0


def test_notes_that_do_not_add_up_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def promise_more(*arguments: object) -> None:
        heaps = arguments[-2]
        assert isinstance(heaps, np.ndarray)
        heaps[0, 0] = (99 << kernel.ROW_BITS) + kernel.LAST_ROW

    monkeypatch.setattr(kernel, "search", promise_more)
    with pytest.raises(RuntimeError, match="1 notes are not the sum"):
        lists_of([package("parc")], [structure("a", latitude_deg=45.09)], limit_km=100)


def test_headroom_that_can_bring_nothing_is_no_promise(engine: str) -> None:
    capped = {"kind": "ACI", "is_capped": True}
    candidates = [
        structure("zero", **capped, accounting_years=accounts(0)),
        structure("untold", **capped, accounting_years=accounts(None)),
        structure("none", **capped),
        structure("some", **capped, accounting_years=accounts(450_000)),
        structure("free"),
    ]
    guess = replace(practises("espaces-verts"), certainty=Certainty.GUESSED)
    candidates.append(structure("guess", **capped, accounting_years=accounts(0), skills=(guess,)))
    lists = lists_of([package("parc")], candidates, limit_km=100, listed=2)
    assert_as_rank([package("parc")], candidates, lists, limit_km=100)

"""The benchmark world: the same everywhere, true to its classes, nobody left out wrongly."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.instances import CLASSES, instance, notice, stored
from benchmarks.instances.country import (
    _country,
    build_country,
    candidates,
    country,
    slow_candidates,
)
from benchmarks.instances.drafts import SORTS, draft
from benchmarks.instances.layout import DENSITY, REAL, read_layout
from benchmarks.instances.near import everybody, filtered
from benchmarks.instances.stored import StaleFile, sized
from benchmarks.known import cost_of
from cordee.engine.compose import compose
from cordee.engine.pairs import build_pairs
from cordee.engine.result import Status

DIGESTS = {750: "ca778cf2cdfb0a3b", 5_000: "6da19746b82580a5"}


@pytest.mark.parametrize("size", DIGESTS)
def test_a_country_is_the_same_on_every_machine(size: int) -> None:
    assert build_country(size, read_layout(DENSITY)).digest == DIGESTS[size]


def test_a_country_comes_back_from_the_state_folder_as_it_was_built() -> None:
    built = country(750)
    _country.cache_clear()
    again = country(750)
    assert again is not built
    assert again.digest == built.digest
    assert np.array_equal(again.headroom_cents, built.headroom_cents)
    assert np.array_equal(again.unit, built.unit)


def test_a_country_looks_like_one() -> None:
    of = country(5_000)
    activities = np.bitwise_count(of.trades).mean()
    chantiers = np.bincount(of.organisation)
    alone = (chantiers == 1).sum() / (chantiers > 0).sum()
    assert 3.3 < activities < 3.7
    assert 0.90 < alone < 0.95
    assert chantiers.max() == 2
    assert 0.55 < (of.kind == 0).mean() < 0.65
    assert set(of.supervisors.tolist()) == {1, 2, 3, 4, 5}
    assert (np.diff(of.latitude_deg) >= 0).all()


def test_siblings_are_of_one_organisation() -> None:
    of = country(5_000)
    rows = np.flatnonzero(of.sibling >= 0)
    assert (of.sibling[of.sibling[rows]] == rows).all()
    assert (of.organisation[of.sibling[rows]] == of.organisation[rows]).all()


def test_unchecked_candidates_are_those_of_the_constructor() -> None:
    of = country(750)
    months = list(range(24_326, 24_350))
    rows = np.arange(0, 750, 5)
    assert candidates(of, rows, months) == slow_candidates(of, rows, months)


@pytest.mark.parametrize("klass", CLASSES)
@pytest.mark.parametrize("number", [0, 2, 5])
def test_the_filter_leaves_every_pair(klass: str, number: int) -> None:
    """Same pairs, same answer and same cost as among the whole country."""
    of = country(750)
    drawn = draft(of, klass, number)
    packages = drawn.sized(sized(of, drawn).needs)
    near, whole = filtered(of, packages, drawn.params), everybody(of, packages, drawn.params)
    assert build_pairs(near).all == build_pairs(whole).all
    if klass in {"ordinary", "impossible"}:
        mine, theirs = (compose(p, time_limit_s=20, seed=0) for p in (near, whole))
        assert (mine.status, mine.objective) == (theirs.status, theirs.objective)


@pytest.mark.parametrize("klass", ["ordinary", "dense", "hard"])
def test_teams_planted_hold(klass: str) -> None:
    planted = 0
    for number in range(8):
        each = instance(750, klass, number)
        if each.planted:
            shares = tuple((*key, cfte) for key, cfte in each.planted.items())
            assert cost_of(each.problem, shares, solo=False)
            planted += 1
    assert planted >= 4


@pytest.mark.parametrize(
    ("size", "klass", "packages", "partners"),
    [
        (5_000, "ordinary", (3, 12), (3, 9)),
        (5_000, "dense", (7, 14), (6, 10)),
        (5_000, "hard", (12, 24), (8, 12)),
        (750, "hard", (6, 12), (5, 8)),
    ],
)
def test_classes_have_their_sizes(
    size: int, klass: str, packages: tuple[int, int], partners: tuple[int, int]
) -> None:
    for number in range(10):
        drawn = draft(country(size), klass, number)
        assert packages[0] <= len(drawn.packages) <= packages[1]
        assert partners[0] <= drawn.params.max_partners <= partners[1]
        if klass == "ordinary":
            assert 500 <= drawn.load_permille <= 650


@pytest.mark.parametrize("number", range(len(SORTS)))
def test_impossible_ones_are(number: int) -> None:
    each = instance(750, "impossible", number)
    result = compose(each.problem, time_limit_s=10, seed=0)
    assert each.sort == SORTS[number]
    assert result.status is Status.IMPOSSIBLE
    expected = {
        "trade": "trade",
        "reach": "reach",
        "month": "capacity",
        "ceiling": "ceiling",
        "partners": "partners",
    }
    assert result.impossibility is not None
    reasons = {str(reason.shortage) for reason in result.impossibility.reasons}
    if each.sort in expected:
        assert expected[each.sort] in reasons


def test_a_notice_is_the_same_twice() -> None:
    first = notice(750, "dense", 1)
    _country.cache_clear()
    assert notice(750, "dense", 1) == first


def test_sizes_made_for_another_draft_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORDEE_STATE", str(tmp_path))
    of = country(750)
    drawn = draft(of, "hard", 0)
    sized(of, drawn)
    path = stored.path_of(of)
    entries = stored.read(path)
    entries[drawn.name]["draft"] = "another"
    stored.write(path, entries)
    with pytest.raises(StaleFile, match="hard-00"):
        sized(of, drawn)


def test_an_unknown_class_is_refused() -> None:
    with pytest.raises(ValueError, match="easy"):
        instance(750, "easy", 0)


@pytest.mark.usefixtures("real_places")
@pytest.mark.parametrize("size", [750, 5_000, 50_000])
def test_the_stored_needs_are_those_of_the_generator(size: int) -> None:
    """Twenty of each class, made for the drafts that are drawn today."""
    of = country(size)
    assert of.layout == REAL
    entries = stored.read(stored.path_of(of))
    for klass in CLASSES:
        for number in range(20):
            drawn = draft(of, klass, number)
            assert entries[drawn.name]["draft"] == stored.made_for(drawn)

"""The ranking of the night: what `rank_structures` would keep, for all, without doubling."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cordee.members.models import Network, SharingAgreement, Structure
from cordee.members.sharing import FigureClass, Viewer
from cordee.mobilisation import actions, night, problem
from cordee.mobilisation.models import NightRanking
from cordee.opportunities.models import Audience, Opportunity, WorkPackage
from tests.composing.conftest import DAY, Valley

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


def run(folder: Path, progress: night.Progress = lambda *_: None) -> night.Report:
    with ThreadPoolExecutor(1) as executor:
        return night.rank_all(
            on=DAY, now=NOON, folder=folder / "night", executor=executor, progress=progress
        )


def kept() -> list[dict[str, Any]]:
    """Every row but when it was written."""
    return [
        {name: value for name, value in row.items() if name != "made_at"}
        for row in NightRanking.objects.order_by("pk").values()
    ]


@pytest.fixture
def small_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several blocks, batches and slices, even in the valley."""
    monkeypatch.setattr(night, "STRUCTURES_PER_BLOCK", 3)
    monkeypatch.setattr(night, "STRUCTURES_READ_AT_ONCE", 2)
    monkeypatch.setattr(night, "PACKAGES_AT_ONCE", 2)


@pytest.mark.usefixtures("small_cuts")
def test_the_night_keeps_what_asking_would_give(valley: Valley, tmp_path: Path) -> None:
    """Same structures, notes, terms and facts, for the network and for everybody."""
    report = run(tmp_path)
    views = [(valley.viewer, valley.network), (Viewer(None, DAY), None)]
    compared = 0
    for slug in ("berges", "mobilier"):
        breakdown = valley.opportunity(slug).latest_breakdown()
        assert breakdown is not None
        for viewer, network in views:
            asked = actions.rank_structures(breakdown=breakdown, viewer=viewer, by=None)
            for package, expected in zip(breakdown.packages.all(), asked.rows, strict=True):
                stored = NightRanking.objects.get(package=package, network=network)
                rows = json.loads(json.dumps(expected["ranked"]))
                for row in [*rows, *stored.rows]:
                    row["facts"].pop("trade")
                assert stored.rows == rows
                assert stored.ranked == len(rows)
                assert stored.compared == stored.ranked + sum(stored.set_aside.values())
                compared += len(rows)
    assert compared > 10
    assert report.kept == NightRanking.objects.count()


@pytest.mark.usefixtures("small_cuts")
def test_twice_is_the_same_state(valley: Valley, tmp_path: Path) -> None:
    first = run(tmp_path)
    before = kept()
    again = run(tmp_path)
    assert kept() == before
    assert (again.kept, again.already) == (0, first.kept)
    assert [path.name for path in (tmp_path / "night").iterdir()] == ["lock"]


class Killed(Exception):
    """What stands for the end of a process."""


@pytest.mark.usefixtures("small_cuts")
@pytest.mark.parametrize("after", [1, 2, 4, 6, 9, 12])
def test_a_killed_run_goes_on(valley: Valley, tmp_path: Path, after: int) -> None:
    """Killed while reading or while keeping: the second run ends as one alone would have."""
    calls = 0

    def kill(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == after:
            raise Killed

    with pytest.raises(Killed):
        run(tmp_path, kill)
    read, done = set((tmp_path / "night" / "plan").glob("*.npz")), NightRanking.objects.count()
    stamps = {path: path.stat().st_mtime_ns for path in read}
    written: set[Path] = set()

    def look(*_: object) -> None:
        written.update((tmp_path / "night" / "plan").glob("*.npz"))
        assert all(path.stat().st_mtime_ns == stamps[path] for path in read if path in finished)

    finished = {path for path in read if path.with_name(f"{path.name[:5]}.json").exists()}
    report = run(tmp_path, look)
    assert report.already == done
    whole = kept()
    assert len(whole) == report.kept + done
    assert read <= written
    NightRanking.objects.all().delete()
    run(tmp_path / "alone")
    strip = [{name: v for name, v in row.items() if name != "id"} for row in whole]
    alone = [{name: v for name, v in row.items() if name != "id"} for row in kept()]
    order = ("package_id", "network_id")
    key = lambda row: [row[name] or 0 for name in order]  # noqa: E731
    assert sorted(alone, key=key) == sorted(strip, key=key)


def test_what_changed_is_ranked_again(valley: Valley, tmp_path: Path) -> None:
    run(tmp_path)
    Structure.objects.filter(name="Pierre et Chaux").update(is_closed=True)
    report = run(tmp_path)
    assert report.already == 0
    names = {row["name"] for each in NightRanking.objects.all() for row in each.rows}
    assert "Pierre et Chaux" not in names
    assert "Rives et Sentiers" in names


def test_closed_calls_are_forgotten(valley: Valley, tmp_path: Path) -> None:
    run(tmp_path)
    closed = valley.opportunity("berges")
    gone = NightRanking.objects.filter(package__breakdown__opportunity=closed).count()
    Opportunity.objects.filter(pk=closed.pk).update(deadline=NOON - timedelta(hours=1))
    assert run(tmp_path).dropped == gone > 0
    assert not NightRanking.objects.filter(package__breakdown__opportunity=closed).exists()


def test_a_network_that_is_told_nothing_more_is_forgotten(valley: Valley, tmp_path: Path) -> None:
    """Ending the agreements drops its lists: it then reads what everybody may see."""
    run(tmp_path)
    assert NightRanking.objects.filter(network=valley.network).exists()
    SharingAgreement.objects.update(ends_on=DAY - timedelta(days=1), starts_on="2020-01-01")
    run(tmp_path)
    assert not NightRanking.objects.filter(network__isnull=False).exists()
    assert NightRanking.objects.exists()


def test_what_everybody_sees_holds_no_figure(valley: Valley, tmp_path: Path) -> None:
    run(tmp_path)
    for each in NightRanking.objects.filter(network__isnull=True):
        for row in each.rows:
            facts = row["facts"]
            assert facts["known_months"] == 0
            assert facts["headroom_cents"] is None
            assert facts["least_capacity_cfte"] is None


def test_figures_of_one_network_are_not_in_the_list_of_another(
    valley: Valley, tmp_path: Path
) -> None:
    other = Network.objects.create(name="Autre", slug="autre")
    own = Structure.objects.get(name="Rives et Sentiers")
    for figures in SharingAgreement.FigureClass:
        SharingAgreement.objects.create(
            structure=own,
            network=other,
            figure_class=figures,
            may_see=True,
            may_compose=True,
            starts_on=DAY,
        )
    run(tmp_path)
    rows = [row for each in NightRanking.objects.filter(network=other) for row in each.rows]
    told = {row["name"] for row in rows if row["facts"]["known_months"]}
    assert told == {"Rives et Sentiers"}
    assert len({row["name"] for row in rows}) > 3


def test_a_private_need_is_ranked_for_its_people(valley: Valley, tmp_path: Path) -> None:
    other = Network.objects.create(name="Autre", slug="autre")
    package = valley.opportunity("berges").latest_breakdown().packages.first()
    assert package is not None
    assert night._is_for(package, other)
    opportunity = package.breakdown.opportunity
    opportunity.source = "private"
    waits = Audience.objects.create(opportunity=opportunity, network=valley.network)
    assert not night._is_for(package, valley.network)
    waits.state = Audience.State.PUBLISHED
    waits.save()
    assert not night._is_for(package, other)
    assert night._is_for(package, valley.network)
    assert night._is_for(package, None)
    assert night._is_for(package, Network(parent=valley.network))


def test_a_package_without_a_place_is_told(valley: Valley, tmp_path: Path) -> None:
    breakdown = valley.opportunity("berges").latest_breakdown()
    assert breakdown is not None
    WorkPackage.objects.create(
        breakdown=breakdown,
        position=99,
        label="Tonte",
        trade="espaces-verts",
        first_month=24_000,
        months=1,
        need_cfte=1,
        amount_cents=1,
    )
    (line,) = [line for line in run(tmp_path).refused if "Tonte" in line]
    assert "lieu" in line


def test_two_runs_at_once_are_refused(valley: Valley, tmp_path: Path) -> None:
    def begin_another(*_: object) -> None:
        with pytest.raises(night.AlreadyRunning):
            run(tmp_path)

    assert run(tmp_path, begin_another).kept > 0


def test_a_plan_of_another_day_is_made_again(valley: Valley, tmp_path: Path) -> None:
    plan = tmp_path / "night" / "plan"
    plan.mkdir(parents=True)
    words = {
        "day": "2026-11-24",
        "engine_version": problem.ENGINE_VERSION,
        "first_month": 0,
        "months": 99_999,
        "views": [],
        "cuts": [],
    }
    (plan / "plan.json").write_text(json.dumps(words))
    (plan / "00000.json").write_text("{}")
    assert run(tmp_path).views > 1


def test_reading_structures_takes_few_queries(
    valley: Valley, tmp_path: Path, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    """By batch of structures and slice of packages, never by structure."""
    with django_assert_max_num_queries(45 + 6 * 2 * WorkPackage.objects.count()):
        run(tmp_path)


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("rank_all", "--on", DAY.isoformat(), *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.mark.usefixtures("at_noon")
def test_the_command_says_what_it_did(valley: Valley) -> None:
    sentence = command("--threads", "1")
    assert "classements gardés, 0\u202fdéjà fait, 0\u202fretiré" in sentence
    assert "0\u202fclassement gardé" in command("--threads", "1")


@pytest.mark.usefixtures("at_noon")
def test_progress_is_told_once_it_lasts(valley: Valley, monkeypatch: pytest.MonkeyPatch) -> None:
    from cordee.mobilisation.management.commands import rank_all

    monkeypatch.setattr(rank_all, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(rank_all, "SECONDS_BETWEEN_LINES", 0.0)
    err = StringIO()
    call_command("rank_all", "--on", DAY.isoformat(), stdout=StringIO(), stderr=err)
    assert "Structures lues" in err.getvalue()
    assert "Classements gardés" in err.getvalue()


@pytest.mark.usefixtures("at_noon")
def test_progress_counts_every_list_once(valley: Valley, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    report = run(tmp_path, progress=lambda *each: told.append(each))
    counted = [(done, total) for what, done, total in told if what == "Classements gardés"]
    assert report.views > 1
    assert [done for done, _ in counted] == list(range(1, report.kept + 1))
    assert all(done <= total for done, total in counted)


def test_threads_are_one_or_more(db: None) -> None:
    with pytest.raises(CommandError, match="--threads 0"):
        command("--threads", "0")


def test_without_the_extra_the_scheduler_says_what_to_install(
    valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(CommandError, match="uv sync --extra cluster"):
        command("--scheduler", "tcp://127.0.0.1:1")


@pytest.mark.usefixtures("at_noon")
def test_the_scheduler_gives_the_same_rows(valley: Valley) -> None:
    distributed = pytest.importorskip("distributed")
    command("--threads", "1")
    before = kept()
    NightRanking.objects.update(computed_for=DAY - timedelta(days=1))
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0", protocol="tcp"
    ) as cluster:
        command("--scheduler", cluster.scheduler_address)
    assert kept() == before


def test_the_view_of_a_network_is_its_own(valley: Valley) -> None:
    """The rights of the night are those of the network itself, whoever works there."""
    viewer, network = night._viewer(valley.network.slug, DAY), FigureClass.NETWORK
    assert viewer.usable[network] <= Viewer.of_network(valley.network, DAY).usable[network]
    assert viewer.usable[network] <= viewer.seen[network]
    assert night._viewer(night.FOR_ALL, DAY).usable[network] == frozenset()

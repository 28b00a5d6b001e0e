"""From a source to the database: what is kept, where a run goes on, and how a failure is told."""

import fcntl
import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cordee.opportunities.actions import importing, syncing
from cordee.opportunities.actions.syncing import sync_source
from cordee.opportunities.import_report import SyncReport
from cordee.opportunities.models import (
    AwardedContract,
    ContractHolder,
    NoticeVersion,
    Publication,
    SourceState,
)
from cordee.opportunities.sources.registry import FEEDS
from tests.opportunities.sources.makers import (
    ON,
    BoampApi,
    DecpApi,
    TedApi,
    before,
    boamp_record,
    contract,
)
from tests.opportunities.sources.server import LocalSource, Reply, Request, as_json, misbehaving

pytestmark = pytest.mark.django_db
type Live = Callable[..., LocalSource]
DOWN = Reply(b"en travaux", status=503)


@pytest.fixture(autouse=True)
def _somewhere(valley: Any) -> None:
    """Communes of the tests."""


def sync(slug: str, **options: Any) -> SyncReport:
    chosen: dict[str, Any] = {"on": ON, "is_urgent": True} | options
    return sync_source(FEEDS[slug], **chosen)


def state(slug: str) -> SourceState:
    return SourceState.objects.get(source=slug)


def ids(source: str) -> list[str]:
    found = Publication.objects.filter(source=source).order_by("source_id")
    return list(found.values_list("source_id", flat=True))


def week() -> BoampApi:
    return BoampApi([boamp_record(f"26-{days:03d}", before(days)) for days in range(9)])


# --- What is kept -----------------------------------------------------------------------------


def test_notices_come_in_once_whatever_their_order(live: Live) -> None:
    api = week()
    source = live(boamp=api)
    report = sync("boamp", since=before(8))
    assert (report.new, report.known, report.rejected, report.read_until) == (9, 0, [], ON)
    api.records = [dict(reversed(item.items())) for item in reversed(api.records)] * 2
    api.records.append(boamp_record("26-900", before(3)))
    again = sync("boamp")
    assert (again.new, again.known) == (1, 16)
    assert NoticeVersion.objects.count() == 10
    first_asked = source.asked[9].query["where"]
    assert f"{before(7)}" in first_asked, "seven days are read again: some come late"


def test_a_changed_notice_is_a_version_more(live: Live) -> None:
    api = BoampApi([boamp_record("26-001", ON)])
    live(boamp=api)
    sync("boamp", since=ON)
    api.records = [boamp_record("26-001", ON, objet="Autre objet")]
    assert sync("boamp").new == 1
    assert (ids("boamp"), NoticeVersion.objects.count()) == (["26-001"], 2)


def test_ted_notices_become_opportunities(live: Live) -> None:
    live(ted=TedApi({ON: ["1-2026", "2-2026", "3-2026"]}))
    assert sync("ted", since=ON).new == 3
    assert ids("ted") == ["00000001-2026", "00000002-2026", "00000003-2026"]


def test_ted_is_not_asked_for_what_we_hold(live: Live) -> None:
    source = live(ted=TedApi({ON: ["1-2026", "2-2026"]}))
    sync("ted", since=ON)
    source.asked.clear()
    assert (sync("ted", since=ON).new, [r.method for r in source.asked]) == (0, ["POST"])


def test_contracts_and_who_works_with_whom(live: Live) -> None:
    api = DecpApi()
    api.put("decp-2026-11.json", [contract("A"), contract(""), contract("A")])
    live(decp=api)
    report = sync("decp", since=ON)
    assert (report.new, len(report.rejected)) == (1, 1)
    assert AwardedContract.objects.get().amount_cents == 8_450_000
    assert ContractHolder.objects.count() == 3
    api.put("decp-2026-11.json", [contract("C"), contract("A")])
    again = sync("decp")
    assert (again.new, again.known) == (1, 1)


def test_what_is_rejected_is_named_and_remembered(live: Live) -> None:
    bad = boamp_record("26-002", ON)
    bad["donnees"] = "{"
    live(boamp=BoampApi([boamp_record("26-001", ON), bad, {"dateparution": f"{ON}"}]))
    report = sync("boamp", since=ON)
    assert report.new == 1
    assert [error.place for error in report.rejected] == [
        "BOAMP 26-002, ligne 1",
        "BOAMP du 25/11/2026, avis 3 de la page",
    ]
    assert [row[0] for row in state("boamp").rejected] == [e.place for e in report.rejected]
    assert "2\u202frefusés" in report.as_text(ON)
    assert "BOAMP 26-002" in report.as_text(ON)


# --- Where a run goes on ----------------------------------------------------------------------


def test_a_first_run_begins_a_month_before(live: Live) -> None:
    source = live(boamp=BoampApi())
    sync("boamp")
    assert f"{before(30)}" in source.asked[0].query["where"]
    assert state("boamp").read_until == ON


@pytest.mark.parametrize("stop_at", range(1, 12))
def test_a_run_killed_at_any_page_gives_the_same_in_the_end(
    live: Live, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    """Killed while a page is kept: before, in the middle of it, or before its place is noted."""
    records = [
        boamp_record(f"26-{day}{number:03d}", before(day)) for day in (2, 1, 0) for number in (1, 2)
    ]
    live(boamp=BoampApi(records))
    really_import, done = importing.import_document, [0]

    def killed(*args: Any, **options: Any) -> Any:
        done[0] += 1
        if done[0] * 2 == stop_at:
            raise KeyboardInterrupt
        found = really_import(*args, **options)
        if done[0] * 2 + 1 == stop_at:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(syncing, "import_document", killed)
    if stop_at > 1:
        with pytest.raises(KeyboardInterrupt):
            sync("boamp", since=before(2))
    monkeypatch.setattr(syncing, "import_document", really_import)
    report = sync("boamp", since=before(2))
    assert ids("boamp") == sorted(record["idweb"] for record in records)
    assert NoticeVersion.objects.count() == 6
    assert (state("boamp").read_until, state("boamp").resume) == (ON, {})
    assert report.new + stop_at // 2 >= 6


def test_catching_up_goes_on_after_a_failure(live: Live, settings: Any) -> None:
    """A source that falls in the middle of an old month is taken up there, days later."""
    api = week()
    asked = [0]

    def behave(request: Request) -> Reply:
        asked[0] += 1
        return DOWN if 4 <= asked[0] <= 5 else api(request)

    source = live(boamp=behave)
    report = sync("boamp", since=before(8))
    assert report.down is not None
    assert report.new == 3
    assert state("boamp").read_until == before(6)
    report = sync("boamp", on=ON + timedelta(days=2))
    assert report.new == 6
    assert len(ids("boamp")) == 9
    assert state("boamp").read_until == ON + timedelta(days=2)
    assert source.asked


def test_a_gap_is_not_forgotten(live: Live) -> None:
    """`--since` beyond what is read leaves days between: the next run reads them."""
    live(boamp=week())
    sync("boamp", on=before(8), since=before(8))
    sync("boamp", since=before(1))
    assert state("boamp").read_until == before(8)
    assert sync("boamp").new == 6
    assert state("boamp").read_until == ON


def test_nothing_new_is_not_read_again(live: Live) -> None:
    live(boamp=BoampApi([boamp_record("26-001", ON)], etags=True))
    sync("boamp", since=ON)
    assert state("boamp").seen
    report = sync("boamp", since=ON)
    assert (report.new, report.known, report.was_read) == (0, 0, True)


# --- Failing softly ---------------------------------------------------------------------------


def test_a_source_that_is_down_is_told_and_left_in_peace(live: Live) -> None:
    source = live(boamp=lambda request: DOWN)
    pauses = []
    for failures in range(1, 5):
        report = sync("boamp")
        row = state("boamp")
        assert row.failures == failures
        assert row.is_down == (failures >= 3)
        assert row.next_try is not None
        assert row.last_try is not None
        pauses.append(row.next_try - row.last_try)
    assert pauses == [timedelta(minutes=minutes) for minutes in (10, 20, 40, 80)]
    assert "Réponse 503 : la source est en panne «\u00a0en travaux\u00a0»" in row.reason
    assert "Ce qui a été reçu reste" in report.as_text(ON)
    asked = len(source.asked)
    assert sync("boamp", is_urgent=False).put_off
    assert len(source.asked) == asked
    SourceState.objects.update(next_try=timezone.now() - timedelta(seconds=1))
    assert not sync("boamp", is_urgent=False).put_off


def test_the_pause_stays_under_a_day() -> None:
    row, now = SourceState(source="boamp"), timezone.now()
    for _ in range(200):
        row.failed(now, "Panne.", "", wait=timedelta())
    assert row.next_try == now + timedelta(hours=20)
    row.failed(now, "Panne.", "", wait=timedelta(days=2))
    assert row.next_try == now + timedelta(days=2)


def test_what_a_source_asks_for_is_waited(live: Live) -> None:
    live(boamp=lambda request: Reply(status=429, headers={"Retry-After": "7200"}))
    sync("boamp")
    row = state("boamp")
    assert row.next_try is not None
    assert row.last_try is not None
    assert row.next_try - row.last_try == timedelta(hours=2)


def test_a_source_that_recovers_is_well_again(live: Live) -> None:
    live(boamp=misbehaving(DOWN, DOWN, then=week()))
    assert sync("boamp", since=ON).down is not None
    assert sync("boamp", since=ON).down is None
    row = state("boamp")
    assert (row.failures, row.failing_since, row.next_try, row.reason) == (0, None, None, "")
    assert row.last_success is not None


def test_a_source_that_moved_says_where(live: Live, settings: Any) -> None:
    api = week()

    def behave(request: Request) -> Reply:
        if request.path == "/boamp":
            question = "&".join(f"{k}={v}" for k, v in request.query.items()).replace(" ", "%20")
            return Reply(status=301, headers={"Location": f"/nouveau?{question}"})
        return api(request)

    live(boamp=behave)
    report = sync("boamp", since=ON)
    assert report.new == 1
    assert state("boamp").moved_to.endswith("/nouveau")
    assert "Écrivez cette adresse dans CORDEE_BOAMP_URL." in report.as_text(ON)


def test_two_runs_of_one_source_do_not_meet(live: Live, settings: Any) -> None:
    live(boamp=week())
    folder = settings.STATE_DIR / "sources"
    folder.mkdir(parents=True)
    with (folder / "boamp.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        report = sync("boamp")
        assert (report.is_taken, report.was_read) == (True, False)
        assert "ailleurs" in report.as_text(ON)
    assert sync("boamp").was_read


# --- The command ------------------------------------------------------------------------------


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cordee.base.terminal.prepare_base", lambda stderr: None)


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("sync_sources", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.usefixtures("prepared")
def test_the_command_reads_all_sources_though_one_is_down(live: Live) -> None:
    today = timezone.localdate()
    contracts = DecpApi()
    contracts.put(f"decp-{today:%Y-%m}.json", [contract("A")])
    live(boamp=BoampApi([boamp_record("26-001", today)]), ted=lambda request: DOWN, decp=contracts)
    out, err = run("--since", f"{today}")
    assert "BOAMP\u00a0: 1\u202fnouveauté, 0\u202fdéjà connue, lu jusqu’au" in out
    assert "TED\u00a0: en échec depuis le" in out
    assert "DECP\u00a0: 1\u202fnouveauté" in out
    assert "  BOAMP, " in err
    assert (ids("boamp"), AwardedContract.objects.count()) == (["26-001"], 1)


@pytest.mark.usefixtures("prepared")
def test_the_command_asks_one_source_even_before_its_time(live: Live) -> None:
    source = live(boamp=misbehaving(DOWN, DOWN, then=BoampApi()))
    with pytest.raises(SystemExit) as stop:
        run("--source", "boamp")
    assert stop.value.code == 2
    asked = len(source.asked)
    assert "lu jusqu’au" in run("--source", "boamp")[0]
    assert len(source.asked) > asked
    assert list(SourceState.objects.values_list("source", flat=True)) == ["boamp"]


@pytest.mark.usefixtures("prepared")
def test_the_command_leaves_a_source_alone_until_its_time(live: Live) -> None:
    live(boamp=lambda request: DOWN, ted=TedApi(), decp=lambda request: DOWN)
    run()
    assert "pas d’essai avant le" in run()[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "2999-01-01"], "n’est pas encore venu"),
        (["--since", "hier"], "n’est pas un jour"),
    ],
)
@pytest.mark.usefixtures("prepared")
def test_the_command_refuses_a_strange_day(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*arguments)


def test_default_addresses_are_https() -> None:
    """Those of a real installation, which no test asks."""
    from config import settings as defaults

    asked = defaults.SOURCES_ADDRESSES.items()
    plain = {name for name, url in asked if not url.startswith("https://")}
    assert {name for name in plain if f"CORDEE_{name.upper()}_URL" not in os.environ} == set()


def test_days_of_a_report_are_plain() -> None:
    report = SyncReport("BOAMP", read_until=date(2026, 11, 25))
    report.next_try = datetime(2026, 11, 26, 8, 30, tzinfo=timezone.get_current_timezone())
    assert "lu jusqu’au 25\u202fnovembre" in report.as_text(ON)
    report.put_off = True
    assert "26\u202fnovembre, 8\u202fh" in report.as_text(ON)


def test_an_odd_page_stops_nothing_else(live: Live) -> None:
    live(boamp=lambda request: as_json({"message": "nouvelle forme"}))
    report = sync("boamp")
    assert report.down is not None
    assert "L’API a changé" in report.down.cure

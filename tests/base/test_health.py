"""What machines are told of Cordée, what pages say of it, and what each part looks at."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connection
from django.tasks import TaskResultStatus
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from cordee.base import health, schedule
from cordee.base.health import Fact, Level
from cordee.base.mail.models import MailServerPause, OutgoingMail
from cordee.base.models import ScheduledRun
from cordee.opportunities.models import SourceState
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
NOW = timezone.now()
QUERIES = 8
"""The most that one look costs, whatever is in the base."""


@pytest.fixture(autouse=True)
def this_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole run may begin half an hour before these tests: much would be late by then."""
    monkeypatch.setitem(globals(), "NOW", timezone.now())


@pytest.fixture
def ticked() -> None:
    """The schedule ran a moment ago, and is on time."""
    for job in schedule.jobs():
        ScheduledRun.objects.create(name=job.name, started_at=NOW, outcome="done")


def mail(key: str, minutes_ago: int, **more: Any) -> None:
    made = OutgoingMail.objects.create(
        key=key, kind="account", **{"recipient": f"{key}@exemple.fr", "subject": "x"} | more
    )
    OutgoingMail.objects.filter(pk=made.pk).update(created_at=NOW - timedelta(minutes=minutes_ago))


def task(queue: str, minutes_ago: float, status: str = TaskResultStatus.READY, **more: Any) -> None:
    made = DBTaskResult.objects.create(
        queue_name=queue,
        status=status,
        args_kwargs={},
        run_after=get_date_max(),
        backend_name="default",
        task_path="x",
        exception_class_path="",
        traceback="",
        **more,
    )
    at = NOW - timedelta(minutes=minutes_ago)
    DBTaskResult.objects.filter(pk=made.pk).update(enqueued_at=at)


# --- For machines -----------------------------------------------------------------------------


@pytest.mark.usefixtures("ticked")
def test_a_machine_is_told_that_all_is_well(client: StrictClient) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert {"base", "schedule", "queue", "mail", "sources", "disk"} == set(answer.json()["parts"])
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


@pytest.mark.usefixtures("ticked")
def test_it_costs_the_same_few_queries_and_none_where_it_is_asked_again(
    client: StrictClient,
) -> None:
    for number in range(30):
        mail(f"m{number}", 60, attempts=3, last_error="refusé")
        task("mail", 60)
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/health").status_code == 503
    assert len(queries) <= QUERIES
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/health").status_code == 503
    assert len(queries) == 0


@pytest.mark.parametrize("more", [{}, {"secure": True}, {"headers": {"host": "nobody.example"}}])
def test_neither_host_nor_https_stand_before_it(
    client: StrictClient, settings: Any, more: dict[str, Any]
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/health", **more).json()["status"] in {"ok", "watch"}


def test_it_opens_no_session_and_asks_nobody(signed_in_client: Any, django_user_model: Any) -> None:
    someone = signed_in_client(django_user_model.objects.create_user("elle@exemple.fr"))
    with CaptureQueriesContext(connection) as queries:
        someone.get("/health")
    assert not [query for query in queries if "session" in query["sql"]]
    assert someone.post("/health").status_code == 405
    assert Client().head("/health").content == b""


def test_a_base_that_is_gone_is_told_and_asked_once(
    client: StrictClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def gone(*args: Any) -> Any:
        asked.append(args)
        raise OperationalError("could not connect to server")

    monkeypatch.setattr(connection, "cursor", gone)
    answer = client.get("/health")
    assert answer.status_code == 503
    parts = answer.json()["parts"]
    assert parts["base"]["status"] == "down"
    assert {parts[name]["status"] for name in ("schedule", "queue", "mail")} == {"unknown"}
    assert parts["disk"]["status"] == "ok"
    assert len(asked) == 1


def test_a_look_that_takes_seconds_is_one_for_all_who_ask_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those who waited for their turn asked before the look had ended."""
    looked = []

    def slow(now: datetime) -> Fact:
        looked.append(now)
        return Fact(Level.DOWN, "")

    monkeypatch.setattr(health, "_parts", {"base": health.Part("base", "La base", slow, 10)})
    asked = timezone.now() - timedelta(seconds=5, milliseconds=-200)
    first = health.known(asked, at_most=health.FOR_MACHINES)
    assert first.at > asked + timedelta(seconds=4)
    assert health.known(asked, at_most=health.FOR_MACHINES) == first
    assert len(looked) == 1
    health.known(asked - timedelta(hours=1), at_most=health.FOR_MACHINES)
    assert len(looked) == 2, "the clock was set back by an hour"


def test_a_part_that_breaks_does_not_hide_the_others(
    client: StrictClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(now: datetime) -> Fact:
        raise ValueError("une faute")

    monkeypatch.setitem(
        health._parts, "queue", health.Part("queue", "Ce qu’on lui demande", breaks, 30)
    )
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["parts"]["queue"]["status"]) == (503, "down")
    assert answer.json()["parts"]["base"]["status"] == "ok"
    assert "une faute" not in answer.content.decode()
    assert "queue could not be looked at" in caplog.text


def test_a_report_of_another_version_is_looked_at_anew(client: StrictClient) -> None:
    cache.set("base.health", {"at": NOW, "facts": {"base": {"gone": 1}}}, None)
    assert client.get("/health").json()["parts"]["base"]["status"] == "ok"


# --- What each part looks at --------------------------------------------------------------------


def look(part: Callable[[datetime], Fact]) -> Fact:
    return part(NOW)


def test_a_schedule_that_never_ran_is_watched() -> None:
    assert look(health.the_schedule).level is Level.WATCH


@pytest.mark.usefixtures("ticked")
def test_a_job_forgotten_is_told_since_it_was_due() -> None:
    assert look(health.the_schedule).level is Level.OK
    due = NOW - timedelta(minutes=59)
    ScheduledRun.objects.filter(name="courriers").update(started_at=NOW - timedelta(hours=1))
    fact = look(health.the_schedule)
    assert (fact.level, fact.since, fact.figures["late"]) == (Level.DOWN, due, ["courriers"])
    ScheduledRun.objects.filter(name="health").update(running_until=NOW + timedelta(minutes=5))
    assert look(health.the_schedule).level is Level.OK, "a long job holds the others"


@pytest.mark.usefixtures("ticked")
def test_a_time_that_has_not_come_is_told() -> None:
    ScheduledRun.objects.filter(name="courriers").update(started_at=NOW + timedelta(days=365))
    fact = look(health.the_schedule)
    assert (fact.level, fact.figures["future"]) == (Level.DOWN, ["courriers"])
    assert fact.figures["last_tick"] == NOW


@pytest.mark.usefixtures("ticked")
def test_a_job_that_fails_is_watched() -> None:
    ScheduledRun.objects.filter(name="courriers").update(outcome="failed", error="trop tôt")
    fact = look(health.the_schedule)
    assert (fact.level, fact.figures["failed"]) == (Level.WATCH, ["courriers"])


def test_a_queue_that_nobody_takes_is_told_and_a_busy_one_is_not() -> None:
    task("imports", 1)
    assert look(health.queues).level is Level.OK
    task("mail", 9)
    fact = look(health.queues)
    assert (fact.level, fact.since) == (Level.DOWN, NOW - timedelta(minutes=9))
    assert fact.figures["mail"]["is_stopped"]
    assert not fact.figures["imports"]["is_stopped"]
    running = TaskResultStatus.RUNNING
    task("mail", 10, running, started_at=NOW - timedelta(minutes=10))
    assert look(health.queues).level is Level.OK
    DBTaskResult.objects.update(started_at=NOW - timedelta(hours=2))
    assert look(health.queues).level is Level.DOWN, "left running by a worker that died"
    done = TaskResultStatus.SUCCESSFUL
    task("mail", 5, done, started_at=NOW - timedelta(minutes=1), finished_at=NOW)
    assert look(health.queues).level is Level.OK, "one was taken a minute ago"


def test_a_task_of_later_does_not_wait() -> None:
    task("default", 60)
    DBTaskResult.objects.update(run_after=NOW + timedelta(hours=1))
    assert look(health.queues).level is Level.OK


def pause(minutes_ago: int) -> None:
    since = NOW - timedelta(minutes=minutes_ago)
    MailServerPause.objects.create(since=since, until=NOW, error="refusé", cure="Vérifiez-le.")


def test_mails_that_do_not_leave_are_told_since_the_first() -> None:
    assert look(health.mails).level is Level.OK
    pause(5)
    fact = look(health.mails)
    assert fact.level is Level.OK, "a moment worries nobody"
    assert "réessaie" in fact.words, "and is no secret"
    MailServerPause.objects.all().delete()
    pause(540)
    fact = look(health.mails)
    assert (fact.level, fact.since) == (Level.DOWN, NOW - timedelta(minutes=540))
    assert fact.cure.startswith("Vérifiez-le. ")


def test_mails_that_nobody_tries_are_told() -> None:
    mail("new", 1)
    mail("planned", 60 * 24, not_before=NOW - timedelta(minutes=1))
    mail("later", 60 * 24, not_before=NOW + timedelta(days=1))
    mail("retried", 30, attempts=3, not_before=NOW + timedelta(minutes=45))
    assert look(health.mails).level is Level.OK
    mail("a", 30)
    mail("b", 60 * 24, not_before=NOW - timedelta(minutes=40))
    fact = look(health.mails)
    assert (fact.level, fact.since) == (Level.DOWN, NOW - timedelta(minutes=40))


def test_mails_that_were_given_up_are_watched() -> None:
    mail("a", 60 * 24, state="failed", attempts=11)
    assert look(health.mails).level is Level.WATCH
    OutgoingMail.objects.update(emptied_at=NOW)
    assert look(health.mails).level is Level.OK, "nothing is left to send"


def test_no_server_is_said_where_real_people_wait(settings: Any) -> None:
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.filebased.EmailBackend"}}
    assert look(health.mails).level is Level.OK, "a demo keeps its mails"
    settings.DEMO = False
    fact = look(health.mails)
    assert (fact.level, fact.figures["has_server"]) == (Level.WATCH, False)


@pytest.mark.parametrize(
    ("free", "level"),
    [(90_000_000_000, "ok"), (9_000_000_000, "watch"), (1_500_000_000, "watch"), (10, "down")],
)
def test_the_disk_says_what_is_left(monkeypatch: pytest.MonkeyPatch, free: int, level: str) -> None:
    usage = type(shutil.disk_usage("/"))(100_000_000_000, 0, free)
    monkeypatch.setattr(health.shutil, "disk_usage", lambda folder: usage)
    fact = look(health.disk)
    assert (fact.level, fact.figures["free_bytes"]) == (level, free)


# --- On pages -----------------------------------------------------------------------------------


@pytest.fixture
def broken(ticked: None) -> None:
    pause(540)
    health.run(NOW)


def test_pages_say_nothing_before_anything_was_looked_at(client: StrictClient) -> None:
    pause(540)
    assert "Rien n’est perdu" not in client.get("/aide/").content.decode()


@pytest.mark.usefixtures("broken")
def test_everybody_is_told_plainly_what_concerns_them(client: StrictClient) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/aide/").content.decode()
    assert len(queries) == 0
    assert "Les courriers de Cordée partent en retard. Rien n’est perdu." in page
    assert "Cette Cordée" not in page


@pytest.mark.usefixtures("broken")
def test_who_keeps_the_house_is_led_to_what_to_do(
    signed_in_client: Any, django_user_model: Any
) -> None:
    keeper = signed_in_client(django_user_model.objects.create_superuser("elle@exemple.fr"))
    page = keeper.get("/aide/").content.decode()
    assert "Les courriers ne partent pas depuis" in page
    assert 'href="/compte/cette-cordee/"' in page
    page = keeper.get("/compte/cette-cordee/").content.decode()
    assert "<h1>Les courriers ne partent pas depuis" in page
    assert "Vérifiez-le. Lisez" in page
    assert page.index(">Les courriers<") < page.index(">La base de données<")
    assert page.count("Les courriers ne partent pas depuis") == 2, "no banner beside the answer"


@pytest.mark.usefixtures("ticked")
def test_the_page_says_that_all_works_and_what_nobody_knows_yet(
    signed_in_client: Any, django_user_model: Any
) -> None:
    keeper = signed_in_client(django_user_model.objects.create_superuser("elle@exemple.fr"))
    page = keeper.get("/compte/cette-cordee/").content.decode()
    assert "<h1>Rien n’est en panne. Pas encore su\u00a0: les avis publiés</h1>" in page
    SourceState.objects.create(source="boamp", last_success=timezone.now())
    page = keeper.get("/compte/cette-cordee/").content.decode()
    assert "<h1>Tout fonctionne</h1>" in page


@pytest.mark.usefixtures("ticked")
def test_the_title_counts_all_that_does_not_work(
    signed_in_client: Any, django_user_model: Any
) -> None:
    long_ago = timezone.now() - timedelta(hours=9)
    MailServerPause.objects.create(since=long_ago, until=long_ago, error="refusé", cure="Voyez.")
    ScheduledRun.objects.update(started_at=long_ago, running_until=None)
    keeper = signed_in_client(django_user_model.objects.create_superuser("elle@exemple.fr"))
    page = keeper.get("/compte/cette-cordee/").content.decode()
    assert "<h1>2 parties à réparer\u00a0: les tâches régulières, les courriers</h1>" in page


def test_pages_look_again_once_a_minute_where_the_schedule_has_stopped(
    client: StrictClient,
) -> None:
    old = timezone.now() - timedelta(hours=3)
    health._keep(health.Report(old, {}))
    ScheduledRun.objects.create(name="courriers", started_at=old, outcome="done")
    with CaptureQueriesContext(connection) as queries:
        client.get("/aide/")
    assert 0 < len(queries) <= QUERIES
    with CaptureQueriesContext(connection) as queries:
        client.get("/aide/")
    assert len(queries) == 0
    report = health.for_pages(timezone.now())
    assert report is not None
    assert report.facts["schedule"].level is Level.DOWN


def test_a_full_disk_does_not_stop_pages(
    client: StrictClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **options: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache, "set", full)
    health.run(NOW)
    assert client.get("/health").status_code == 200
    assert client.get("/aide/").status_code == 200


# --- The root of the site -----------------------------------------------------------------------


def test_only_the_home_may_be_indexed(client: StrictClient) -> None:
    answer = client.get("/robots.txt")
    text = b"".join(answer).decode()
    assert answer["Content-Type"].startswith("text/plain")
    assert "Allow: /$" in text
    assert "Disallow: /\n" in text


def test_the_icon_is_where_browsers_look_for_it(client: StrictClient) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 200
    assert b"".join(answer)[:4] == b"\x00\x00\x01\x00"


def test_whom_to_tell_of_a_fault(client: StrictClient, settings: Any) -> None:
    settings.CONTACT = "mailto:securite@exemple.fr"
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:securite@exemple.fr"
    left = datetime.fromisoformat(fields["Expires"]) - timezone.now()
    assert timedelta(days=30) < left < timedelta(days=365), "RFC 9116: less than a year"
    settings.CONTACT = ""
    assert client.get("/.well-known/security.txt").status_code == 404


def test_a_contact_that_lacks_is_noted(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.CONTACT = ""
    call_command("check", "--deploy", "--tag", "security")
    assert "cordee.I001" in capsys.readouterr().err

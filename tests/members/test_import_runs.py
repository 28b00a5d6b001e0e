"""An import in the queue: bounded transactions, killed and taken up, told once what stops it."""

import errno
import sqlite3
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cordee.base.files import StoredFile
from cordee.members.actions import imports
from cordee.members.actions import structures as structure_actions
from cordee.members.actions.imports import (
    agree_to_import,
    import_structures,
    read_received,
    receive_list,
)
from cordee.members.import_parts import StoredLines, whole_report
from cordee.members.import_report import Outcome
from cordee.members.models import Membership, Network, Structure, StructureImport
from cordee.members.tasks import import_list
from tests.members.makers import ON, make_network, make_person, make_valley, valid_siret

pytestmark = pytest.mark.django_db
URL = "/annuaire/imports/"
State = StructureImport.State
COLUMNS = {"siret": "siret", "kind": "kind", "name": "name"}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 3)
    monkeypatch.setattr(imports, "PAUSE_S", 0)


@pytest.fixture
def network(monkeypatch):
    monkeypatch.setattr("cordee.base.terminal.prepare_base", lambda progress: None)
    make_valley()
    return make_network("Réseau du Val")


@pytest.fixture
def staff(network):
    return make_person("r@exemple.fr", role="network_staff", network=network)


def a_list(rows: int, first: int = 1) -> bytes:
    lines = [f"{valid_siret(n)};ACI;Atelier {n}" for n in range(first, first + rows)]
    return "\n".join(["siret;kind;name", *lines, "12;ACI;Sans SIRET"]).encode()


def received(staff, network: Network | None, content: bytes = a_list(10)) -> StructureImport:
    return receive_list(
        content, by=staff, source="liste.csv", network=network, header=list(COLUMNS)
    )


def agreed(staff, network: Network | None, content: bytes = a_list(10)) -> StructureImport:
    kept = received(staff, network, content)
    read_received(kept=kept, columns=COLUMNS)
    imports.run_list(kept.pk)
    agree_to_import(kept=kept, by=staff, on=ON)
    kept.refresh_from_db()
    assert kept.state == State.IMPORTING
    return kept


def bytes_kept() -> list[Path]:
    return [path for path in (Path(settings.STATE_DIR) / "fichiers").glob("*/*") if path.is_file()]


def test_a_page_leaves_a_list_to_the_queue_of_lists(
    staff, network, settings, signed_in_client, django_capture_on_commit_callbacks
):
    """A hundred thousand lines keep no page, no search and no mail waiting."""
    kept = received(staff, network)
    read_received(kept=kept, columns=COLUMNS)
    imports.run_list(kept.pk)
    backend = {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": settings.TASK_QUEUES}
    settings.TASKS = {"default": backend}
    with django_capture_on_commit_callbacks(execute=True):
        signed_in_client(staff).post(f"{URL}{kept.pk}/accord/")
    assert not Structure.objects.exists()
    assert list(DBTaskResult.objects.values_list("queue_name", flat=True)) == ["imports"]


def test_reading_writes_nothing_of_the_directory(staff, network):
    kept = received(staff, network)
    read_received(kept=kept, columns=COLUMNS)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        imports.run_list(kept.pk)
    written = {
        query["sql"].split('"')[1]
        for query in queries
        if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    }
    assert written == {"members_structureimport", "members_importpart"}
    kept.refresh_from_db()
    assert (kept.state, kept.position, kept.total) == (State.READ, 11, 11)
    assert not Structure.objects.exists()


def test_what_was_read_is_what_is_imported_in_bounded_parts(staff, network):
    kept = received(staff, network)
    read_received(kept=kept, columns=COLUMNS)
    imports.run_list(kept.pk)
    kept.refresh_from_db()
    announced = whole_report(kept)
    agree_to_import(kept=kept, by=staff, on=ON)
    import_list.call(kept.pk)
    kept.refresh_from_db()
    assert kept.state == State.DONE
    assert [part.first for part in kept.parts.all()] == [0, 3, 6, 9]
    assert whole_report(kept) == announced
    assert (announced.created, announced.rejected) == (10, 1)
    assert Structure.objects.count() == Membership.objects.filter(network=network).count() == 10


@pytest.mark.parametrize("stop", [0, 1, 2, 3])
def test_a_killed_run_goes_on_where_it_stopped_and_twice_changes_nothing(
    staff, network, monkeypatch, stop
):
    kept = agreed(staff, network)
    write, calls = imports.write_lines, []

    def killed(*args, **values):
        calls.append(args)
        plan = write(*args, **values)
        if len(calls) == stop + 1:
            # After the rows, before the transaction ends: nothing of that batch may stay.
            raise KeyboardInterrupt
        return plan

    monkeypatch.setattr(imports, "write_lines", killed)
    with pytest.raises(KeyboardInterrupt):
        imports.run_list(kept.pk)
    kept.refresh_from_db()
    assert (kept.state, kept.position) == (State.IMPORTING, 3 * stop)
    assert Structure.objects.count() == 3 * stop
    for _ in range(2):
        imports.run_list(kept.pk)
        kept.refresh_from_db()
        assert kept.state == State.DONE
        assert Structure.objects.count() == 10
        report = whole_report(kept)
        assert (report.read, report.created, report.unchanged) == (11, 10, 0)
    assert [line.line for line in report.lines] == list(range(2, 12))


def test_two_workers_on_one_run_write_each_line_once(staff, network, monkeypatch):
    """The second takes over in the middle of a batch of the first, which then leaves it alone."""
    kept = agreed(staff, network)
    plan, calls = imports.plan_lines, []

    def overtaken(*args, **values):
        calls.append(args)
        if len(calls) == 2:
            imports.run_list(kept.pk)
        return plan(*args, **values)

    monkeypatch.setattr(imports, "plan_lines", overtaken)
    imports.run_list(kept.pk)
    kept.refresh_from_db()
    assert kept.state == State.DONE
    assert whole_report(kept).created == Structure.objects.count() == 10


def lost(code: int, message: str) -> OperationalError:
    """As Django raises what SQLite says."""
    error = OperationalError(message)
    error.__cause__ = sqlite3.OperationalError(message)
    error.__cause__.sqlite_errorcode = code
    return error


FULL = lost(sqlite3.SQLITE_FULL, "database or disk is full")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FULL, "Le disque est plein."),
        (OSError(errno.ENOSPC, "No space left on device"), "Le disque est plein."),
        (lost(sqlite3.SQLITE_BUSY, "database is locked"), "La base est occupée."),
        (InterfaceError("connection already closed"), "La base ne répond pas."),
    ],
)
def test_a_full_disk_is_told_once_and_the_run_goes_on_later(
    staff, network, monkeypatch, error, said
):
    kept = agreed(staff, network)
    write, calls = structure_actions._write, []

    def full(*args):
        calls.append(args)
        if len(calls) == 2:
            raise error
        write(*args)

    monkeypatch.setattr(structure_actions, "_write", full)
    # The worker hears of it, and runs the task again after a pause.
    with pytest.raises(type(error)):
        imports.run_list(kept.pk)
    kept.refresh_from_db()
    # Not tried line by line, no line refused.
    assert len(calls) == 2
    assert (kept.state, kept.position, kept.trouble) == (State.IMPORTING, 3, said)
    assert whole_report(kept).rejected == 0
    imports.run_list(kept.pk)
    kept.refresh_from_db()
    assert (kept.state, kept.trouble, Structure.objects.count()) == (State.DONE, "", 10)


@pytest.mark.parametrize("ago", [timedelta(minutes=10), -timedelta(days=300)])
def test_a_run_that_lost_its_worker_is_taken_up(staff, network, monkeypatch, ago):
    kept = agreed(staff, network)
    asked = []
    monkeypatch.setattr(imports.transaction, "on_commit", asked.append)
    assert imports.resume_unfinished(timezone.now()) == 0
    StructureImport.objects.update(moved_at=timezone.now() - ago)
    assert imports.resume_unfinished(timezone.now()) == 1
    # Asked again, it has a while to move.
    assert imports.resume_unfinished(timezone.now()) == 0
    asked[0]()
    kept.refresh_from_db()
    assert kept.state == State.DONE


def test_two_lists_into_one_network_are_not_imported_at_once(
    staff, network, signed_in_client, tmp_path
):
    first = agreed(staff, network)
    second = received(staff, network, a_list(4, first=20))
    read_received(kept=second, columns=COLUMNS)
    imports.run_list(second.pk)
    page = signed_in_client(staff).post(f"{URL}{second.pk}/accord/", follow=True).text
    assert "Une autre liste de ce réseau est en cours d’import" in page
    path = tmp_path / "autre.csv"
    path.write_bytes(a_list(4, first=20))
    with pytest.raises(CommandError, match="Une autre liste de ce réseau"):
        call_command("import_structures", str(path), network=network.slug)
    imports.run_list(first.pk)
    agree_to_import(kept=second, by=staff, on=ON)
    imports.run_list(second.pk)
    assert Membership.objects.filter(network=network).count() == 14


def test_a_command_begun_again_takes_the_place_of_the_first(network):
    rows = [
        imports.Row(n, {"siret": valid_siret(n), "kind": "ACI", "name": f"A{n}"})
        for n in range(1, 11)
    ]

    def again(done: int, total: int) -> None:
        if done == 3:
            import_structures(rows, by=None, source="l.csv", network=network, on=ON)

    with pytest.raises(imports.Overtaken):
        import_structures(rows, by=None, source="l.csv", network=network, on=ON, progress=again)
    assert Structure.objects.count() == Membership.objects.count() == 10


def test_a_command_that_was_killed_holds_no_network(staff, network):
    def killed(done: int, total: int) -> None:
        raise KeyboardInterrupt

    rows = [imports.Row(2, {"siret": valid_siret(1), "kind": "ACI", "name": "A"})]
    with pytest.raises(KeyboardInterrupt):
        import_structures(rows, by=None, source="l.csv", network=network, progress=killed)
    StructureImport.objects.update(moved_at=timezone.now() - timedelta(minutes=10))
    kept = agreed(staff, network)
    assert StructureImport.objects.exclude(pk=kept.pk).get().state == State.STOPPED


def test_the_command_says_a_full_disk_as_that_and_keeps_what_is_in(network, tmp_path, monkeypatch):
    path = tmp_path / "liste.csv"
    path.write_bytes(a_list(10))
    write, calls = structure_actions._write, []

    def full(*args):
        calls.append(args)
        if len(calls) == 3:
            raise FULL
        write(*args)

    monkeypatch.setattr(structure_actions, "_write", full)
    with pytest.raises(CommandError, match=r"^Le disque est plein\..*Relancez la même commande"):
        call_command("import_structures", str(path), network=network.slug)
    assert Structure.objects.count() == 6
    call_command("import_structures", str(path), network=network.slug)
    assert Structure.objects.count() == Membership.objects.count() == 10


def test_a_disk_that_is_full_when_a_list_comes_in_is_told(
    staff, network, monkeypatch, signed_in_client
):
    def full(**values):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(imports.files, "store", full)
    file = SimpleUploadedFile("liste.csv", a_list(2))
    page = signed_in_client(staff).post(URL, {"file": file})
    assert page.status_code == 200
    assert "Le disque est plein\u00a0: rien n’est gardé." in page.text
    assert not StructureImport.objects.exists()


def test_the_file_is_private_and_erased_when_it_is_in(
    staff, network, django_capture_on_commit_callbacks
):
    already = set(bytes_kept())
    kept = agreed(staff, network)
    (path,) = set(bytes_kept()) - already
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with django_capture_on_commit_callbacks(execute=True):
        imports.run_list(kept.pk)
    assert not path.exists()
    kept.refresh_from_db()
    assert kept.file.erased_at is not None
    assert "Atelier" not in kept.file.name


def test_a_list_that_nobody_agrees_to_is_not_kept_for_ever(staff, network, signed_in_client):
    kept = received(staff, network)
    imports.resume_unfinished(timezone.now() + timedelta(days=29))
    assert StoredFile.objects.filter(erased_at=None).exists()
    imports.resume_unfinished(timezone.now() + timedelta(days=31))
    assert not StoredFile.objects.filter(erased_at=None).exists()
    page = signed_in_client(staff).get(f"{URL}{kept.pk}/")
    assert "Personne n’a donné son accord" in page.text


def test_a_fault_far_down_the_file_stops_the_reading_with_its_line(
    staff, network, signed_in_client
):
    kept = received(staff, network, a_list(5) + b'\n"coup\xc3\xa9;ACI;x')
    read_received(kept=kept, columns=COLUMNS)
    imports.run_list(kept.pk)
    page = signed_in_client(staff).get(f"{URL}{kept.pk}/").text
    assert "La ligne 8 ne se lit pas" in page
    assert "Cette liste n’est pas importée" in page


def test_the_page_counts_while_it_runs_and_then_shows_the_report(
    staff, network, monkeypatch, signed_in_client
):
    kept = agreed(staff, network)
    client = signed_in_client(staff)
    assert "En attente de son tour" in client.get(f"{URL}{kept.pk}/").text
    seen = []

    def look(*args, **values):
        if kept.parts.count() == 2:
            seen.append(client.get(f"{URL}{kept.pk}/avancement/").text)
        return plan(*args, **values)

    plan = imports.plan_lines
    monkeypatch.setattr(imports, "plan_lines", look)
    imports.run_list(kept.pk)
    assert "6 lignes sur 11" in seen[0]
    assert "Structures créées" in seen[0]
    assert client.get(f"{URL}{kept.pk}/avancement/")["HX-Refresh"] == "true"
    assert "10\u202fstructures créées, 1\u202fligne rejetée" in client.get(f"{URL}{kept.pk}/").text


def test_a_run_that_does_not_move_says_so(staff, network, signed_in_client):
    kept = agreed(staff, network)
    StructureImport.objects.update(moved_at=timezone.now() - timedelta(minutes=2))
    page = signed_in_client(staff).get(f"{URL}{kept.pk}/").text
    assert "Rien n’avance depuis une minute" in page


@pytest.mark.parametrize(("seconds", "is_said"), [(5, False), (20, True), (90, False)])
def test_a_run_that_was_killed_midway_says_so_soon(
    staff, network, signed_in_client, seconds, is_said
):
    kept = agreed(staff, network)
    moved = timezone.now() - timedelta(seconds=seconds)
    StructureImport.objects.update(position=6, total=11, moved_at=moved)
    page = signed_in_client(staff).get(f"{URL}{kept.pk}/").text
    assert ("L’import s’est arrêté" in page) is is_said
    assert ("Il reprend tout seul dans la minute. Rien n’est perdu." in page) is is_said


def test_a_page_of_all_lines_shows_those_that_change_first(staff, network):
    kept = agreed(staff, network)
    imports.run_list(kept.pk)
    again = received(staff, network)
    StructureImport.objects.filter(pk=again.pk).update(state=State.READING)
    Structure.objects.filter(siret=whole_report(kept).lines[7].siret).update(name="Autre")
    Structure.objects.filter(siret=whole_report(kept).lines[3].siret).delete()
    imports.run_list(again.pk)
    again.refresh_from_db()
    lines = StoredLines(again, None)
    found = [line.outcome.name for line in lines[0 : len(lines)]]
    assert found == ["UPDATED", "CREATED"] + ["UNCHANGED"] * 8
    assert [line.line for line in [*lines[0:1], *lines[1:3]]] == [line.line for line in lines[0:3]]


def test_a_page_of_lines_reads_its_parts_only(staff, network):
    kept = agreed(staff, network)
    imports.run_list(kept.pk)
    kept.refresh_from_db()
    lines = StoredLines(kept, Outcome.CREATED)
    assert len(lines) == 10
    for start in range(10):
        for stop in range(start, 12):
            expected = list(range(2 + start, 2 + min(stop, 10)))
            assert [line.line for line in lines[start:stop]] == expected
    assert len(StoredLines(kept, Outcome.KEPT)) == 0


def test_the_constraint_refuses_a_second_list_that_came_in_between(staff, network, monkeypatch):
    agreed(staff, network)
    second = received(staff, network)
    StructureImport.objects.filter(pk=second.pk).update(state=State.READ)
    monkeypatch.setattr(imports, "_free", lambda *args, **values: None)
    with pytest.raises(ValidationError, match="en cours d’import"):
        agree_to_import(kept=second, by=staff, on=ON)

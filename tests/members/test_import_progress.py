"""The page of a list that waits or runs tells its turn, the time left, what stopped it."""

from datetime import timedelta

import pytest
from django.tasks.base import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cordee.base.models import WorkerBeat
from cordee.base.queue import Turn
from cordee.members.actions import imports
from cordee.members.import_parts import progress_of
from cordee.members.models import StructureImport
from cordee.members.tasks import import_list
from tests.members.makers import ON, make_network, make_person, make_valley
from tests.members.test_import_runs import COLUMNS, a_list, received

NOW = timezone.now()
NOBODY = "Personne ne prend les listes pour l’instant"
State = StructureImport.State


def ago(seconds):
    return NOW - timedelta(seconds=seconds)


def a_run(**values):
    return StructureImport(
        **{"source": "l.csv", "state": State.IMPORTING, "at": NOW, "moved_at": NOW} | values
    )


def waiting(before, is_served=True):
    return Turn(is_waiting=True, before=before, is_served=is_served)


def running(is_served=True):
    return Turn(is_waiting=False, before=0, is_served=is_served)


@pytest.mark.parametrize(
    ("turn", "title", "text"),
    [
        (None, "En attente de son tour", ""),
        (waiting(0), "En attente de son tour", "C’est bientôt votre tour."),
        (waiting(1), "En attente de son tour", "1\u202fliste passe avant la vôtre."),
        (waiting(3), "En attente de son tour", "3\u202flistes passent avant la vôtre."),
        (running(), "Nous ouvrons votre liste", ""),
    ],
)
def test_its_turn(turn, title, text):
    page = progress_of(a_run(moved_at=ago(10)), turn, NOW)
    assert (page.title, page.text, page.notice) == (title, text, None)


def test_a_turn_behind_long_lists_is_no_fault():
    assert progress_of(a_run(moved_at=ago(600)), waiting(2), NOW).notice is None


@pytest.mark.parametrize("position", [0, 400])
def test_nobody_is_there(position):
    run = a_run(position=position, total=1_000, moved_at=ago(300), began_at=ago(400))
    for turn in (waiting(2, is_served=False), running(is_served=False)):
        page = progress_of(run, turn, NOW)
        assert page.notice.title == NOBODY
        assert page.text == ""
        assert ("là où elle en est" in page.notice.text) is bool(position)


@pytest.mark.parametrize(
    ("spent", "position", "total", "said"),
    [
        (60, 1_000, 3_000, "Encore 2\u202fminutes environ."),
        (60, 1_000, 1_100, "Encore moins d’une minute."),
        (600, 1_000, 60_000, "Encore 10\u202fheures environ."),
        (60, 200, 3_000, ""),
        (2, 1_000, 3_000, ""),
        (-3_600, 1_000, 3_000, ""),
    ],
)
def test_the_time_left_is_told_once_enough_lines_are_in(spent, position, total, said):
    for state in (State.IMPORTING, State.READING):
        run = a_run(state=state, began_at=ago(spent), position=position, total=total)
        page = progress_of(run, running(), NOW)
        assert page.text == said
        assert page.title.replace("\u202f", "") == f"{position} lignes sur {total}"


@pytest.mark.parametrize(
    "values",
    [
        {"began_at": None},
        {"moved_at": ago(20)},
        {"moved_at": ago(90)},
        {"trouble": "Le disque est plein."},
    ],
)
def test_no_time_is_told_where_it_stopped_or_was_taken_up(values):
    run = a_run(**{"began_at": ago(120), "position": 1_000, "total": 3_000} | values)
    page = progress_of(run, running(), NOW)
    assert "Encore" not in page.text
    assert (page.notice is None) is ("began_at" in values)


def test_counts_are_told_where_there_is_any():
    counts = {"CREATED": 5, "UPDATED": 0, "UNCHANGED": 2, "KEPT": 1, "lines:rejetée": 3}
    assert progress_of(a_run(counts=counts), None, NOW).counts == [
        ("Structures créées", 5),
        ("Structures inchangées", 2),
        ("Fiches laissées à leur structure", 1),
        ("Lignes rejetées", 3),
    ]


@pytest.fixture
def network():
    make_valley()
    return make_network("Réseau du Val")


@pytest.fixture
def staff(network):
    return make_person("r@exemple.fr", role="network_staff", network=network)


@pytest.mark.django_db
def test_a_run_taken_up_forgets_when_it_began(staff, network, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 3)
    kept = received(staff, network, a_list(10))
    imports.read_received(kept=kept, columns=COLUMNS)
    imports.run_list(kept.pk)
    kept.refresh_from_db()
    assert kept.began_at is not None
    imports.agree_to_import(kept=kept, by=staff, on=ON)
    keep_part, kills = imports._keep_part, [False, True]

    def killed(*args):
        if kills.pop(0):
            raise SystemExit
        keep_part(*args)

    monkeypatch.setattr(imports, "_keep_part", killed)
    with pytest.raises(SystemExit):
        imports.run_list(kept.pk)
    kept.refresh_from_db()
    assert (kept.position, kept.began_at is None) == (3, False)
    seen = []
    monkeypatch.setattr(
        imports, "_keep_part", lambda run, *args: (seen.append(run.began_at), keep_part(run, *args))
    )
    imports.run_list(kept.pk)
    assert set(seen) == {None}


@pytest.mark.django_db
def test_the_page_says_that_nobody_takes_lists_and_the_list_is_asked_for_once(
    staff, network, signed_in_client, settings, django_capture_on_commit_callbacks
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    kept = received(staff, network)
    with django_capture_on_commit_callbacks(execute=True):
        imports.read_received(kept=kept, columns=COLUMNS)
    client = signed_in_client(staff)
    for address in (f"/annuaire/imports/{kept.pk}/", f"/annuaire/imports/{kept.pk}/avancement/"):
        assert "C’est bientôt votre tour." in client.get(address).text
    now = timezone.now()
    DBTaskResult.objects.update(enqueued_at=now - timedelta(minutes=5))
    StructureImport.objects.update(moved_at=now - timedelta(minutes=5))
    page = client.get(f"/annuaire/imports/{kept.pk}/").text
    assert NOBODY in page
    assert "Une autre liste passe peut-être" not in page
    with django_capture_on_commit_callbacks(execute=True):
        assert imports.resume_unfinished(now) == 0
    row = DBTaskResult.objects.get(task_path=import_list.module_path)
    # In hand of a worker that gives no sign any more.
    row.status, row.worker_ids = TaskResultStatus.RUNNING, ["one"]
    row.save()
    WorkerBeat.objects.create(worker_id="one", seen_at=now - timedelta(minutes=4))
    with django_capture_on_commit_callbacks(execute=True):
        assert imports.resume_unfinished(now) == 1

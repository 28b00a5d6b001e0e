"""« La semaine »: taken over from last Monday, kept once, who does a task for the first time."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.actions import erase_account
from cordee.accounts.models import JournalEntry, User
from cordee.base import schedule
from cordee.base.ui import french
from cordee.members.models import Crew, Structure
from cordee.skills.learners.actions import erase
from cordee.skills.models import Attendance, Board, BoardTask, Course, Learner, VanRun
from cordee.skills.week.actions import keep_board
from cordee.skills.week.plan import DayTask, Person, Plan, Run, day_asked, default_day, read_day
from tests.members.makers import make_person, make_structure
from tests.skills.courses import at, open_course
from tests.skills.makers import make_framework, make_learner, see, teacher_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
MONDAY = default_day(TODAY)
BEFORE = MONDAY - timedelta(days=7)


@pytest.fixture
def structure() -> Structure:
    found = make_structure("Les Jardins")
    make_framework(found)
    return found


@pytest.fixture
def teacher(structure: Structure) -> User:
    return teacher_of(structure)


@pytest.fixture
def desk(teacher: User, signed_in_client: Any) -> Client:
    client: Client = signed_in_client(teacher)
    return client


@pytest.fixture
def crew(structure: Structure) -> Crew:
    return crew_of(structure)


def crew_of(structure: Structure, name: str = "Équipe du bourg") -> Crew:
    chantier = structure.chantiers.first() or structure.chantiers.create(name="Le chantier")
    return Crew.objects.create(chantier=chantier, name=name, places=8)


def keep(structure: Structure, by: User, plan: Plan, on: date = MONDAY) -> Board:
    day = read_day(structure, on, TODAY)
    keep_board(day=day, plan=plan, seen=day.plan.mark, by=by)
    return Board.objects.get(structure=structure, day=on)


def plan_with(crew: Crew, *learners: Learner, state: str = "there", **task: Any) -> Plan:
    """Those, in that crew, who mow a square in the morning."""
    said = {"place": "Saint-Aubin", "framework": "espaces-verts", "situation": "square"} | task
    return Plan(
        {each.pk: Person(state, crew.pk) for each in learners},
        {crew.pk: Run("Basile Granit", "fourgon 1", time(7, 30))},
        (DayTask(crew.pk, "morning", **{"title": "Tondre un square"} | said),),
    )


def page_of(
    client: Client, structure: Structure, on: date | None = None, name: str = "week"
) -> Any:
    url = reverse(f"skills:{name}", args=[structure.pk])
    return client.get(url, {"jour": f"{on or MONDAY:%Y-%m-%d}"})


def typed(client: Client, structure: Structure) -> dict[str, Any]:
    """What the sheet sends as it stands."""
    form = page_of(client, structure, name="change_week").context["form"]
    values = {form.add_prefix(name): form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()}


def send(client: Client, structure: Structure, values: dict[str, Any]) -> Any:
    url = reverse("skills:change_week", args=[structure.pk], query={"jour": f"{MONDAY:%Y-%m-%d}"})
    return client.post(url, values, follow=True)


def keep_shown(client: Client, page: Any) -> Any:
    """« Garder ce lundi », on a page as it was read."""
    seen = page.context["day"].plan.mark
    url = f"{page.request['PATH_INFO']}?jour={MONDAY:%Y-%m-%d}"
    return client.post(url, {"seen": seen}, follow=True)


def cell(page: Any) -> str:
    """What stands beside the first task, in words."""
    text = page.text.partition('data-titre="Qui apprend"')[2].partition("</td>")[0]
    return " ".join(text.partition(">")[2].split())


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 30), date(2026, 11, 30)),
        (date(2026, 12, 1), date(2026, 12, 7)),
        # Easter Monday is a holiday.
        (date(2027, 3, 25), date(2027, 4, 5)),
    ],
)
def test_the_usual_day_is_the_next_monday_at_work(today: date, expected: date) -> None:
    assert default_day(today) == expected
    for asked in ("", "lundi", "0001-01-01", "9999-12-31", "2026-02-30"):
        assert day_asked(asked, today) == expected
    assert day_asked("2026-12-08", date(2026, 11, 30)) == date(2026, 12, 8)


def test_last_monday_is_taken_over_and_kept_in_one_gesture(
    structure: Structure, teacher: User, desk: Client, crew: Crew
) -> None:
    nour, gus, eve = (make_learner(structure, name) for name in ("Nour", "Gus", "Ève"))
    former = plan_with(crew, nour, gus, eve)
    keep(
        structure,
        teacher,
        replace(former, people=former.people | {eve.pk: Person("absent", crew.pk)}),
        BEFORE,
    )
    make_learner(structure, "Zia")
    gus.left_on = BEFORE + timedelta(days=2)
    gus.save()
    page = page_of(desk, structure)
    # Gus is gone, Ève may be back, Zia is new.
    assert "<h1>Lundi\u00a0: 1\u202fpersonne, deux à confirmer</h1>" in page.text
    assert "repris de lundi dernier, trois changements" in page.text
    assert "Basile Granit" in page.text
    assert "7\u202fh\u202f30" in page.text
    assert page.text.count("btn-primary") == 1
    assert not Board.objects.filter(day=MONDAY).exists()
    for _ in range(2):
        page = keep_shown(desk, page)
    assert "gardé, trois changements depuis lundi dernier" in page.text
    assert "Garder ce lundi" not in page.text
    assert JournalEntry.objects.filter(verb="skills.keep_board").count() == 2
    assert Attendance.objects.filter(board__day=MONDAY).count() == 3
    assert "Nour" not in str([row.after for row in JournalEntry.objects.all()])


def test_what_came_meanwhile_is_read_before_it_is_kept(
    structure: Structure, teacher: User, desk: Client, crew: Crew
) -> None:
    keep(structure, teacher, plan_with(crew, make_learner(structure)), BEFORE)
    page = page_of(desk, structure)
    make_learner(structure, "Zia")
    page = keep_shown(desk, page)
    assert "Relisez, puis gardez à nouveau" in page.text
    assert not Board.objects.filter(day=MONDAY).exists()


def test_the_first_sheet_is_filled_in(structure: Structure, desk: Client, crew: Crew) -> None:
    nour, gus = make_learner(structure), make_learner(structure, "Gus")
    page = page_of(desk, structure)
    assert "<h1>Lundi\u00a0: deux à confirmer</h1>" in page.text
    assert "rien n’est encore rempli" in page.text
    values = typed(desk, structure) | {
        f"state-p{nour.pk}": "there",
        f"crew_id-p{nour.pk}": crew.pk,
        f"state-p{gus.pk}": "absent",
        f"led_by-c{crew.pk}": "Basile",
        f"departs_at-c{crew.pk}": "08:00",
        # Named as a situation is, whatever its capitals: it is that situation.
        "title-t0": "tondre UN square",
        "crew_id-t0": crew.pk,
        "when-t0": "morning",
        "title-t1": "Ranger le local",
    }
    for _ in range(2):
        page = send(desk, structure, values)
    assert "<h1>Lundi\u00a0: 1\u202fpersonne</h1>" in page.text
    assert "Gus (pas là)" in page.text
    assert list(BoardTask.objects.values_list("title", "situation")) == [
        ("Tondre un square", "square"),
        ("Ranger le local", ""),
    ]
    assert JournalEntry.objects.filter(verb="skills.keep_board").count() == 1
    # Emptied, a task goes.
    page = send(desk, structure, typed(desk, structure) | {"title-t1": ""})
    assert [row.title for row in BoardTask.objects.all()] == ["Tondre un square"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"place-t0": "le bourg"}, "Dites la tâche, ou videz son lieu."),
        ({"title-t0": "Le chantier de la prison"}, "santé ou de justice"),
        ({"title-t0": "x" * 161}, "160"),
        ({"crew_id-t0": "999"}, "999"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_kept(
    structure: Structure, desk: Client, crew: Crew, values: dict[str, str], told: str
) -> None:
    make_learner(structure)
    page = send(desk, structure, typed(desk, structure) | {"title-t1": "Ranger"} | values)
    assert page.status_code == 422
    assert told in page.text
    assert 'value="Ranger"' in page.text
    assert not Board.objects.exists()


def test_the_second_of_two_sees_that_it_changed_and_loses_nothing(
    structure: Structure, teacher: User, desk: Client, crew: Crew
) -> None:
    nour = make_learner(structure)
    values = typed(desk, structure) | {"title-t0": "Ranger le local", "title-t5": "Arroser"}
    keep(structure, teacher, plan_with(crew, nour))
    page = send(desk, structure, values)
    assert page.status_code == 422
    assert "Basile a changé ce jour avant vous" in page.text
    assert 'value="Ranger le local"' in page.text
    assert Board.objects.get().tasks.get().title == "Tondre un square"
    # Sent again as it now stands, it replaces what the other one kept.
    values["seen"] = page.context["form"]["seen"].value()
    page = send(desk, structure, values)
    assert [row.title for row in BoardTask.objects.all()] == ["Ranger le local", "Arroser"]


def test_beside_a_task_who_has_not_done_it_and_whose_protocol_waits(
    structure: Structure, teacher: User, desk: Client, crew: Crew
) -> None:
    nour, gus = make_learner(structure), make_learner(structure, "Gus")
    keep(structure, teacher, plan_with(crew, nour, gus))
    assert "1re fois : Gus, Nour" in cell(page_of(desk, structure))
    seen = see(nour, teacher)
    assert "1re fois : Gus, Nour" in cell(page_of(desk, structure)), "seen elsewhere"
    seen.situation = "square"
    seen.save()
    assert "1re fois : Gus</span>" in cell(page_of(desk, structure))
    course = open_course(structure, "Gus")
    course.situations.create(code="square", title="Tondre un square", planned_on=MONDAY)
    page = page_of(desk, structure)
    assert "Protocole : Gus" in cell(page)
    done = course.enactments.create(
        code="square", title="Tondre un square", starts_at=at(TODAY, 8), minutes=60
    )
    assert "tout le monde l’a fait" in cell(page_of(desk, structure))
    Course.objects.update(taken_back_at=timezone.now())
    assert "1re fois : Gus" in cell(page_of(desk, structure))
    done.delete()
    # Of words of one's own nothing is known, nor of a crew where nobody is there.
    keep(structure, teacher, plan_with(crew, nour, title="Ranger", framework="", situation=""))
    assert cell(page_of(desk, structure)) == ""
    keep(structure, teacher, plan_with(crew, nour, gus, state="absent"))
    assert cell(page_of(desk, structure)) == ""


def test_a_crew_that_is_new_to_a_task_is_told_in_two_words(
    structure: Structure, teacher: User, desk: Client, crew: Crew
) -> None:
    learners = [make_learner(structure, f"P{number}") for number in range(4)]
    keep(structure, teacher, plan_with(crew, *learners))
    told = cell(page_of(desk, structure))
    assert "1re fois : toute l’équipe" in told
    assert told.count("☐ acquis") == 4


def test_queries_do_not_grow(
    structure: Structure, teacher: User, desk: Client, django_assert_num_queries: Any
) -> None:
    crews = [crew_of(structure, f"Équipe {number}") for number in range(6)]
    learners = [make_learner(structure, f"P{number}") for number in range(60)]
    people = {each.pk: Person("there", crews[n % 6].pk) for n, each in enumerate(learners)}
    tasks = tuple(
        DayTask(crews[n % 6].pk, "day", f"Tâche {n}", "", "espaces-verts", f"s{n}")
        for n in range(30)
    )
    keep(structure, teacher, Plan(people, {}, tasks), BEFORE)
    page_of(desk, structure)
    with django_assert_num_queries(14):
        page_of(desk, structure)
    with django_assert_num_queries(14):
        page_of(desk, structure, name="change_week")
    day = read_day(structure, MONDAY, TODAY)
    with django_assert_num_queries(21):
        keep_board(day=day, plan=day.plan, seen=day.plan.mark, by=teacher)


def test_the_base_refuses_what_cannot_be(structure: Structure, teacher: User, crew: Crew) -> None:
    nour = make_learner(structure)
    board = keep(structure, teacher, plan_with(crew, nour))
    for wrong in (
        lambda: Board.objects.create(structure=structure, day=MONDAY),
        lambda: board.attendances.create(learner=nour),
        lambda: board.attendances.create(learner=make_learner(structure, "Z"), state="malade"),
        lambda: board.runs.create(crew=crew),
        lambda: board.tasks.create(title=""),
        lambda: board.tasks.create(title="x", when="nuit"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_erasing_a_person_an_account_or_a_crew_takes_its_part(
    structure: Structure, teacher: User, crew: Crew
) -> None:
    nour = make_learner(structure)
    board = keep(structure, teacher, plan_with(crew, nour, make_learner(structure, "Gus")))
    VanRun.objects.update(led_by=str(teacher))
    erase(learner=nour, by=teacher)
    assert board.attendances.get().learner.pseudonym == "Gus"
    erase_account(person=teacher, by=None)
    assert VanRun.objects.get().led_by == "une personne de l’équipe"
    crew.delete()
    assert (board.attendances.get().crew, board.tasks.count()) == (None, 0)


def test_a_board_of_more_than_three_months_ago_is_erased(
    structure: Structure, teacher: User
) -> None:
    now = timezone.now()
    make_learner(structure)
    for days in (92, 93):
        Board.objects.create(structure=structure, day=TODAY - timedelta(days=days))
    job = next(job for job in schedule.jobs() if job.name == "skills.erase_old")
    assert job.run(now) == 1
    assert [row.day for row in Board.objects.all()] == [TODAY - timedelta(days=92)]


def test_who_only_teaches_begins_with_the_board(
    structure: Structure, signed_in_client: Any
) -> None:
    week = reverse("skills:week", args=[structure.pk])
    day = reverse("today:today")
    for role, url in (("supervisor", week), ("counsellor", week), ("director", day)):
        person = make_person(f"{role}@exemple.fr", role=role, structure=structure)
        client = signed_in_client(person)
        assert client.get("/").url == url
        assert (f'href="{week}"' in client.get(day).text) == (url == week)
    both = make_person("deux@exemple.fr", role="supervisor", structure=structure)
    both.seats.create(role="director", structure=make_structure("Ailleurs"))
    assert signed_in_client(both).get("/").url == day
    assert signed_in_client(make_person("seul@exemple.fr")).get("/").url == day


def test_without_anybody_the_page_says_what_to_do(structure: Structure, desk: Client) -> None:
    page = page_of(desk, structure)
    assert "Personne n’apprend encore ici" in page.text
    assert reverse("skills:add_learner", args=[structure.pk]) in page.text
    past = TODAY - timedelta(days=28)
    page = page_of(desk, structure, on=past)
    assert f"Personne n’était encore là le {french.day(past, TODAY)}" in page.text
    assert reverse("skills:add_learner", args=[structure.pk]) not in page.text

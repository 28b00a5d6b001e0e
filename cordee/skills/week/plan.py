"""What is planned for a day: as it was kept, or as last Monday was; and how far they differ."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time, timedelta
from hashlib import sha256
from typing import NamedTuple

from django.db.models import Q

from cordee.members.models import Crew, Structure
from cordee.rules.holidays import is_public_holiday
from cordee.skills.models import Attendance, Board, BoardTask, VanRun
from cordee.skills.models.week import KEPT

THERE, UNKNOWN = Attendance.State.THERE.value, Attendance.State.UNKNOWN.value


class Person(NamedTuple):
    state: str = UNKNOWN
    crew_id: int | None = None


class Run(NamedTuple):
    led_by: str = ""
    vehicle: str = ""
    departs_at: time | None = None


class DayTask(NamedTuple):
    """`crew_id`: None where it is for those who are in none."""

    crew_id: int | None
    when: str
    title: str
    place: str = ""
    framework: str = ""
    situation: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """By learner, and by crew where something is said of its run."""

    people: Mapping[int, Person]
    runs: Mapping[int, Run]
    tasks: tuple[DayTask, ...]

    @property
    def mark(self) -> str:
        """Tells one plan from another: what a page was made from."""
        said = sorted(self.people.items()), sorted(self.runs.items()), self.tasks
        return sha256(repr(said).encode()).hexdigest()[:16]

    def how_many(self, state: str) -> int:
        return sum(each.state == state for each in self.people.values())

    def differences(self, other: "Plan") -> int:
        """Of how many people, runs and tasks another one does not say the same."""
        people = {key for key, _ in self.people.items() ^ other.people.items()}
        runs = {key for key, _ in self.runs.items() ^ other.runs.items()}
        ours, theirs = Counter(self.tasks), Counter(other.tasks)
        tasks = max((ours - theirs).total(), (theirs - ours).total())
        return len(people) + len(runs) + tasks


@dataclass(frozen=True, slots=True)
class Day:
    """`board`: None where nothing is kept yet; `former`: the plan of the `last` one before it;
    `learners`, `crews`: names of those who are there on that day."""

    structure: Structure
    on: date
    today: date
    board: Board | None
    plan: Plan
    last: Board | None
    former: Plan
    learners: Mapping[int, str]
    crews: Mapping[int, str]


def default_day(today: date) -> date:
    """Today where it is a Monday, else the next one; the one after where that is a holiday."""
    day = today + timedelta(days=-today.weekday() % 7)
    return day + timedelta(days=7) if is_public_holiday(on=day) else day


def day_asked(text: str, today: date) -> date:
    """The day of an address; the usual one where it cannot be read, or is too far to be kept."""
    with suppress(ValueError):
        if abs(date.fromisoformat(text) - today) <= KEPT:
            return date.fromisoformat(text)
    return default_day(today)


def read_day(structure: Structure, on: date, today: date) -> Day:
    """In a fixed number of queries. A day to come holds all who are to be there, and nobody who
    left since it was kept."""
    boards = list(structure.boards.filter(day__lte=on).order_by("-day")[:2])
    board = boards.pop(0) if boards and boards[0].day == on else None
    last = boards[0] if boards else None
    works = Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on)
    named = Crew.objects.filter(*works, chantier__structure=structure)
    crews = dict(named.values_list("pk", "name"))
    plans = _plans_of([each for each in (board, last) if each], crews)
    plan, former = plans[0], plans[-1]
    is_past = board is not None and on < today
    here = structure.learners.filter(pk__in=plan.people) if is_past else structure.learners.here(on)
    learners = dict(here.values_list("pk", "pseudonym"))
    people = {key: plan.people.get(key, Person()) for key in learners}
    if board is None:
        # Who was not there then may be there now.
        people |= {
            key: each._replace(state=UNKNOWN) for key, each in people.items() if each.state != THERE
        }
    plan = Plan(people, plan.runs, plan.tasks)
    return Day(structure, on, today, board, plan, last, former, learners, crews)


def _plans_of(boards: Sequence[Board], crews: Mapping[int, str]) -> list[Plan]:
    """What was kept, as far as its crews still work; nothing without a board."""
    of_crews = Q(crew=None) | Q(crew__in=crews)
    attendances = Attendance.objects.filter(board__in=boards)
    people = attendances.values_list("board", "learner", "state", "crew")
    van_runs = VanRun.objects.filter(of_crews, board__in=boards)
    runs = van_runs.values_list("board", "crew", *Run._fields)
    board_tasks = BoardTask.objects.filter(of_crews, board__in=boards)
    tasks = board_tasks.values_list("board", *DayTask._fields)
    return [
        Plan(
            {
                key: Person(state, crew if crew in crews else None)
                for at, key, state, crew in people
                if at == board.pk
            },
            {crew: Run(*said) for at, crew, *said in runs if at == board.pk},
            tuple(DayTask(*said) for at, *said in tasks if at == board.pk),
        )
        for board in boards
    ] or [Plan({}, {}, ())]

"""Last Monday at the Jardins: two crews, four tasks. This Monday begins from it."""

from datetime import date, time, timedelta

from django.db import transaction

from cordee.accounts.models import User
from cordee.members.models import Crew, Structure
from cordee.skills.frameworks.values import ours
from cordee.skills.learners.actions import write_learner
from cordee.skills.models import Learner, Observation
from cordee.skills.week.actions import keep_board
from cordee.skills.week.plan import DayTask, Person, Plan, Run, default_day, read_day
from demo.people import JARDINS
from demo.training import FRAMEWORK, TRAINER

OTHERS = [
    *("Nour", "Mado", "Samba", "Livia", "Théo", "Rania", "Gus"),
    *("Awa", "Joss", "Milo", "Inaya", "Paul", "Zia", "Rémi"),
]
# Who did each task already, by rank.
TASKS = (
    ("morning", "ev-square", "place de Saint-Aubin", range(2, 9)),
    ("afternoon", "ev-haie", "école du bourg", (2, 4, 5, 6)),
    ("morning", "ev-massif", "Les Granges-Verdoire", range(9, 16)),
    ("afternoon", "ev-talus", "berge aval", (10, 11, 12, 13)),
)


@transaction.atomic
def load_week(day: date) -> None:
    """Once, after `load_training`; nothing where the supervisor of the Jardins is not there."""
    by = User.objects.filter(email=TRAINER).first()
    gardens = Structure.objects.filter(siret=JARDINS[0], kind=JARDINS[1]).first()
    if by is None or gardens is None or gardens.boards.exists():
        return
    came = day - timedelta(days=60)
    for name in OTHERS:
        write_learner(learner=Learner(structure=gardens, pseudonym=name, came_on=came), by=by)
    learners = list(gardens.learners.order_by("pk"))
    crews = list(Crew.objects.filter(chantier__structure=gardens)[:2])
    last = read_day(gardens, default_day(day) - timedelta(days=7), day)
    titles = {each.code: each.title for each in ours()[FRAMEWORK].situations}
    people = {
        each.pk: Person(
            "absent" if each.pseudonym in {"Gus", "Rémi"} else "there", crews[n // 9].pk
        )
        for n, each in enumerate(learners)
    }
    runs = {
        crews[0].pk: Run(str(by), "fourgon 1", time(8)),
        crews[1].pk: Run("Capucine Roche", "fourgon 2", time(7, 30)),
    }
    tasks = tuple(
        DayTask(crews[n // 2].pk, when, titles[code], place, FRAMEWORK, code)
        for n, (when, code, place, _) in enumerate(TASKS)
    )
    keep_board(day=last, plan=Plan(people, runs, tasks), seen=last.plan.mark, by=by)
    for _, code, _, done in TASKS:
        _seen([learners[rank] for rank in done], code, day - timedelta(days=20), by)


def _seen(learners: list[Learner], code: str, on: date, by: User) -> None:
    """One criterion of a situation, in progress."""
    framework = ours()[FRAMEWORK]
    situation = next(each for each in framework.situations if each.code == code)
    competence, criterion = framework.criteria[situation.criteria[0]]
    Observation.objects.bulk_create(
        Observation(
            learner=learner,
            framework=FRAMEWORK,
            criterion=criterion.code,
            competence=competence.name,
            sentence=criterion.sentence,
            situation=code,
            level=Observation.Level.IN_PROGRESS,
            seen_on=on,
            seen_by=by,
            seen_by_name=str(by),
        )
        for learner in learners
    )

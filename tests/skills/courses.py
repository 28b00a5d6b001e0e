"""A structure that teaches, and courses as far as a test needs them."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import RoleSeat, Structure
from cordee.rules.clock import PARIS
from cordee.skills.models import Course, Enactment, Evaluation, Learner, ReflexiveSequence
from cordee.skills.training import actions
from tests.members.makers import make_person

TODAY = timezone.localdate()
BEGUN = TODAY - timedelta(days=20)
TITLE = "Tondre"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=PARIS)


def teacher_of(structure: Structure) -> User:
    seat = RoleSeat.objects.filter(structure=structure, role="supervisor").first()
    email = f"encadre-{structure.pk}@exemple.fr"
    return seat.person if seat else make_person(email, role="supervisor", structure=structure)


def learner_of(structure: Structure, name: str = "Hana") -> Learner:
    return Learner.objects.get_or_create(structure=structure, pseudonym=name)[0]


def open_course(structure: Structure, name: str = "Hana", **values: Any) -> Course:
    """A course whose analysis, trainer and protocol were there twenty days ago."""
    said = {
        "framework": "espaces-verts",
        "title": "Tondre droit",
        "need": "Tondre seule.",
        "need_on": BEGUN,
        "analysis": "Préparer, tondre, ranger.",
        "analysis_on": BEGUN,
        "trainer_name": "Basile Granit",
        "trainer_named_on": BEGUN,
        "protocol_on": BEGUN,
    }
    course = Course(learner=learner_of(structure, name), **said | values)
    return actions.write_course(
        course=course,
        fields=(),
        by=teacher_of(structure),
        chosen={"tonte": (TITLE, BEGUN + timedelta(days=1))},
    )


def work(course: Course, day: int = 1, hour: int = 8, **values: Any) -> Enactment:
    row = Enactment(
        **{
            "course": course,
            "code": "tonte",
            "title": TITLE,
            "starts_at": at(BEGUN + timedelta(days=day), hour),
            "minutes": 120,
        }
        | values
    )
    actions.write_event(course=course, row=row, by=teacher_of(course.learner.structure))
    return Enactment.objects.latest("pk")


def look_back(course: Course, *works: Enactment, hour: int = 11, **values: Any) -> None:
    owner = course.learner.structure
    row = ReflexiveSequence(
        **{
            "structure": owner,
            "starts_at": at(timezone.localdate(works[0].starts_at), hour),
            "minutes": 30,
            "place": "Le local",
            "led_by": "Basile Granit",
        }
        | values
    )
    said = {"gaps": "La bande est courbe.", "decisions": "Refaire avec un repère."}
    parts = {each.pk: said for each in works}
    actions.write_event(course=course, row=row, by=teacher_of(owner), parts=parts)


def evaluate(course: Course, day: int = 5, result: str = "Elle tond seule.") -> None:
    on = BEGUN + timedelta(days=day)
    row = Evaluation(course=course, kind="final", on=on, evaluator="Basile Granit", result=result)
    actions.write_event(course=course, row=row, by=teacher_of(course.learner.structure))


def complete_course(structure: Structure, name: str = "Hana", **values: Any) -> Course:
    course = open_course(structure, name, **values)
    look_back(course, work(course))
    evaluate(course)
    return course

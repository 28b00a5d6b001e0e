"""The Monday board: who is there on a day, in which crew and van, for which tasks.

Never why somebody is not there. Three months later it is erased (RULE-34).
"""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from cordee.accounts.fields import person_field
from cordee.base.fields import one_of, optional_owner_field, owner_field
from cordee.base.written_once import UnnamedRow
from cordee.members.models import Crew, Structure
from cordee.skills.models.learners import Learner

# About three months.
KEPT = timedelta(days=92)


class Board(models.Model):
    """What is planned in a structure for a day, most often a Monday."""

    structure = owner_field(Structure, "structure", related_name="boards")
    day = models.DateField("jour")
    kept_by = person_field("gardé par", blank=True)

    class Meta:
        verbose_name = "tableau du lundi"
        ordering = ["structure_id", "-day"]
        constraints = [models.UniqueConstraint("structure", "day", name="board_once_a_day")]

    def __str__(self) -> str:
        return f"{self.structure} {self.day}"


class Attendance(UnnamedRow):
    """Whether a person is there, as far as is known."""

    class State(models.TextChoices):
        # First what nobody said.
        UNKNOWN = "unknown", "à confirmer"
        THERE = "there", "là"
        ABSENT = "absent", "pas là"

    board = owner_field(Board, "tableau", related_name="attendances")
    learner = owner_field(Learner, "personne", related_name="attendances")
    crew = optional_owner_field(Crew, "équipe", related_name="attendances", outlived=True)
    state = models.CharField("présence", max_length=8, choices=State, default=State.UNKNOWN)

    class Meta:
        verbose_name = "présence prévue"
        constraints = [
            models.UniqueConstraint("board", "learner", name="attendance_once_a_board"),
            one_of("state", ["unknown", "there", "absent"], name="attendance_state"),
        ]


class VanRun(UnnamedRow):
    """Who leads a crew that day, and with which vehicle it leaves, when."""

    board = owner_field(Board, "tableau", related_name="runs")
    crew = owner_field(Crew, "équipe", related_name="runs")
    led_by = models.CharField("qui encadre", max_length=80, blank=True)
    vehicle = models.CharField("véhicule", max_length=40, blank=True)
    departs_at = models.TimeField("départ", null=True, blank=True)

    class Meta:
        verbose_name = "tournée"
        constraints = [models.UniqueConstraint("board", "crew", name="van_run_once_a_board")]


class BoardTask(UnnamedRow):
    """What a crew does; `framework` and `situation` are empty where the words are one's own."""

    class When(models.TextChoices):
        MORNING = "morning", "matin"
        AFTERNOON = "afternoon", "après-midi"
        DAY = "day", "journée"

    board = owner_field(Board, "tableau", related_name="tasks")
    crew = optional_owner_field(Crew, "équipe", related_name="tasks")
    when = models.CharField("quand", max_length=9, choices=When, default=When.DAY)
    title = models.CharField("tâche", max_length=160)
    place = models.CharField("lieu", max_length=80, blank=True)
    framework = models.SlugField("référentiel", max_length=60, blank=True)
    situation = models.CharField("situation", max_length=80, blank=True)

    class Meta:
        verbose_name = "tâche"
        ordering = ["board_id", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="board_task_named"),
            one_of("when", ["morning", "afternoon", "day"], name="board_task_when"),
        ]

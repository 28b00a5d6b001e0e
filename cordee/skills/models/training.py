"""One learner's AFEST course, step by step: what D. 6313-3-2 asks for, as it was done (RULE-24).

Which ingredient lacks is said by `cordee.rules.afest`; nothing here says that a course is one.
"""

from collections import defaultdict
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q

from cordee.accounts.fields import person_field
from cordee.base.fields import owner_field
from cordee.base.written_once import UnnamedRow
from cordee.members.models import Structure
from cordee.members.models.undoable import Undoable, UndoableQuerySet
from cordee.skills.models.learners import Learner


class CourseQuerySet(UndoableQuerySet["Course"]):
    def with_events(self) -> Self:
        """With all that its page and the rule read, in six statements whatever their number."""
        parts = ReflexivePart.objects.filter(sequence__taken_back_at__isnull=True)
        return self.select_related("learner__structure", "trainer").prefetch_related(
            "situations",
            Prefetch("enactments", Enactment.objects.in_force()),
            Prefetch("enactments__parts", parts.select_related("sequence")),
            Prefetch("evaluations", Evaluation.objects.in_force()),
        )


class Course(Undoable):
    """What one person learns at work, from the need to the evaluation. A date is a thing done."""

    learner = owner_field(Learner, "personne", related_name="courses")
    framework = models.SlugField("référentiel", max_length=60)
    title = models.CharField("ce qu’elle apprend", max_length=120)
    need = models.TextField("besoin", max_length=1000, blank=True)
    need_on = models.DateField("besoin dit le", null=True, blank=True)
    analysis = models.TextField("analyse de l’activité", max_length=4000, blank=True)
    analysis_on = models.DateField("analyse faite le", null=True, blank=True)
    trainer = person_field("formatrice ou formateur", blank=True)
    trainer_name = models.CharField(
        "nom de la formatrice ou du formateur", max_length=80, blank=True
    )
    trainer_named_on = models.DateField("désignation le", null=True, blank=True)
    protocol_on = models.DateField("protocole écrit le", null=True, blank=True)
    ended_on = models.DateField("terminé le", null=True, blank=True)
    noted_at = models.DateTimeField("noté le", auto_now_add=True)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = "parcours AFEST"
        ordering = ["learner_id", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def sequences(self) -> dict["ReflexiveSequence", list["ReflexivePart"]]:
        """What comes back on its work, with what each says of it; after `with_events`."""
        found: defaultdict[ReflexiveSequence, list[ReflexivePart]] = defaultdict(list)
        for each in self.enactments.all():
            for part in each.parts.all():
                found[part.sequence].append(part)
        return dict(found)


class ChosenSituationQuerySet(models.QuerySet["ChosenSituation"]):
    def waiting(self, *, until: date) -> Self:
        """Planned until a day in a course that runs, and not enacted yet."""
        done = Enactment.objects.in_force().filter(course=OuterRef("course"), code=OuterRef("code"))
        running = {"course__ended_on__isnull": True, "course__taken_back_at__isnull": True}
        return self.filter(~Exists(done), planned_on__lte=until, **running)


class ChosenSituation(models.Model):
    """A situation that the protocol chose, and for when. Its title stays as it was that day."""

    course = owner_field(Course, "parcours", related_name="situations")
    code = models.CharField("situation", max_length=80)
    title = models.CharField("titre", max_length=160)
    planned_on = models.DateField("prévue le", null=True, blank=True)

    objects = ChosenSituationQuerySet.as_manager()

    class Meta:
        verbose_name = "situation choisie"
        ordering = ["course_id", "planned_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                "course",
                "code",
                name="situation_chosen_once",
                violation_error_message="Cette situation est déjà choisie.",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Enactment(Undoable):
    """A time of work in a situation (mise en situation). Of one not chosen, it does not count."""

    course = owner_field(Course, "parcours", related_name="enactments")
    code = models.CharField("situation", max_length=80)
    title = models.CharField("titre", max_length=160)
    starts_at = models.DateTimeField("début")
    minutes = models.PositiveSmallIntegerField("durée (minutes)")

    objects = UndoableQuerySet.as_manager()

    class Meta:
        verbose_name = "mise en situation"
        ordering = ["course_id", "starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "course",
                "code",
                "starts_at",
                condition=Q(taken_back_at__isnull=True),
                name="enactment_noted_once",
                violation_error_message=(
                    "Cette mise en situation est déjà notée à cette heure\u00a0: corrigez-la."
                ),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=720),
                name="enactment_minutes",
                violation_error_message="Une mise en situation dure de 1 minute à 12 heures.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReflexiveSequence(Undoable):
    """A time apart from the work, to look at gaps (RULE-25). May serve several people."""

    structure = owner_field(Structure, "structure", related_name="reflexive_sequences")
    starts_at = models.DateTimeField("début")
    minutes = models.PositiveSmallIntegerField("durée (minutes)")
    place = models.CharField("lieu", max_length=120, blank=True)
    led_by = models.CharField("animée par", max_length=80, blank=True)

    objects = UndoableQuerySet.as_manager()

    class Meta:
        verbose_name = "séquence réflexive"
        ordering = ["structure_id", "starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=720),
                name="reflexive_minutes",
                violation_error_message="Une séquence réflexive dure de 1 minute à 12 heures.",
            )
        ]


class ReflexivePart(UnnamedRow):
    """What a sequence said of one enactment: the gaps, and what was decided."""

    sequence = owner_field(ReflexiveSequence, "séquence", related_name="parts")
    enactment = owner_field(Enactment, "mise en situation", related_name="parts")
    gaps = models.TextField("écarts", max_length=1000, blank=True)
    decisions = models.TextField("décisions", max_length=1000, blank=True)

    class Meta:
        verbose_name = "retour sur une mise en situation"
        ordering = ["sequence_id", "pk"]
        constraints = [models.UniqueConstraint("sequence", "enactment", name="reflexive_part_once")]


class Evaluation(Undoable):
    """What was checked of what she learnt, along the course or at its end."""

    class Kind(models.TextChoices):
        ALONG = "along", "en cours de parcours"
        FINAL = "final", "à la fin"

    course = owner_field(Course, "parcours", related_name="evaluations")
    kind = models.CharField("moment", max_length=10, choices=Kind)
    on = models.DateField("faite le")
    evaluator = models.CharField("par", max_length=80)
    result = models.TextField("ce qui est su, ce qui reste à apprendre", max_length=2000)

    objects = UndoableQuerySet.as_manager()

    class Meta:
        verbose_name = "évaluation"
        ordering = ["course_id", "on", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.on}"

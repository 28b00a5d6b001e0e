"""What a network learns together: webinars, visits, trainings of supervisors, and who comes."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cordee.accounts.fields import person_field
from cordee.base.fields import one_of, optional_owner_field, owner_field
from cordee.base.written_once import UnnamedRow
from cordee.members.models import Network, Structure
from cordee.members.models.undoable import UndoableQuerySet
from cordee.practices.models.commissions import Held
from cordee.practices.models.sheets import Sheet


class SessionKind(models.TextChoices):
    WEBINAR = "webinar", "webinaire"
    VISIT = "visit", "visite"
    TRAINING = "training", "formation d’encadrants"


class Qualification(models.TextChoices):
    ETI = "eti", "Encadrant technique d’insertion"
    ETAIE = "etaie", "Encadrant technique d’activités d’insertion par l’économique"


class Session(Held):
    """Open to the members of a network, as long as there are places. `qualification`: the title of
    supervisors that it prepares, as in `rules.afest.registration`."""

    network = owner_field(Network, "réseau", related_name="sessions")
    kind = models.CharField("sorte", max_length=10, choices=SessionKind)
    title = models.CharField("objet", max_length=150)
    about = models.TextField("ce qu’on y apprend", max_length=2000)
    places = models.PositiveSmallIntegerField("places", validators=[MinValueValidator(1)])
    qualification = models.CharField(
        "titre préparé", max_length=5, choices=Qualification, blank=True
    )

    objects = UndoableQuerySet.as_manager()

    class Meta(Held.Meta):
        verbose_name = "session"
        ordering = ["begins_at", "pk"]
        constraints = [
            *Held.Meta.constraints,
            one_of("kind", SessionKind, name="session_kind_known"),
            models.CheckConstraint(condition=Q(places__gte=1), name="session_has_places"),
            models.CheckConstraint(
                condition=Q(qualification="") | Q(kind="training"),
                name="session_qualification_of_a_training",
                violation_error_message="Seule une formation d’encadrants prépare un titre.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page; before it is kept, the one that lists it."""
        if self._state.adding:
            return reverse("practices:sessions", args=[self.network.slug])
        return reverse("practices:session", args=[self.network.slug, self.pk])

    @property
    def in_calendar(self) -> str:
        return f"{self.get_kind_display().capitalize()}\u00a0: {self.title}"


class SessionAnswer(UnnamedRow):
    """Whether a structure comes, and how many of its people; once it came, which sheet came of it:
    none, where `told_at` is said and `sheet` is not."""

    session = owner_field(Session, "session", related_name="answers")
    structure = owner_field(Structure, "structure", related_name="session_answers")
    is_coming = models.BooleanField("vient")
    people = models.PositiveSmallIntegerField(
        "combien de personnes", default=1, validators=[MinValueValidator(1)]
    )
    by = person_field("dit par")
    at = models.DateTimeField("dit le")
    sheet = optional_owner_field(Sheet, "fiche", related_name="session_answers", outlived=True)
    told_at = models.DateTimeField("suite dite le", null=True, blank=True)

    class Meta:
        verbose_name = "réponse à une session"
        ordering = ["session_id", "structure__sort_key"]
        constraints = [
            models.UniqueConstraint("session", "structure", name="session_answered_once"),
            models.CheckConstraint(condition=Q(people__gte=1), name="session_answer_counts_people"),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, sheet__isnull=True) | Q(is_coming=True),
                name="session_answer_told_by_who_came",
            ),
        ]

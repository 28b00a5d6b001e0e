"""Commissions and working groups of a network: who sits in them, what they decide and give."""

from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from cordee.base.fields import owner_field, single_owner_field
from cordee.base.models import StoredFile
from cordee.base.ui import french
from cordee.members.models import Network, Structure
from cordee.members.models.undoable import Undoable, UndoableQuerySet
from cordee.practices.models.sheets import Sheet


class Commission(Undoable):
    """A commission or a working group: what it was asked, from when, until when."""

    network = owner_field(Network, "réseau", related_name="commissions")
    name = models.CharField("nom", max_length=120)
    mandate = models.TextField("mandat", max_length=2000)
    starts_on = models.DateField("commence le")
    ends_on = models.DateField("finit le", null=True, blank=True)

    objects = UndoableQuerySet.as_manager()

    class Meta:
        verbose_name = "commission"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "network",
                "name",
                condition=Q(taken_back_at__isnull=True),
                name="commission_named_once",
                violation_error_message="Ce réseau a déjà une commission de ce nom.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="commission_ends_after_it_begins",
                violation_error_message="La commission finirait avant de commencer.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The rule of the base, beside the field that breaks it."""
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            _refuse_end("ends_on", self.ends_on, self.starts_on)

    def get_absolute_url(self) -> str:
        """Its page; before it is kept, the one that lists it, here and below."""
        if self._state.adding:
            return reverse("practices:commissions", args=[self.network.slug])
        return reverse("practices:commission", args=[self.network.slug, self.pk])


def _refuse_end(field: str, ends: Any, begins: Any) -> NoReturn:
    """Two days, or two moments; each with its year where these are not the same."""
    written = french.moment if isinstance(ends, datetime) else french.day
    told = written(ends, begins), written(begins, ends)
    words = "{}\u00a0: cela finirait avant le début, le {}. Corrigez l’un des deux."
    raise ValidationError({field: words.format(*told)})


class OnCommission:
    """What hangs on a commission, and is told on its page."""

    def get_absolute_url(self: Any) -> str:
        return str(self.commission.get_absolute_url())


class CommissionSeat(OnCommission, Undoable):
    """A structure and a function, as « direction »."""

    commission = owner_field(Commission, "commission", related_name="seats")
    structure = owner_field(Structure, "structure", related_name="commission_seats")
    function = models.CharField("fonction", max_length=80)

    objects = UndoableQuerySet.as_manager()

    class Meta:
        verbose_name = "place dans une commission"
        ordering = ["commission_id", "structure__sort_key", "function"]
        constraints = [
            models.UniqueConstraint(
                "commission",
                "structure",
                "function",
                condition=Q(taken_back_at__isnull=True),
                name="commission_seat_once",
                violation_error_message="Cette structure y siège déjà, avec cette fonction.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.structure.shown_name}, {self.function}"


class Held(Undoable):
    """What is held on a day, from an hour to another, at a place."""

    begins_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    place = models.CharField("lieu", max_length=200)
    changed_at = models.DateTimeField("changé le", auto_now=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")),
                name="%(class)s_ends_after_it_begins",
                violation_error_message="La fin vient avant le début.",
            )
        ]

    def clean(self) -> None:
        """The rule of the base, beside the field that breaks it."""
        if self.begins_at and self.ends_at and self.ends_at <= self.begins_at:
            _refuse_end("ends_at", self.ends_at, self.begins_at)

    @property
    def is_past(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def when(self) -> str:
        """ "4 février, 14 h – 17 h", or both days."""
        day, end = _moment(self.begins_at), _moment(self.ends_at)
        is_one_day = timezone.localdate(self.begins_at) == timezone.localdate(self.ends_at)
        return f"{day} – {end.rpartition(', ')[2] if is_one_day else end}"


def _moment(moment: datetime) -> str:
    return french.moment(moment, timezone.localdate())


class MeetingQuerySet(UndoableQuerySet["Meeting"]):
    def published(self) -> "MeetingQuerySet":
        return self.in_force().filter(published_at__isnull=False)


class Meeting(OnCommission, Held):
    """A meeting, its agenda, and its minutes: a draft until they are published."""

    commission = owner_field(Commission, "commission", related_name="meetings")
    title = models.CharField("objet", max_length=150)
    agenda = models.TextField("ordre du jour", max_length=4000)
    decided = models.TextField("décidé", max_length=4000, blank=True)
    learnt = models.TextField("appris", max_length=4000, blank=True)
    next_time = models.TextField("la prochaine fois", max_length=2000, blank=True)
    published_at = models.DateTimeField("publié le", null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta(Held.Meta):
        verbose_name = "réunion"
        ordering = ["-begins_at", "-pk"]
        constraints = [
            *Held.Meta.constraints,
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | ~Q(decided="")
                | ~Q(learnt="")
                | ~Q(next_time=""),
                name="meeting_published_says_something",
                violation_error_message="Ce compte rendu est vide. Écrivez ce qui est décidé, "
                "appris, ou prévu la prochaine fois.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        if self._state.adding:
            return self.commission.get_absolute_url()
        return reverse("practices:meeting", args=[self.commission.network.slug, self.pk])

    @property
    def has_minutes(self) -> bool:
        return bool(self.decided or self.learnt or self.next_time)

    @property
    def in_calendar(self) -> str:
        return f"{self.commission}\u00a0: {self.title}"


class MeetingTask(Undoable):
    """What a meeting asks of a structure, and until when."""

    meeting = owner_field(Meeting, "réunion", related_name="tasks")
    what = models.CharField("quoi", max_length=200)
    structure = owner_field(Structure, "qui", related_name="meeting_tasks")
    until = models.DateField("pour quand")
    done_at = models.DateTimeField("fait le", null=True, blank=True)

    objects = UndoableQuerySet.as_manager()

    class Meta:
        verbose_name = "chose à faire"
        verbose_name_plural = "choses à faire"
        ordering = ["until", "pk"]

    def __str__(self) -> str:
        return self.what

    def clean(self) -> None:
        day = timezone.localdate(self.meeting.begins_at)
        if self.until and self.until < day:
            told = french.day(self.until, day), french.day(day, self.until)
            words = "{}\u00a0: c’est avant la réunion, le {}. Choisissez un jour d’après."
            raise ValidationError({"until": words.format(*told)})

    @property
    def commission(self) -> Commission:
        return self.meeting.commission

    def get_absolute_url(self) -> str:
        return self.meeting.get_absolute_url()


class GivenHours(OnCommission, Undoable):
    """What a structure gave to a commission: how many people, how many hours in all."""

    commission = owner_field(Commission, "commission", related_name="hours")
    structure = owner_field(Structure, "structure", related_name="given_hours")
    on = models.DateField("quel jour")
    people = models.PositiveSmallIntegerField(
        "combien de personnes", validators=[MinValueValidator(1)]
    )
    hours = models.DecimalField(
        "heures en tout",
        max_digits=6,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.25"))],
    )

    objects = UndoableQuerySet.as_manager()

    class Meta:
        verbose_name = "temps donné"
        verbose_name_plural = "temps donnés"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(people__gte=1, hours__gt=0, hours__lte=24 * F("people")),
                name="given_hours_of_a_day",
                violation_error_message="Une personne donne 24 heures au plus en un jour.",
            )
        ]

    def __str__(self) -> str:
        many, day = french.count(self.people, "personne"), french.day(self.on, timezone.localdate())
        return f"{day}, {self.structure.shown_name}, {many}"

    def clean(self) -> None:
        """The rule of the base, beside the field that breaks it."""
        most = 24 * (self.people or 0)
        if self.people and self.hours and self.hours > most:
            told = (
                f"{french.number(self.hours)}\u00a0: une personne donne 24 heures au plus par jour."
            )
            raise ValidationError({"hours": f"{told} Écrivez {most} au plus, ou un autre jour."})


class CommissionFile(OnCommission, Undoable):
    """A file of a commission, for those who sit in it."""

    commission = owner_field(Commission, "commission", related_name="files")
    stored = single_owner_field(StoredFile, "fichier", related_name="+", kept=True)
    words = models.CharField("ce que c’est", max_length=200, blank=True)

    objects = UndoableQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier d’une commission"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.words or str(self.stored)


class Product(OnCommission, Undoable):
    """A sheet that came of a commission; told as long as the sheet is published."""

    commission = owner_field(Commission, "commission", related_name="products")
    sheet = owner_field(Sheet, "fiche", related_name="commission_products")

    objects = UndoableQuerySet.as_manager()

    class Meta:
        verbose_name = "production d’une commission"
        ordering = ["sheet__title", "pk"]
        constraints = [
            models.UniqueConstraint(
                "commission",
                "sheet",
                condition=Q(taken_back_at__isnull=True),
                name="product_once",
                violation_error_message="Cette fiche est déjà dans ce que la commission a produit.",
            )
        ]

    def __str__(self) -> str:
        return str(self.sheet)

"""What a network writes once to chosen members, about something that is no opportunity; and the
dates that it asks them about."""

from datetime import datetime
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from cordee.accounts.fields import person_field
from cordee.base.fields import optional_owner_field, owner_field
from cordee.base.ui import french
from cordee.base.written_once import UnnamedRow
from cordee.members.models import Network, Structure
from cordee.members.models.undoable import UndoableQuerySet
from cordee.mobilisation.models.campaigns import end_of
from cordee.practices.models.commissions import Commission


class LetterQuerySet(UndoableQuerySet["Letter"]):
    def counted(self) -> Self:
        """With how many were `asked` and `answered`, and when the `first` mail may leave."""
        counts = {
            "asked": models.Count("recipients"),
            "answered": models.Count("recipients__answered_at"),
        }
        return self.annotate(first=models.Min("recipients__mails_at"), **counts)


class Letter(models.Model):
    """It exists once it was sent. `commission`: the one for which a date is sought. Taken back, it
    reaches nobody: none of its mails had left."""

    network = owner_field(Network, "réseau", related_name="letters")
    commission = optional_owner_field(
        Commission, "pour la commission", related_name="letters", outlived=True
    )
    subject = models.CharField("objet", max_length=150)
    message = models.TextField("message", max_length=4000)
    answer_by = models.DateField("réponse attendue le", null=True, blank=True)
    sent_at = models.DateTimeField("envoyé le")
    by = person_field("écrit par")
    taken_back_at = models.DateTimeField("arrêté le", null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "courrier d’un réseau"
        verbose_name_plural = "courriers d’un réseau"
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("practices:letter", args=[self.network.slug, self.pk])

    @cached_property
    def leaves_at(self) -> datetime | None:
        """When its first mail may leave; none where it has no mail."""
        first: datetime | None = self.recipients.aggregate(at=models.Min("mails_at"))["at"]
        return first

    @property
    def closes_at(self) -> datetime:
        """Until when one answers about its dates; it has some where it says by when."""
        return end_of(self.answer_by) if self.answer_by else self.sent_at


class LetterDateQuerySet(models.QuerySet["LetterDate"]):
    def best_first(self) -> Self:
        """With how many said `yes`, those that suit most first."""
        return self.annotate(yes=models.Count("coming")).order_by("-yes", "begins_at")


class LetterDate(models.Model):
    """A date on which it asks whether each can come."""

    letter = owner_field(Letter, "courrier", related_name="dates")
    begins_at = models.DateTimeField("quand")

    objects = LetterDateQuerySet.as_manager()

    class Meta:
        verbose_name = "date proposée"
        verbose_name_plural = "dates proposées"
        ordering = ["begins_at", "pk"]
        constraints = [models.UniqueConstraint("letter", "begins_at", name="letter_date_once")]

    def __str__(self) -> str:
        return french.moment(self.begins_at, timezone.localdate())


class LetterRecipient(UnnamedRow):
    """A member to whom it was written. `mails_at`: from when its mail may leave; none where nobody
    there reads our mails, or too late to answer: somebody calls. `dates`: on which it can come,
    once it has answered. `heard_on`, `heard_from`: what the network wrote down of a call, until the
    structure answers by itself."""

    letter = owner_field(Letter, "courrier", related_name="recipients")
    structure = owner_field(Structure, "structure", related_name="letters")
    mails_at = models.DateTimeField("part le", null=True, blank=True)
    answered_at = models.DateTimeField("réponse du", null=True, blank=True)
    dates = models.ManyToManyField(LetterDate, related_name="coming", verbose_name="peut venir")
    by = person_field("répondu par", blank=True)
    heard_on = models.DateField("entendu le", null=True, blank=True)
    heard_from = models.CharField("fonction de qui a répondu", max_length=80, blank=True)

    class Meta:
        verbose_name = "destinataire d’un courrier"
        verbose_name_plural = "destinataires d’un courrier"
        ordering = ["letter_id", "structure__sort_key"]
        indexes = [models.Index(fields=["structure", "mails_at"], name="letter_mails_of_a_week")]
        constraints = [models.UniqueConstraint("letter", "structure", name="letter_recipient_once")]

    @property
    def closes_at(self) -> datetime:
        return self.letter.closes_at

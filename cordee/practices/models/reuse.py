"""Practices taken up elsewhere: as they were, adapted, or without success."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from cordee.base.fields import one_of, owner_field
from cordee.members.models import Structure
from cordee.members.models.capacity import TRADE_CHOICES
from cordee.members.models.undoable import Undoable, UndoableQuerySet
from cordee.practices.models.sheets import Naming, Sheet, SheetAuthor, Territory
from cordee.rules.trades import TRADES

MOST_PLACES = 5_000


class Outcome(models.TextChoices):
    TAKEN = "taken", "Reprise telle quelle"
    ADAPTED = "adapted", "Adaptée"
    FAILED = "failed", "Essayée sans succès"


class ReuseQuerySet(UndoableQuerySet["Reuse"]):
    def elsewhere(self) -> Self:
        """Those in force of structures that did not write the sheet."""
        own = SheetAuthor.objects.filter(sheet=OuterRef("sheet"), structure=OuterRef("structure"))
        return self.in_force().filter(~Exists(own.order_by()))

    def worked(self) -> Self:
        return self.exclude(outcome=Outcome.FAILED)


class Reuse(Naming, Undoable):
    """What a structure says of a practice that others wrote."""

    sheet = owner_field(Sheet, "fiche", related_name="reuses")
    structure = owner_field(Structure, "structure", related_name="practice_reuses")
    outcome = models.CharField("ce qu’il en est", max_length=7, choices=Outcome)
    trade = models.CharField("métier", max_length=50, choices=TRADE_CHOICES, blank=True)
    places = models.PositiveIntegerField("places en insertion", null=True, blank=True)
    territory = models.CharField("territoire", max_length=5, choices=Territory, blank=True)
    changed = models.TextField("ce que vous avez changé", max_length=1_000, blank=True)
    why = models.TextField("pourquoi", max_length=1_000)
    noted_at = models.DateTimeField("dit le")

    objects = ReuseQuerySet.as_manager()

    class Meta:
        verbose_name = "reprise"
        ordering = ["-noted_at", "-pk"]
        constraints = [
            one_of("outcome", Outcome, name="reuse_outcome_known"),
            one_of("trade", ["", *TRADES], name="reuse_trade_known"),
            one_of("territory", ["", *Territory], name="reuse_territory_known"),
            models.UniqueConstraint(
                fields=["sheet", "structure"],
                condition=Q(taken_back_at__isnull=True),
                name="reuse_once_a_structure",
                violation_error_message="Votre structure l’a déjà dit. Corrigez ce qu’elle a dit.",
            ),
            models.CheckConstraint(
                condition=Q(places__isnull=True) | Q(places__range=(1, MOST_PLACES)),
                name="reuse_has_places",
                violation_error_message="Zéro place n’est pas une taille, plus de 5\u202f000 non "
                "plus. Laissez vide si vous ne la savez pas.",
            ),
            models.CheckConstraint(
                condition=Q(why__regex=r"\S"),
                name="reuse_says_why",
                violation_error_message="Dites pourquoi, en une phrase.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.ADAPTED) | Q(changed__regex=r"\S"),
                name="reuse_adapted_says_what_changed",
                violation_error_message="Dites ce que vous avez changé, ou choisissez "
                "«\u00a0Reprise telle quelle\u00a0».",
            ),
        ]

    @property
    def worked(self) -> bool:
        return self.outcome != Outcome.FAILED

    @property
    def trade_words(self) -> str:
        return TRADES[self.trade].in_sentence if self.trade else ""

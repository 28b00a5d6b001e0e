"""People who left a structure, without a name: two days, hours, a category, one follow-up."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from cordee.base.fields import one_of, owner_field
from cordee.members.models import Structure
from cordee.members.models.undoable import Undoable, UndoableQuerySet
from cordee.rules.exits import Exit, ExitCategory
from cordee.rules.months import add_months

FOLLOW_UP_MONTHS = 6
SITUATIONS = (
    ("lasting", "en emploi durable"),
    ("short", "en contrat court"),
    ("training", "en formation"),
    ("looking", "en recherche d’emploi"),
    ("other", "autre situation"),
    ("silent", "sans réponse"),
)


class PersonExitQuerySet(UndoableQuerySet["PersonExit"]):
    def between(self, first: date, last: date) -> Self:
        return self.in_force().filter(left_on__range=(first, last))

    def to_follow_up(self, until: date) -> Self:
        """Who agreed to be asked what they do, six months after leaving, and was not yet."""
        left = add_months(until, -FOLLOW_UP_MONTHS)
        return self.in_force().filter(left_on__lte=left, agreed_on__isnull=False, situation="")


class PersonExit(Undoable):
    """One exit, both days included. The follow-up is by consent, noted once, and erasable."""

    structure = owner_field(Structure, "structure", related_name="exits")
    entered_on = models.DateField("entrée le")
    left_on = models.DateField("sortie le")
    hours = models.DecimalField("heures travaillées", max_digits=7, decimal_places=2)
    category = models.CharField("catégorie", max_length=20, choices=ExitCategory.choices())
    agreed_on = models.DateField("accord donné le", null=True, blank=True)
    asked_on = models.DateField("nouvelles demandées le", null=True, blank=True)
    situation = models.CharField("alors", max_length=10, choices=SITUATIONS, blank=True)
    noted_at = models.DateTimeField("noté le", auto_now_add=True)

    objects = PersonExitQuerySet.as_manager()

    class Meta:
        verbose_name = "sortie"
        ordering = ["-left_on", "-pk"]
        constraints = [
            one_of("category", ExitCategory, name="exit_category_known"),
            models.CheckConstraint(condition=Q(hours__gte=0), name="exit_hours_not_negative"),
            models.CheckConstraint(
                condition=Q(left_on__gte=F("entered_on")), name="exit_after_entry"
            ),
            models.CheckConstraint(
                # Else a day that is not there would compare to nothing, and pass.
                condition=Q(asked_on__isnull=True, situation="")
                | Q(asked_on__isnull=False, agreed_on__isnull=False)
                & Q(asked_on__gte=F("agreed_on"), asked_on__gt=F("left_on"))
                & ~Q(situation=""),
                name="exit_asked_once_agreed",
                violation_error_message="Une situation va avec sa date, après l’accord et après "
                "la sortie. Complétez ou corrigez.",
            ),
        ]

    @property
    def follow_up_on(self) -> date:
        return add_months(self.left_on, FOLLOW_UP_MONTHS)

    @property
    def value(self) -> Exit:
        """What the rule reads of it."""
        return Exit(ExitCategory(self.category), self.entered_on, self.left_on, self.hours)

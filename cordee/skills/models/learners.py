"""A learner as the structure knows her: a pseudonym and a card, nothing else about the person."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cordee.base.fields import owner_field
from cordee.members.models import Structure
from cordee.rules.months import add_months

# Wrong pictures in all before a card is locked until it is printed again.
MOST_FAILURES = 10
# After somebody left: her card opens until then, and then all of it is erased.
KEPT_MONTHS = 24


class LearnerQuerySet(models.QuerySet["Learner"]):
    def present(self, on: date | None = None) -> Self:
        """Those who have not left by a day, or by today; who leaves later is still there."""
        return self.exclude(left_on__lte=on or timezone.localdate())

    def here(self, on: date) -> Self:
        """Those who are there on a day, as far as is known: come, and not gone."""
        return self.present(on).exclude(came_on__gt=on)

    def opened(self) -> Self:
        """Those who let the direction read what was seen of them."""
        return self.filter(open_to_direction_on__isnull=False)

    def before_erasure(self, on: date) -> Self:
        """Those whose card still opens, gone or not."""
        return self.exclude(pk__in=self.to_erase(on))

    def to_erase(self, on: date) -> Self:
        """Those who left so long ago that nothing of them is kept (RULE-34)."""
        return self.filter(left_on__lt=add_months(on, -KEPT_MONTHS))


class Learner(models.Model):
    """Who learns, without an account (RULE-32, 33): first name or initials, chosen with her.

    Her key is a printed card: an address, of which the digest alone is kept, and three pictures in
    their order, of which the salted hash alone is kept.
    """

    structure = owner_field(Structure, "structure", related_name="learners")
    pseudonym = models.CharField("prénom ou initiales", max_length=30)
    came_on = models.DateField("là depuis", null=True, blank=True)
    left_on = models.DateField("partie ou parti le", null=True, blank=True)
    card_digest = models.CharField("empreinte de la carte", max_length=64, blank=True)
    pictures_hash = models.CharField("empreinte des images", max_length=160, blank=True)
    card_made_at = models.DateTimeField("carte faite le", null=True, blank=True)
    failures = models.PositiveSmallIntegerField("essais manqués", default=0)
    # She alone opens what was observed to the direction, and takes it back (it renews contracts).
    open_to_direction_on = models.DateField("ouvert à la direction le", null=True, blank=True)
    asked_erasure_at = models.DateTimeField("demande d’effacement le", null=True, blank=True)

    objects = LearnerQuerySet.as_manager()

    class Meta:
        verbose_name = "personne qui apprend"
        ordering = ["structure_id", "pseudonym", "pk"]
        constraints = [
            models.UniqueConstraint(
                "structure",
                "pseudonym",
                condition=Q(left_on__isnull=True),
                name="learner_pseudonym_once",
                violation_error_message=(
                    "Une personne présente porte déjà ce nom\u00a0: ajoutez une initiale."
                ),
            ),
            models.UniqueConstraint(
                "card_digest", condition=~Q(card_digest=""), name="learner_card_once"
            ),
            models.CheckConstraint(
                condition=Q(failures__lte=MOST_FAILURES), name="learner_failures"
            ),
            models.CheckConstraint(
                condition=Q(came_on__isnull=True)
                | Q(left_on__isnull=True)
                | Q(left_on__gte=models.F("came_on")),
                name="learner_leaves_after_coming",
                violation_error_message="Le départ vient avant l’arrivée.",
            ),
        ]

    def __str__(self) -> str:
        return self.pseudonym

    def is_gone(self, on: date) -> bool:
        """Whether she has left by that day."""
        return self.left_on is not None and self.left_on <= on

    @property
    def is_locked(self) -> bool:
        return self.failures >= MOST_FAILURES


class ErasedLearners(models.Model):
    """What stays of those who were erased: totals of a year, of nobody."""

    structure = owner_field(Structure, "structure", related_name="erased_learners")
    year = models.PositiveSmallIntegerField("année")
    learners = models.PositiveIntegerField("personnes", default=0)
    work_minutes = models.PositiveIntegerField("minutes de mise en situation", default=0)
    reflexive_minutes = models.PositiveIntegerField("minutes de séquences réflexives", default=0)
    training_minutes = models.PositiveIntegerField("minutes d’entraînement au poste", default=0)
    acquired = models.PositiveIntegerField("critères acquis", default=0)
    units = models.PositiveIntegerField("unités du CQP acquises", default=0)

    class Meta:
        verbose_name = "totaux de personnes effacées"
        ordering = ["structure_id", "year"]
        constraints = [
            models.UniqueConstraint("structure", "year", name="erased_learners_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.structure} {self.year}"

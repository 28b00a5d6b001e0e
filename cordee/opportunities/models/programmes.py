"""What ties an opportunity to a programme: rules, and the hand of a person, which wins."""

from datetime import date

from django.db import models
from django.db.models import Q

from cordee.accounts.fields import person_field
from cordee.base.fields import owner_field
from cordee.base.ui import french
from cordee.members.models import Programme
from cordee.opportunities.models.opportunities import Opportunity
from cordee.rules.trades import TRADES


class ProgrammeRule(models.Model):
    """Which notices are of a programme; those that fit are attached, tonight and from then on.

    All that is asked holds together. `words`: alternatives parted by commas, any of them in the
    title or the name of the buyer. `trades` and `cpv`: slugs and beginnings of codes parted by
    spaces. `in_places` and `in_period`: those of the programme, as they are on the day.
    """

    programme = owner_field(Programme, "programme", related_name="rules")
    words = models.CharField("mots de l’acheteur ou du titre", max_length=300, blank=True)
    trades = models.CharField("métiers", max_length=800, blank=True)
    cpv = models.CharField("codes CPV", max_length=200, blank=True)
    in_places = models.BooleanField("dans les lieux du programme", default=True)
    in_period = models.BooleanField("pendant le programme", default=True)
    made_by = person_field("écrite par", blank=True)
    made_at = models.DateTimeField("écrite le", auto_now_add=True)

    class Meta:
        verbose_name = "règle d’un programme"
        ordering = ["programme_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "words", "trades", "cpv", "in_places", "in_period"],
                name="programme_rule_unique",
                violation_error_message="Cette règle existe déjà.",
            ),
            models.CheckConstraint(
                condition=~Q(words="", trades="", cpv="", in_places=False),
                name="programme_rule_asks_something",
                violation_error_message="Une règle demande au moins un lieu, un mot, un métier "
                "ou un code.",
            ),
        ]

    def __str__(self) -> str:
        return f"Règle {self.pk} · {self.programme}"

    @property
    def alternatives(self) -> list[str]:
        return [word.strip() for word in self.words.split(",") if word.strip()]

    def in_words(self, on: date) -> str:
        """The rule as one French sentence; reads the places of the programme."""
        parts = []
        if self.words:
            quoted = " ou ".join(f"«\u00a0{word}\u00a0»" for word in self.alternatives)
            parts.append(f"dont le titre ou l’acheteur contient {quoted}")
        if self.trades:
            labels = " ou ".join(TRADES[slug].short_label for slug in self.trades.split())
            parts.append(f"du métier {labels}" if " ou " not in labels else f"des métiers {labels}")
        if self.cpv:
            parts.append(f"de code CPV commençant par {' ou '.join(self.cpv.split())}")
        if self.in_period:
            first = french.day(self.programme.starts_on, on)
            last = french.day(self.programme.ends_on, on)
            parts.append(f"publiés entre le {first} et le {last}")
        if self.in_places:
            places = [
                *(str(each) for each in self.programme.departments.all()),
                *(each.name for each in self.programme.communes.all()),
            ]
            named = ", ".join(places) or "ceux du programme"
            parts.append(f"dans ces lieux\u00a0: {named}")
        return f"Les avis {', '.join(parts)}."


class AttachmentQuerySet(models.QuerySet["ProgrammeAttachment"]):
    def standing(self) -> "AttachmentQuerySet":
        """Attached today, to an opportunity that speaks for itself."""
        return self.filter(is_detached=False, opportunity__joined_to__isnull=True)


class ProgrammeAttachment(models.Model):
    """An opportunity of a programme; or, detached by hand, one that no rule attaches again.

    `rule` alone: attached by it, and gone with it. `by` and `reason`: a person's word.
    """

    programme = owner_field(Programme, "programme", related_name="attachments")
    opportunity = owner_field(Opportunity, "opportunité", related_name="programme_attachments")
    rule = models.ForeignKey(
        ProgrammeRule,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name="règle",
    )
    is_by_hand = models.BooleanField("à la main", default=False)
    is_detached = models.BooleanField("détachée", default=False)
    by = person_field("par", blank=True)
    reason = models.CharField("raison", max_length=300, blank=True)
    at = models.DateTimeField("depuis")
    hours = models.PositiveIntegerField("heures d’insertion demandées", null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "opportunité d’un programme"
        ordering = ["programme_id", "pk"]
        indexes = [models.Index(fields=["opportunity", "programme"])]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "opportunity"],
                name="programme_attachment_unique",
                violation_error_message="Cette opportunité est déjà dans ce programme.",
            ),
            models.CheckConstraint(
                condition=Q(is_by_hand=False) | ~Q(reason=""),
                name="programme_attachment_by_hand_says_why",
                violation_error_message="Dites pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(is_detached=False) | Q(is_by_hand=True),
                name="programme_attachment_detached_by_hand_only",
                violation_error_message="Seule une personne détache une opportunité.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity} · {self.programme}"

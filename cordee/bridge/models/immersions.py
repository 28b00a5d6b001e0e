"""Immersions with another employer (RULE-41): where, when, for what; and her yes, each time.

Nothing is written of the person: who she is hangs on her card, and goes with her.
"""

from datetime import timedelta
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cordee.accounts.fields import person_field
from cordee.base.fields import one_of, optional_owner_field, owner_field
from cordee.base.ui import french
from cordee.delivery.models import Delivery
from cordee.members.models import Structure
from cordee.opportunities.models import Opportunity
from cordee.rules.immersion import Purpose, last_day, may_renew
from cordee.rules.months import month_number
from cordee.skills.models import Learner

# What a renewal takes over.
SAME = (
    *("structure", "learner", "delivery", "opportunity"),
    *("company", "siren", "purpose", "is_apart"),
)
WORKLOAD = (
    "{} travaille sur votre marché «\u00a0{}\u00a0». Une immersion n’y remplace jamais du travail. "
    "Choisissez une autre entreprise, ou dites que la personne y fera autre chose."
)


class Ending(models.TextChoices):
    """How an immersion ended, for both sides. Nothing of the person."""

    HIRED = "hired", "une embauche suit"
    GOES_ON = "goes_on", "le projet avance"
    NOTHING = "nothing", "rien ne suit pour l’instant"
    STOPPED = "stopped", "arrêtée avant la fin"


class ImmersionQuerySet(models.QuerySet["Immersion"]):
    def standing(self) -> Self:
        """Those that were not taken back, of people who were not erased."""
        return self.filter(taken_back_at__isnull=True).exclude(company="")


class Immersion(models.Model):
    """Some days with another employer; the State's service makes its convention. `delivery`: on
    which contract the person learnt what led there. `opportunity`: the post that it prepares.
    Without a card, the structure notes the day of her yes, of nobody. Of an erased person, a year,
    the contract and whether a hire followed stay: `company` is empty then."""

    structure = owner_field(Structure, "structure", related_name="immersions")
    learner = optional_owner_field(Learner, "personne", related_name="immersions")
    delivery = optional_owner_field(
        Delivery, "marché où la personne a appris", related_name="immersions", outlived=True
    )
    opportunity = optional_owner_field(
        Opportunity, "poste préparé", related_name="immersions", outlived=True
    )
    renews = models.OneToOneField(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="renewal",
        verbose_name="renouvelle",
        error_messages={"unique": "Cette immersion est déjà renouvelée, une fois."},
    )
    company = models.CharField("entreprise", max_length=200)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    purpose = models.CharField("but", max_length=10, choices=Purpose.choices())
    first_on = models.DateField("premier jour")
    last_on = models.DateField("dernier jour")
    convention = models.CharField("numéro de la convention", max_length=40, blank=True)
    is_apart = models.BooleanField("autre travail que celui du marché", default=False)
    is_yes = models.BooleanField("accord", null=True, blank=True)
    said_on = models.DateField("réponse le", null=True, blank=True)
    shown: "models.JSONField[list[str]]" = models.JSONField(
        "attestations montrées", default=list, blank=True
    )
    ending = models.CharField("comment elle a fini", max_length=10, choices=Ending, blank=True)
    company_ending = models.CharField(
        "comment elle a fini, selon l’entreprise", max_length=10, choices=Ending, blank=True
    )
    noted_by = person_field("noté par", blank=True)
    noted_at = models.DateTimeField("noté le", auto_now_add=True)
    taken_back_at = models.DateTimeField("retirée le", null=True, blank=True)

    objects = ImmersionQuerySet.as_manager()

    class Meta:
        verbose_name = "immersion"
        ordering = ["structure_id", "-first_on", "pk"]
        constraints = [
            one_of("purpose", Purpose, name="immersion_purpose_known"),
            one_of("ending", ["", *Ending.values], name="immersion_ending_known"),
            one_of("company_ending", ["", *Ending.values], name="immersion_company_ending_known"),
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")), name="immersion_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"Immersion chez {self.company}"

    def clean(self) -> None:
        """What RULE-41 says: its length, its renewals, no workload of a contract; and her yes."""
        if not (self.first_on and self.last_on):
            return
        on, longest = timezone.localdate(), last_day(self.first_on, on=timezone.localdate())
        told = f"{french.day(self.last_on, on)}\u00a0: "
        if self.last_on < self.first_on:
            told += f"c’est avant le premier jour, le {french.day(self.first_on, on)}."
            raise ValidationError({"last_on": f"{told} Corrigez l’un des deux."})
        if self.last_on > longest:
            told += "une immersion dure un mois au plus."
            cure = f"Écrivez au plus tard le {french.day(longest, on)}."
            raise ValidationError({"last_on": f"{told} {cure}"})
        if self.renews and not may_renew(int(self.renews.renews_id is not None), on=on):
            cure = "Notez une autre immersion, pour un autre but."
            raise ValidationError({"last_on": f"{told}elle est déjà renouvelée une fois. {cure}"})
        if not self.is_apart and (contract := self.contract_in_common()):
            raise ValidationError({"company": WORKLOAD.format(self.company, contract)})
        if self.learner is None:
            self._check_noted_yes()

    def _check_noted_yes(self) -> None:
        if self.said_on is None:
            cure = "Notez le jour où la personne a dit oui."
            raise ValidationError({"said_on": f"Il manque son accord. {cure}"})
        if self.said_on > min(timezone.localdate(), self.first_on):
            told = french.day(self.said_on, timezone.localdate())
            cure = "son oui vient avant l’immersion, et aujourd’hui au plus tard. Corrigez le jour."
            raise ValidationError({"said_on": f"{told}\u00a0: {cure}"})
        self.is_yes = True

    def contract_in_common(self) -> Delivery | None:
        """A contract of the structure, in these months, that the employer holds or works on."""
        theirs = Q(partners__name__iexact=self.company.strip())
        if self.siren:
            theirs |= Q(partners__structure__organisation__siren=self.siren)
            theirs |= Q(award__holders__siret__startswith=self.siren)
        rows = Delivery.objects.filter(
            first_month__lte=month_number(self.last_on),
            first_month__gt=month_number(self.first_on) - F("months"),
        )
        ours = Q(structure=self.structure_id) | Q(partners__structure=self.structure_id)
        return rows.filter(ours, pk__in=rows.filter(theirs).order_by().values("pk")).first()

    def renewed(self) -> "Immersion":
        """Its renewal, from the day after on, not kept yet."""
        same = {name: getattr(self, name) for name in SAME}
        return Immersion(renews=self, first_on=self.last_on + timedelta(days=1), **same)

    @property
    def state(self) -> tuple[str, str]:
        """The sort of its state today, and its few words."""
        on = timezone.localdate()
        if not self.is_yes:
            return ("inconnu", "Accord attendu") if self.is_yes is None else ("bloque", "Dit non")
        if self.ending:
            return "sur", "Finie"
        if on < self.first_on:
            return "inconnu", "À venir"
        return ("duo", "En cours") if on <= self.last_on else ("vigilance", "Fin à dire")

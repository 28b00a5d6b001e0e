"""Immersions with another employer (RULE-41): where, when, for what; and her yes, each time.

Nothing is written of the person: who she is hangs on her card, and goes with her. Then a total
alone stays.
"""

from datetime import date, timedelta
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cordee.accounts.fields import person_field
from cordee.base.fields import one_of, optional_owner_field, owner_field
from cordee.base.ui import french
from cordee.base.written_once import UnnamedRow
from cordee.delivery.models import Delivery
from cordee.members.models import Structure
from cordee.opportunities.models import Opportunity
from cordee.rules.immersion import Purpose, last_day
from cordee.rules.months import month_number
from cordee.skills.models import Learner

DAY = timedelta(days=1)
WORKLOAD = (
    "{} travaille sur votre marché «\u00a0{}\u00a0». Une immersion n’y remplace jamais du travail. "
    "Choisissez une autre entreprise, ou dites que la personne y fera autre chose."
)


class ImmersionQuerySet(models.QuerySet["Immersion"]):
    def in_force(self) -> Self:
        """Those that were not taken back."""
        return self.filter(taken_back_at__isnull=True)

    def agreed(self) -> Self:
        """Those to which the person said yes, for their first time."""
        return self.filter(consents__is_renewal=False, consents__is_yes=True)

    def whole(self) -> Self:
        """With all that pages say of them, in two queries whatever their number."""
        related = self.select_related("structure", "delivery", "opportunity")
        return related.prefetch_related("consents__learner")


class Ending(models.TextChoices):
    """How an immersion ended, the same for both sides. Nothing of the person."""

    HIRED = "hired", "une embauche suit"
    GOES_ON = "goes_on", "le projet avance"
    NOTHING = "nothing", "rien ne suit pour l’instant"
    STOPPED = "stopped", "arrêtée avant la fin"


class Immersion(models.Model):
    """Some days with another employer; the structure keeps it, the State's service makes its
    convention. `delivery`: on which contract the person learnt what led there. `opportunity`: the
    post that it prepares."""

    structure = owner_field(Structure, "structure", related_name="immersions")
    delivery = optional_owner_field(
        Delivery, "marché où la personne a appris", related_name="immersions", outlived=True
    )
    opportunity = optional_owner_field(
        Opportunity, "poste préparé", related_name="immersions", outlived=True
    )
    host = optional_owner_field(
        Structure, "fiche de l’entreprise", related_name="hosted_immersions", outlived=True
    )
    company = models.CharField("entreprise", max_length=200)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    purpose = models.CharField("but", max_length=10, choices=Purpose.choices())
    first_on = models.DateField("premier jour")
    last_on = models.DateField("dernier jour")
    renewed_until = models.DateField("renouvelée jusqu’au", null=True, blank=True)
    convention = models.CharField("numéro de la convention", max_length=40, blank=True)
    # Asked where the employer works on a contract of the structure, and said by it.
    is_apart = models.BooleanField("autre travail que celui du marché", default=False)
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
                condition=Q(last_on__gte=F("first_on")),
                name="immersion_ends_after_it_begins",
                violation_error_message="Le dernier jour vient avant le premier.",
            ),
            models.CheckConstraint(
                condition=Q(renewed_until__isnull=True) | Q(renewed_until__gt=F("last_on")),
                name="immersion_renewed_later",
                violation_error_message="Le renouvellement finit après le dernier jour.",
            ),
        ]

    def __str__(self) -> str:
        return f"Immersion chez {self.company}"

    def clean(self) -> None:
        """What RULE-41 says of it: its length, and no workload of a contract (ValidationError)."""
        if self.first_on and self.last_on:
            self._check("last_on", self.last_on, since=self.first_on)
            if self.renewed_until:
                self._check("renewed_until", self.renewed_until, since=self.last_on + DAY)
            if not self.is_apart and (contract := self.contract_in_common()):
                raise ValidationError({"company": WORKLOAD.format(self.company, contract)})

    def _check(self, name: str, last: date, *, since: date) -> None:
        on = timezone.localdate()
        longest = last_day(since, on=on)
        if last < since:
            told = (
                f"c’est avant le {french.day(since, on)}, où elle commence. Corrigez l’un des deux."
            )
        elif last > longest:
            told = f"c’est plus d’un mois. Écrivez au plus tard le {french.day(longest, on)}."
        else:
            return
        raise ValidationError({name: f"{french.day(last, on).capitalize()}\u00a0: {told}"})

    def contract_in_common(self) -> Delivery | None:
        """A contract of the structure, in these months, that the employer holds or works on."""
        theirs = Q(partners__name__iexact=self.company.strip())
        if self.siren:
            theirs |= Q(partners__structure__organisation__siren=self.siren)
            theirs |= Q(structure__organisation__siren=self.siren)
            theirs |= Q(award__holders__siret__startswith=self.siren)
        rows = Delivery.objects.filter(
            first_month__lte=month_number(self.until),
            first_month__gt=month_number(self.first_on) - F("months"),
        )
        ours = Q(structure=self.structure_id) | Q(partners__structure=self.structure_id)
        return rows.filter(ours, pk__in=rows.filter(theirs)).first()

    @property
    def until(self) -> date:
        """Its last day, renewed or not."""
        return self.renewed_until or self.last_on

    @property
    def consent(self) -> "Consent | None":
        """What was asked of the person last: of its renewal, where there is one."""
        asked = sorted(self.consents.all(), key=lambda each: each.is_renewal)
        return asked[-1] if asked else None

    @property
    def learner(self) -> Learner | None:
        return self.consent.learner if self.consent else None


class Consent(UnnamedRow):
    """What was asked of the person, once for the immersion and once for its renewal.

    With a card she says it herself, and which attestations the employer may read. Without one, the
    structure notes her yes and its day, of nobody.
    """

    immersion = owner_field(Immersion, "immersion", related_name="consents")
    learner = optional_owner_field(Learner, "personne", related_name="immersion_consents")
    is_renewal = models.BooleanField("pour le renouvellement", default=False)
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    is_yes = models.BooleanField("accord", null=True, blank=True)
    said_on = models.DateField("réponse le", null=True, blank=True)
    shown: "models.JSONField[list[str]]" = models.JSONField("attestations montrées", default=list)

    class Meta:
        verbose_name = "accord pour une immersion"
        verbose_name_plural = "accords pour une immersion"
        ordering = ["immersion_id", "is_renewal"]
        constraints = [
            models.UniqueConstraint(
                "immersion", "is_renewal", name="immersion_asked_once_each_time"
            ),
            models.CheckConstraint(
                condition=Q(is_yes__isnull=True, said_on__isnull=True)
                | Q(is_yes__isnull=False, said_on__isnull=False),
                name="immersion_answer_has_its_day",
            ),
        ]


class ErasedImmersions(models.Model):
    """What stays of immersions of people who were erased: totals of a year, of nobody."""

    structure = owner_field(Structure, "structure", related_name="erased_immersions")
    delivery = optional_owner_field(
        Delivery, "marché", related_name="erased_immersions", outlived=True
    )
    year = models.PositiveSmallIntegerField("année")
    immersions = models.PositiveIntegerField("immersions", default=0)
    hires = models.PositiveIntegerField("embauches", default=0)

    class Meta:
        verbose_name = "totaux d’immersions effacées"
        verbose_name_plural = "totaux d’immersions effacées"
        ordering = ["structure_id", "year", "pk"]

    def __str__(self) -> str:
        return f"{self.structure} {self.year}"

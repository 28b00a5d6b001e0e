"""Contracts already awarded: what was paid to whom, for how long, and who worked with whom."""

from collections.abc import Collection, Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Count, F, Max, Min, Q

from cordee.base.fields import EurosField, one_of, owner_field
from cordee.base.search import index
from cordee.members.models.capacity import TRADE_CHOICES
from cordee.notices.notice import ClauseKind, GroupingForm, Source
from cordee.notices.sizes.comparables import Comparable
from cordee.opportunities.models.opportunities import Opportunity
from cordee.rules.trades import TRADES

# Those that publish; what a person posts is private.
LIVE_SOURCES = [choice for choice in Source.choices() if choice[0] != Source.PRIVATE]
GROUP_FORM_CHOICES = [
    (GroupingForm.FREE.value, "Groupement, forme libre"),
    (GroupingForm.CONJOINT.value, "Groupement conjoint"),
    (GroupingForm.SOLIDAIRE.value, "Groupement solidaire"),
    (GroupingForm.CONJOINT_MANDATAIRE_SOLIDAIRE.value, "Groupement conjoint, mandataire solidaire"),
    (GroupingForm.FORBIDDEN.value, "Groupement interdit"),
]
# What binds who holds the contract; a criterion alone only weighed the offers.
CLAUSES = [ClauseKind.EXECUTION.value, ClauseKind.BOTH.value]
CPV_DIGITS = 8
# Of the same codes, of the same groups and of the same trades: so many of each, the newest.
MOST_ROWS = 1_500
_GROUP_DIGITS = 3
_COLUMNS = ("cpv", "department", "months", "amount_cents", "notified_on", "title")


def cpv_starts(prefix: str) -> Q:
    """CPV codes that start so: a range, where LIKE would not use the index."""
    return Q(cpv__range=(prefix.ljust(CPV_DIGITS, "0"), prefix.ljust(CPV_DIGITS, "9")))


class AwardedContractQuerySet(models.QuerySet["AwardedContract"]):
    def ending_between(self, first: date, last: date) -> "AwardedContractQuerySet":
        """Whose last day, as far as it is known, lies between two days, both included."""
        return self.filter(ends_on__range=(first, last))

    def told_between(self, first: date, last: date) -> "AwardedContractQuerySet":
        """Published between two days, both included; notified, where nobody says when published."""
        unpublished = Q(published_on__isnull=True, notified_on__range=(first, last))
        return self.filter(Q(published_on__range=(first, last)) | unpublished)

    def with_insertion_clause(self) -> "AwardedContractQuerySet":
        """With a clause of their own; where essential data say nothing, with that of the call."""
        silent = Q(source=Source.DECP.value, social_clause="")
        return self.filter(
            Q(social_clause__in=CLAUSES) | silent & Q(opportunity__social_clause__in=CLAUSES)
        )

    def counted_once(self) -> "AwardedContractQuerySet":
        """Without those of notices whose opportunity has essential data, which tell them again."""
        # One list for the whole query: asked row by row, SQLite may read the table each time.
        decp = AwardedContract.objects.filter(source=Source.DECP.value, opportunity__isnull=False)
        return self.exclude(
            source__in=[Source.BOAMP.value, Source.TED.value],
            opportunity__in=decp.order_by().values("opportunity"),
        )

    def with_amount(self) -> "AwardedContractQuerySet":
        """Whose price is known: what a comparison of amounts needs."""
        return self.filter(amount_cents__isnull=False)

    def of_trade(self, slug: str) -> "AwardedContractQuerySet":
        return self.filter(trade=slug)

    def placed_in(self, communes: Collection[str], department: str) -> "AwardedContractQuerySet":
        """Done in one of the communes (INSEE codes), or somewhere in the department."""
        return self.filter(Q(commune__in=communes) | Q(commune="", department=department))

    def held_by(self, siret: str) -> "AwardedContractQuerySet":
        """Held or subcontracted by an establishment."""
        return self.filter(
            pk__in=ContractHolder.objects.filter(siret=siret).order_by().values("contract")
        )

    def search(self, words: str) -> "AwardedContractQuerySet":
        """With every word in its title, buyer, trade or holders."""
        return self.filter(pk__in=index.matching(AwardedContract, words))


class AwardedContract(models.Model):
    """One contract, or one lot of one, that somebody holds.

    `source_id`: the identifier in its source, with "#lot" behind it for a lot of a notice.
    `department` is a code ("07", "2A"), `commune` an INSEE code. `ends_on` is the day after which
    the work stops as far as anybody wrote it: the stated end, else notification and duration.
    `social_clause` is what the essential data tick, or what the call of a notice asks.
    `digest` is that of the record as this reader read it: what is imported twice is written once.
    """

    source = models.CharField("source", max_length=10, choices=LIVE_SOURCES)
    source_id = models.CharField("identifiant dans la source", max_length=180)
    buyer_siret = models.CharField("SIRET de l’acheteur", max_length=14, blank=True)
    buyer_name = models.CharField("acheteur", max_length=300, blank=True)
    title = models.CharField("objet", max_length=500, blank=True)
    cpv = models.CharField("code CPV", max_length=CPV_DIGITS, blank=True)
    trade = models.CharField("métier supposé", max_length=50, choices=TRADE_CHOICES, blank=True)
    amount_cents = EurosField("montant hors taxes", null=True, blank=True)
    months = models.PositiveSmallIntegerField("durée (mois)", null=True, blank=True)
    department = models.CharField("département", max_length=3, blank=True)
    commune = models.CharField("commune (code INSEE)", max_length=5, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    notified_on = models.DateField("notifié le", null=True, blank=True)
    published_on = models.DateField("publié le", null=True, blank=True)
    ends_on = models.DateField("se termine le", null=True, blank=True)
    group_form = models.CharField(
        "forme du groupement", max_length=30, choices=GROUP_FORM_CHOICES, blank=True
    )
    social_clause = models.CharField(
        "clause d’insertion", max_length=10, choices=ClauseKind.choices(), blank=True
    )
    opportunity = models.ForeignKey(
        Opportunity,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contracts",
        verbose_name="opportunité attribuée",
        db_index=False,
    )
    reader_version = models.CharField("version du lecteur", max_length=20)
    digest = models.CharField("empreinte de ce qui est lu", max_length=64)

    objects = AwardedContractQuerySet.as_manager()

    class Meta:
        verbose_name = "marché attribué"
        ordering = [F("ends_on").asc(nulls_last=True), "pk"]
        indexes = [
            models.Index(fields=["cpv", "department"]),
            models.Index(fields=["ends_on"]),
            models.Index(fields=["trade", "ends_on"]),
            models.Index(fields=["buyer_siret"]),
            models.Index(fields=["published_on"]),
            # Most contracts have none: counted with them, SQLite would rather read the table.
            models.Index(
                fields=["opportunity"],
                condition=Q(opportunity__isnull=False),
                name="contract_of_opportunity",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"],
                name="contract_unique_id_in_source",
                violation_error_message="Ce marché est déjà connu.",
            ),
            one_of("source", dict(LIVE_SOURCES), name="contract_source_known"),
            models.CheckConstraint(
                condition=Q(cpv="") | Q(cpv__regex=r"^[0-9]{8}$"),
                name="contract_cpv_eight_digits",
                violation_error_message="Un code CPV a huit chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(buyer_siret="") | Q(buyer_siret__regex=r"^[0-9]{14}$"),
                name="contract_buyer_siret_fourteen_digits",
                violation_error_message="Un SIRET a quatorze chiffres.",
            ),
            one_of("trade", ["", *TRADES], name="contract_trade_known"),
            one_of("group_form", ["", *dict(GROUP_FORM_CHOICES)], name="contract_group_form_known"),
            one_of("social_clause", ["", *ClauseKind], name="contract_clause_known"),
            models.CheckConstraint(
                condition=(Q(amount_cents__isnull=True) | Q(amount_cents__gte=1))
                & (Q(months__isnull=True) | Q(months__gte=1)),
                name="contract_sizes_positive",
                violation_error_message="Un montant ou une durée inconnus restent vides.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(notified_on__isnull=True)
                | Q(ends_on__gte=F("notified_on")),
                name="contract_ends_after_it_begins",
                violation_error_message="Un marché ne finit pas avant sa notification.",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.source_id


class ContractHolderQuerySet(models.QuerySet["ContractHolder"]):
    def partners_of(self, siret: str) -> models.QuerySet["ContractHolder", Any]:
        """Who worked with an establishment, the most frequent first; rows as `pairs` gives."""
        of_one: Any = self.filter(siret=siret).pairs()
        ordered: models.QuerySet[ContractHolder, Any] = of_one.order_by(
            "-contracts", F("last").desc(nulls_last=True), "partner"
        )
        return ordered

    def pairs(self) -> models.QuerySet["ContractHolder", Any]:
        """Who works with whom: a dictionary for each ordered pair of SIRET.

        siret, partner, name (of the partner), contracts (how many), together (held by both),
        subcontracts (one under the other), first and last (days of notification, or None). Two
        subcontractors of one contract are no pair.
        """
        hold = ContractHolder.Role.HOLDER
        both_hold = Q(role=hold, partner_role=hold)
        return (
            self.exclude(siret="")
            .annotate(
                partner=F("contract__holders__siret"),
                partner_role=F("contract__holders__role"),
                partner_name=F("contract__holders__name"),
            )
            .exclude(partner="")
            .exclude(partner=F("siret"))
            .filter(Q(role=hold) | Q(partner_role=hold))
            .values("siret", "partner")
            .annotate(
                name=Max("partner_name"),
                contracts=Count("contract", distinct=True),
                together=Count("contract", filter=both_hold, distinct=True),
                subcontracts=Count("contract", filter=~both_hold, distinct=True),
                first=Min("contract__notified_on"),
                last=Max("contract__notified_on"),
            )
            .order_by("siret", "partner")
        )


class ContractHolder(models.Model):
    """Who holds a contract, alone or in a group, or works under who holds it."""

    class Role(models.TextChoices):
        HOLDER = "holder", "titulaire"
        SUBCONTRACTOR = "subcontractor", "sous-traitant"

    contract = owner_field(AwardedContract, "marché", related_name="holders")
    siret = models.CharField("SIRET", max_length=14, blank=True)
    name = models.CharField("nom", max_length=300, blank=True)
    role = models.CharField("rôle", max_length=15, choices=Role, default=Role.HOLDER)
    amount_cents = EurosField("part hors taxes", null=True, blank=True)

    objects = ContractHolderQuerySet.as_manager()

    class Meta:
        verbose_name = "titulaire ou sous-traitant"
        ordering = ["contract_id", "pk"]
        indexes = [models.Index(fields=["siret", "contract"])]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "role", "siret"],
                condition=~Q(siret=""),
                name="contract_holder_unique_siret",
                violation_error_message="Cette entreprise est déjà notée pour ce marché.",
            ),
            models.UniqueConstraint(
                fields=["contract", "role", "name"],
                condition=Q(siret=""),
                name="contract_holder_unique_name",
                violation_error_message="Cette entreprise est déjà notée pour ce marché.",
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=r"^[0-9]{14}$"),
                name="contract_holder_siret_fourteen_digits",
                violation_error_message="Un SIRET a quatorze chiffres.",
            ),
            models.CheckConstraint(
                condition=~Q(siret="", name=""),
                name="contract_holder_has_a_name_or_siret",
                violation_error_message="Donnez le SIRET ou le nom.",
            ),
            one_of("role", ["holder", "subcontractor"], name="contract_holder_role_known"),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gte=1),
                name="contract_holder_amount_positive",
                violation_error_message="Une part inconnue reste vide.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.siret


def contracts_like(
    needs: Iterable[tuple[str, str | None]], *, before: date, not_of: int | None
) -> list[Comparable]:
    """Contracts with the codes, the CPV groups and the trades of these needs: one query.

    `needs` are (trade, CPV code or None); none: no query. Left out: what was notified after
    `before`, which nobody knew then, and the contracts of the opportunity `not_of` itself.
    """
    needs = list(needs)
    if not needs:
        return []
    codes = sorted({code for _, code in needs if code})
    groups = sorted({code[:_GROUP_DIGITS] for code in codes})
    wanted = [Q(cpv__in=codes), reduce(or_, map(cpv_starts, groups))] if codes else []
    wanted.append(Q(trade__in=sorted({trade for trade, _ in needs})))
    known = (
        AwardedContract.objects.with_amount()
        .filter(Q(notified_on__isnull=True) | Q(notified_on__lte=before), months__isnull=False)
        .exclude(cpv="")
        .order_by(F("notified_on").desc(nulls_last=True), "pk")
    )
    if not_of is not None:
        known = known.filter(Q(opportunity__isnull=True) | ~Q(opportunity=not_of))
    kept = Q()
    for alike in wanted:
        kept |= Q(pk__in=known.filter(alike).values("pk")[:MOST_ROWS])
    rows = AwardedContract.objects.filter(kept).order_by("pk")
    return [
        Comparable(f"{source} {source_id}", cpv, department or None, *rest)
        for source, source_id, cpv, department, *rest in rows.values_list(
            "source", "source_id", *_COLUMNS
        )
    ]

"""What was stated of a year of a chantier: each statement stays, a correction is a new one."""

from collections.abc import Iterable, Mapping

from django.db import models
from django.db.models import Q

from cordee.accounts.fields import person_field
from cordee.base.fields import EurosField, owner_field
from cordee.base.written_once import WrittenOnce, WrittenOnceQuerySet
from cordee.economics.models.years import AccountingYear
from cordee.members.models import Chantier


class YearStatementQuerySet(WrittenOnceQuerySet["YearStatement"]):
    def of_year(self, chantier: Chantier, first_month: int) -> "YearStatementQuerySet":
        return self.filter(chantier=chantier, first_month=first_month).order_by("pk")

    def standing(self) -> Mapping[str, "YearStatement"]:
        """The last word on each basis, of the statements of one year; what was withdrawn is out."""
        last = {each.basis: each for each in self.order_by("pk")}
        return {basis: each for basis, each in last.items() if not each.is_withdrawn}

    def strongest(self) -> "YearStatement | None":
        """What the engine reads: closed accounts, else the landing, else the budget.

        Never what was booked so far: three months of charges would make a false ceiling.
        """
        return next(iter(self.strongest_by_chantier().values()), None)

    def strongest_by_chantier(self) -> Mapping[int, "YearStatement"]:
        """The same of the statements of one year of several chantiers: one query."""
        last = {(each.chantier_id, each.basis): each for each in self.order_by("pk")}
        standing = [each for each in last.values() if not each.is_withdrawn]
        # From the weakest on: a stronger one takes its place.
        return {
            each.chantier_id: each
            for basis in reversed(ENGINE_BASES)
            for each in standing
            if each.basis == basis
        }


class YearStatement(WrittenOnce):
    """The accounts of one year as somebody stated them once, line by line or in three figures.

    `amounts`: cents by key of `rules.accounts.posts`. `choices`: for each grey zone among them,
    whether it counts for the ceiling and why.
    """

    class Basis(models.TextChoices):
        BUDGET = AccountingYear.Basis.BUDGET.value, "budget"
        TO_DATE = "to_date", "à ce jour"
        FORECAST = AccountingYear.Basis.FORECAST.value, "atterrissage prévu"
        CLOSED = AccountingYear.Basis.CLOSED.value, "comptes arrêtés"

    chantier = owner_field(Chantier, "chantier", related_name="statements")
    first_month = models.PositiveIntegerField("premier mois (année × 12 + mois − 1)")
    months = models.PositiveSmallIntegerField("nombre de mois", default=12)
    basis = models.CharField("nature des chiffres", max_length=10, choices=Basis)
    until_month = models.PositiveIntegerField(
        "dernier mois compté (année × 12 + mois − 1)", null=True, blank=True
    )
    charges_cents = EurosField("charges liées aux activités")
    receipts_cents = EurosField("recettes de commercialisation")
    amounts = models.JSONField("montants par poste", default=dict)
    choices = models.JSONField("zones grises", default=dict, blank=True)
    is_withdrawn = models.BooleanField("retiré", default=False)
    is_undoing = models.BooleanField("annule ce qui précède", default=False)
    stated_by = person_field("dit par", blank=True)
    # Unknown of what was recorded before statements were kept.
    stated_at = models.DateTimeField("dit le", null=True)

    objects = YearStatementQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "comptes dits"
        ordering = ["chantier_id", "first_month", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(charges_cents__gte=0, receipts_cents__gte=0),
                name="year_statement_amounts_not_negative",
                violation_error_message="Les charges et les recettes ne sont pas négatives.",
            ),
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=24), name="year_statement_length"
            ),
            models.CheckConstraint(
                condition=Q(basis="to_date", until_month__isnull=False)
                | (~Q(basis="to_date") & Q(until_month__isnull=True)),
                name="year_statement_until_month",
                violation_error_message="Dites jusqu’à quel mois, pour des chiffres à ce jour.",
            ),
        ]

    @property
    def figures(self) -> tuple[int, int]:
        """(charges, receipts) in cents."""
        return self.charges_cents, self.receipts_cents

    @property
    def counted(self) -> list[str]:
        """The grey zones that count for the ceiling."""
        return [key for key, choice in self.choices.items() if choice["counts"]]

    # "2026", or "2026-2027": both have a first month and a length.
    name = AccountingYear.name

    def says_the_same_as(self, other: "YearStatement | None") -> bool:
        """Whether stating this one after `other` would change nothing."""
        return other is not None and all(
            getattr(self, name) == getattr(other, name)
            for name in ("basis", "months", "until_month", "amounts", "choices", "is_withdrawn")
        )


def before_last(statements: Iterable[YearStatement]) -> YearStatement | None:
    """What undoing the last of these gives back, all of one year and basis; None for nothing.

    What was undone is gone: undoing again goes further back.
    """
    kept: list[YearStatement] = []
    for each in statements:
        if each.is_undoing:
            del kept[-1:]
        else:
            kept.append(each)
    return kept[-2] if len(kept) > 1 else None


# From the strongest on.
ENGINE_BASES = (
    YearStatement.Basis.CLOSED,
    YearStatement.Basis.FORECAST,
    YearStatement.Basis.BUDGET,
)

"""Every write of the room that means something: one function per intention."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.economics.models import AccountingYear
from cordee.members.models import Chantier


@dataclass(frozen=True, slots=True)
class Derogation:
    """What a prefect allows above the ordinary ceiling: `rate` is a share of the charges.

    Without `ends_on` it lasts for the whole accounting year.
    """

    rate: Decimal
    reference: str = ""
    ends_on: date | None = None


@transaction.atomic
def record_accounting_year(
    *,
    chantier: Chantier,
    first_month: int,
    charges_cents: int,
    receipts_cents: int,
    basis: AccountingYear.Basis,
    by: User | None,
    months: int = 12,
    derogation: Derogation | None = None,
    marginal_cost_share: Decimal = Decimal("0"),
) -> AccountingYear:
    """State or correct the accounts of one chantier for the year that starts in `first_month`.

    `first_month` is year × 12 + month − 1. Raises ValidationError where a figure is impossible or
    the year overlaps another one of the same chantier. Amounts stay out of the journal: they are
    the structure's own, and the journal is read more widely.
    """
    year = AccountingYear.objects.filter(chantier=chantier, first_month=first_month).first()
    is_new = year is None
    year = year or AccountingYear(chantier=chantier, first_month=first_month)
    year.months = months
    year.charges_cents = charges_cents
    year.receipts_cents = receipts_cents
    year.basis = basis
    year.derogation = derogation.rate if derogation else None
    year.derogation_reference = derogation.reference if derogation else ""
    year.derogation_ends_on = derogation.ends_on if derogation else None
    year.marginal_cost_share = marginal_cost_share
    year.full_clean()
    _refuse_overlap(year)
    year.save()
    journal.record(
        "economics.record_accounting_year",
        chantier,
        by=by,
        after={"first_month": first_month, "months": months, "basis": str(basis), "is_new": is_new},
    )
    return year


def _refuse_overlap(year: AccountingYear) -> None:
    last_month = year.first_month + year.months - 1
    others = AccountingYear.objects.filter(
        chantier=year.chantier, first_month__lte=last_month
    ).exclude(pk=year.pk)
    for other in others:
        if other.first_month + other.months > year.first_month:
            raise ValidationError(
                f"Cet exercice chevauche celui qui commence en "
                f"{other.first_month % 12 + 1:02d}/{other.first_month // 12} : "
                "changez le premier mois ou la durée."
            )

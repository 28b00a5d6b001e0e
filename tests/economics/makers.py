"""Accounting years of a chantier, written as its pages write them."""

from decimal import Decimal
from typing import Any

from django.db import transaction

from cordee.economics import actions
from cordee.economics.models import AccountingYear
from cordee.members.models import Chantier

NO_TERMS = dict.fromkeys(("derogation", "derogation_decided_on", "derogation_ends_on"))
NO_TERMS |= {"derogation_reference": "", "marginal_cost_share": Decimal(0)}


@transaction.atomic
def record_year(*, chantier: Chantier, by: Any = None, **values: Any) -> AccountingYear:
    """A year by its two totals, then by its derogation and its marginal cost."""
    terms = {name: values.pop(name, nothing) for name, nothing in NO_TERMS.items()}
    stated = actions.state_totals(chantier=chantier, by=by, **values)
    year = AccountingYear.objects.get(chantier=chantier, first_month=stated.first_month)
    for name, value in terms.items():
        setattr(year, name, value)
    actions.set_terms(year=year, by=by)
    return year

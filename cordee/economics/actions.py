"""Every write of the room that means something: one function per intention."""

from collections.abc import Mapping
from typing import Any, Required, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.ui import french
from cordee.economics.models import AccountingYear, Scenario, YearStatement
from cordee.economics.models.scenarios import MOST_SCENARIOS
from cordee.economics.models.statements import before_last
from cordee.members.models import Chantier
from cordee.rules import accounts

# What is not said by a statement: it lasts when figures are stated again.
TERMS = (
    "derogation",
    "derogation_reference",
    "derogation_decided_on",
    "derogation_ends_on",
    "marginal_cost_share",
)


class Stated(TypedDict, total=False):
    """What one says of a year: `amounts` in cents by key of `rules.accounts.posts`; `choices`:
    {grey zone: {"counts": bool, "why": str}}; `first_month` is year × 12 + month − 1."""

    chantier: Required[Chantier]
    first_month: Required[int]
    basis: Required[YearStatement.Basis]
    amounts: Required[Mapping[str, int]]
    choices: Mapping[str, Mapping[str, Any]]
    months: int
    until_month: int | None
    is_withdrawn: bool
    is_undoing: bool


@transaction.atomic
def set_terms(*, year: AccountingYear, by: User) -> None:
    """Keep the derogation and the marginal cost that `year` has now, and nothing else of it.

    Raises ValidationError where one is impossible, or where the year is known no more.
    """
    before = AccountingYear.objects.select_for_update().filter(pk=year.pk).first()
    if before is None:
        raise ValidationError("Cet exercice vient d’être retiré\u00a0: dites d’abord ses chiffres.")
    year.full_clean()
    changed = [name for name in TERMS if getattr(year, name) != getattr(before, name)]
    if changed:
        year.save(update_fields=changed)
        journal.record("economics.set_terms", year.chantier, by=by, after={"changed": changed})


@transaction.atomic
def state_accounts(*, by: User | None, **said: Unpack[Stated]) -> YearStatement:
    """State a year line by line; gives what stands.

    Nothing is written where the last statement on its basis says the same. Holds the chantier for
    the transaction: two statements of one year never cross. The year that the engine reads follows
    its strongest statement; its derogation and its marginal cost stay. Raises ValidationError where
    a figure is impossible, where the year overlaps another one of the same chantier, and for a grey
    zone without a choice or its reason. Amounts stay out of the journal: they are the structure's
    own, and the journal is read more widely.
    """
    stated = YearStatement(**said, stated_by=by)
    chantier = Chantier.objects.select_for_update().get(pk=stated.chantier_id)
    of_year = YearStatement.objects.of_year(chantier, stated.first_month)
    last = of_year.filter(basis=stated.basis).last()
    stated.amounts = {key: cents for key, cents in stated.amounts.items() if cents}
    stated.choices = {key: stated.choices[key] for key in stated.choices if key in stated.amounts}
    if stated.says_the_same_as(last):
        assert last is not None
        return last
    for key in stated.amounts:
        post = accounts.posts()[key]
        if post.is_grey and not stated.choices.get(key, {}).get("why", "").strip():
            raise ValidationError(
                f"{post.label}\u00a0: dites si cela compte dans le plafond, et pourquoi."
            )
    stated.charges_cents, stated.receipts_cents = accounts.totals(stated.amounts, stated.counted)
    stated.stated_at = timezone.now()
    # Nothing spent and nothing sold is an answer too, from which no ceiling is computed.
    stated.full_clean(exclude=None if stated.amounts else {"amounts"})
    place = {name: getattr(stated, name) for name in ("chantier", "first_month", "months")}
    _refuse_overlap(AccountingYear(**place))
    stated.save()
    journal.record(
        "economics.record_accounting_year",
        chantier,
        by=stated.stated_by,
        after=journal.values(stated, "first_month", "months", "basis", "is_withdrawn")
        | {"is_new": last is None},
    )
    years = AccountingYear.objects.filter(chantier=chantier, first_month=stated.first_month)
    strongest = of_year.strongest()
    if strongest is None:
        years.delete()
        return stated
    year = years.first() or AccountingYear(chantier=chantier, first_month=stated.first_month)
    for name in ("months", "basis", "charges_cents", "receipts_cents"):
        setattr(year, name, getattr(strongest, name))
    year.full_clean()
    _refuse_overlap(year)
    year.save()
    return stated


@transaction.atomic
def state_totals(
    *,
    chantier: Chantier,
    first_month: int,
    basis: YearStatement.Basis,
    charges_cents: int,
    receipts_cents: int,
    **others: Any,
) -> YearStatement:
    """State a year by its two totals; the rest as `state_accounts`.

    A total that changes takes the place of its lines. Those of a total that stays, and all that
    is in neither (subsidies, grey zones that do not count), are kept.
    """
    chantier = Chantier.objects.select_for_update().get(pk=chantier.pk)
    standing = YearStatement.objects.of_year(chantier, first_month).standing().get(basis)
    totals = (charges_cents, receipts_cents)
    amounts = {accounts.UNDETAILED: charges_cents, accounts.SALES: receipts_cents}
    if standing is not None:
        stays = [was == now for was, now in zip(standing.figures, totals, strict=True)]
        if stays[0]:
            del amounts[accounts.UNDETAILED]
        if stays[1]:
            del amounts[accounts.SALES]
        for key, cents in standing.amounts.items():
            within = accounts.totals({key: cents}, standing.counted)
            if all(same or not part for same, part in zip(stays, within, strict=True)):
                amounts[key] = cents
    return state_accounts(
        chantier=chantier,
        first_month=first_month,
        basis=basis,
        amounts=amounts,
        choices=standing.choices if standing else {},
        **others,
    )


@transaction.atomic
def take_back(
    *, statement: YearStatement, by: User | None, entirely: bool = False
) -> YearStatement:
    """Undo the last word on a basis: what stood before it stands again, else nothing does.

    Undoing again goes further back. Gives what is stated by that. `entirely`: nothing stands on
    that basis, whatever came before. Nothing is erased: this is stated too. A year without any
    statement is unknown again. Raises ValidationError where it is not the last word any more.
    """
    Chantier.objects.select_for_update().get(pk=statement.chantier_id)
    of_year = YearStatement.objects.of_year(statement.chantier, statement.first_month)
    said = list(of_year.filter(basis=statement.basis))
    if said[-1].pk != statement.pk:
        raise ValidationError("D’autres chiffres ont été dits depuis\u00a0: relisez-les d’abord.")
    again = None if entirely else before_last(said)
    copied = ("chantier", "first_month", "basis", "months", "until_month", "amounts", "choices")
    return state_accounts(
        **{name: getattr(again or statement, name) for name in copied},
        is_withdrawn=again.is_withdrawn if again else True,
        is_undoing=not entirely,
        by=by,
    )


def _refuse_overlap(year: AccountingYear) -> None:
    last_month = year.first_month + year.months - 1
    others = AccountingYear.objects.filter(
        chantier=year.chantier, first_month__lte=last_month
    ).exclude(first_month=year.first_month)
    for other in others:
        if other.first_month + other.months > year.first_month:
            raise ValidationError(
                f"Cet exercice chevauche celui qui commence en "
                f"{other.first_month % 12 + 1:02d}/{other.first_month // 12} : "
                "changez le premier mois ou la durée, ou retirez l’autre dans "
                "«\u00a0Mes comptes\u00a0»."
            )


@transaction.atomic
def keep_scenario(
    *, chantier: Chantier, name: str, asked: dict[str, str], by: User | None
) -> Scenario:
    """Keep a case of « Et si ? » under a name; ValidationError beyond four, or for a name taken."""
    if chantier.scenarios.count() >= MOST_SCENARIOS:
        most = french.in_letters(MOST_SCENARIOS)
        raise ValidationError(f"Vous gardez déjà {most} cas\u00a0: retirez-en un d’abord.")
    scenario = Scenario(chantier=chantier, name=name, asked=asked)
    scenario.full_clean()
    scenario.save()
    journal.record("economics.keep_scenario", chantier, by=by, after={"scenario": scenario.pk})
    return scenario


@transaction.atomic
def drop_scenario(*, scenario: Scenario, by: User | None) -> None:
    """Forget a case that was kept: nothing depends on it."""
    journal.record(
        "economics.drop_scenario", scenario.chantier, by=by, before={"scenario": scenario.pk}
    )
    scenario.delete()

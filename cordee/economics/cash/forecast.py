"""What the rows of a structure say of its cash, and from which month a figure lacks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.urls import reverse

from cordee.economics.models import (
    AccountingYear,
    Commitment,
    OpeningBalance,
    Resource,
    YearStatement,
)
from cordee.members.models import Convention, Structure
from cordee.rules import accounts, cash, posts
from cordee.rules.cash import Flow, MonthOfCash
from cordee.rules.months import first_day, last_day, month_number

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Missing:
    """A figure that lacks from a month on: its name after « il manque », and where it is said."""

    what: str
    button: str
    url: str
    month: int = 0


class Forecast:
    """Twelve months of cash of a structure, all chantiers together; a fixed number of queries.

    The forecast stops before the first month whose charges or aid are not known: neither is ever
    taken for zero. The caller has asked whose figures these are.
    """

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.chantiers = list(structure.chantiers.all())
        self.annexes = list(structure.conventions.order_by("starts_on", "pk"))
        self.opening = OpeningBalance.objects.filter(structure=structure).first()
        of_structure = {"chantier__structure": structure}
        self.years = list(AccountingYear.objects.filter(**of_structure).select_related("chantier"))
        rows = Commitment.objects.filter(**of_structure).running().select_related("chantier")
        self.contracts = list(rows.order_by("first_month", "pk"))
        kept = Resource.objects.filter(**of_structure).kept()
        self.resources = list(kept.select_related("chantier"))
        stated = YearStatement.objects.filter(**of_structure).order_by("pk")
        # The last word on each basis of each year: what was withdrawn is the basis of no year.
        self._stated = {(s.chantier_id, s.first_month, str(s.basis)): s for s in stated}

    # --- Months ----------------------------------------------------------------------------------

    @property
    def first_month(self) -> int:
        assert self.opening is not None
        return self.opening.month

    @cached_property
    def missing(self) -> list[Missing]:
        """What lacks in these twelve months, each once, the first to lack first."""
        if self.opening is None:
            url = reverse("economics:opening", args=[self.structure.pk])
            return [Missing("votre solde de départ", "Dire mon solde", url)]
        found: dict[str, Missing] = {}
        for month in range(self.first_month, self.first_month + MONTHS):
            for each in (*self._charges_missing(month), *self._aid_missing(month)):
                found.setdefault(each.what, each)
        return list(found.values())

    @property
    def months(self) -> int:
        """How many of the twelve are known, from the first on."""
        if self.opening is None:
            return 0
        return min((each.month - self.first_month for each in self.missing), default=MONTHS)

    @cached_property
    def rows(self) -> tuple[MonthOfCash, ...]:
        return self.forecast(self.flows())

    def forecast(self, flows: Sequence[Flow]) -> tuple[MonthOfCash, ...]:
        """The months that are known; none without opening balance."""
        if self.opening is None:
            return ()
        return cash.forecast(
            self.opening.balance_cents, flows, first_month=self.first_month, months=self.months
        )

    # --- Flows -----------------------------------------------------------------------------------

    def flows(self, *, apart_from: Commitment | None = None) -> list[Flow]:
        """All that comes in and goes out; bids are not counted."""
        found = [*self._charges(), *self.aid()]
        for row in self.contracts:
            if row.state == Commitment.State.SIGNED and row != apart_from:
                # What the accounts hold already is among the charges.
                spent = () if row.is_in_budget else costs(row, self.cost_share(row))
                found += [*self.receipts(row), *spent]
        for resource in self.resources:
            found += cash.spread(
                resource.amount_cents,
                first_month=resource.first_month,
                months=resource.months,
                certainty=cash.ResourceCertainty(resource.certainty),
            )
        return found

    @property
    def delay(self) -> int:
        """Months from the work to its payment."""
        return cash.months_to_pay(self.opening.payment_days if self.opening else None)

    def receipts(self, row: Commitment) -> tuple[Flow, ...]:
        return cash.contract(
            row.receipts_cents, first_month=row.first_month, months=row.months, delay=self.delay
        )

    def cost_share(self, row: Commitment) -> Decimal:
        """What a contract spends of what it brings. The 0 of a year is « je ne sais pas »: it is
        prudent under the ceiling, and not here."""
        if row.marginal_cost_share is not None:
            return row.marginal_cost_share
        mine = (year for year in self.years if year.chantier_id == row.chantier_id)
        said = [year.marginal_cost_share for year in mine if year.covers(row.first_month)]
        return max(said, default=Decimal(0)) or cash.USUAL_COST_SHARE

    def _charges(self) -> Iterator[Flow]:
        for year in self.years:
            yield from cash.spread(
                -self.paid_cents(year), first_month=year.first_month, months=year.months
            )

    def paid_cents(self, year: AccountingYear) -> int:
        """What a year pays: its charges but for depreciation, where its statement tells them."""
        stated = self.statement_of(year)
        return year.charges_cents if stated is None else accounts.paid_cents(stated.amounts)

    def statement_of(self, year: AccountingYear) -> YearStatement | None:
        return self._stated.get((year.chantier_id, year.first_month, str(year.basis)))

    # --- Aid of the State ------------------------------------------------------------------------

    def annexes_of(self, month: int) -> list[Convention]:
        """The annexes in force during a month (RULE-02)."""
        first, last = first_day(month), last_day(month)
        return [each for each in self.annexes if each.is_in_force(first, last)]

    def aid(self) -> Iterator[Flow]:
        """By twelfths, each annex with its share of the posts held."""
        filled = self.opening.filled_cfte if self.opening else None
        for annex in self.annexes:
            beside = self.annexes_of(month_number(annex.starts_on))
            if annex not in beside or annex.unit_cents is None:
                continue
            held = None
            if filled is not None:
                every = sum(each.posts_cfte for each in beside)
                held = annex.posts_fte * filled / every if every else Decimal(0)
            yield from cash.aid(
                annex.posts_fte,
                annex.unit_cents,
                first_month=month_number(annex.starts_on),
                months=posts.convention_months(annex.starts_on, annex.ends_on),
                filled_fte=held,
            )

    # --- What lacks ------------------------------------------------------------------------------

    def _charges_missing(self, month: int) -> Iterator[Missing]:
        for chantier in self.chantiers:
            if not any(
                year.chantier_id == chantier.pk and year.covers(month) for year in self.years
            ):
                of = f", {chantier}" if len(self.chantiers) > 1 else ""
                url = reverse("economics:state", args=[self.structure.pk])
                yield Missing(
                    f"vos charges de {month // 12}{of}",
                    "Dire mes charges",
                    f"{url}?chantier={chantier.pk}",
                    month,
                )

    def _aid_missing(self, month: int) -> Iterator[Missing]:
        annexes, pk = self.annexes_of(month), self.structure.pk
        if not annexes:
            url = reverse("members:sheet_annex_add", args=[pk])
            what = f"votre annexe financière de {month // 12}"
            yield Missing(what, "Noter l’annexe", url, month)
        for annex in annexes:
            if annex.unit_cents is None:
                url = reverse("members:sheet_annex", args=[pk, annex.pk])
                what = f"l’aide par poste de l’annexe {annex.number}"
                yield Missing(what, "Dire le montant", url, month)


def costs(row: Commitment, share: Decimal) -> tuple[Flow, ...]:
    """What a contract spends, by even months of its work."""
    return cash.spread(
        -int(row.receipts_cents * share), first_month=row.first_month, months=row.months
    )

"""Where the hours of a contract stand: what the clause asks, what is done, what will lack."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cordee.agreement.insertion import Done, Standing, spread, standing
from cordee.base.ui import french, months
from cordee.delivery.models import Delivery, DeliveryLot, MonthlyHours, Partner, Share
from cordee.rules.months import month_number

HOUR = 60


@dataclass(frozen=True, slots=True)
class LotStanding:
    """A lot; `due` is None where nobody knows what the clause asks of it."""

    lot: DeliveryLot
    due: int | None
    hours: Standing


@dataclass(frozen=True)
class ContractStanding:
    """A contract, lot by lot. `due` is None where that of one lot at least is not known."""

    delivery: Delivery
    lots: Sequence[LotStanding]
    rows: Sequence[Done]
    plan: dict[tuple[int, int, int], int]
    this_month: int

    @cached_property
    def due(self) -> int | None:
        told = [each.due for each in self.lots if each.due is not None]
        return sum(told) if told and len(told) == len(self.lots) else None

    @cached_property
    def whole(self) -> Standing:
        if len(self.lots) == 1:
            return self.lots[0].hours
        return standing(self.due or 0, _by_month(self.plan), self.rows, this_month=self.this_month)

    @cached_property
    def missing(self) -> int:
        """Minutes that will lack, of the lots whose clause is known: none makes up for another."""
        return sum(each.hours.missing for each in self.lots if each.due is not None)

    @property
    def title(self) -> str:
        """The answer first."""
        if self.due is None:
            return "Les heures dues ne sont pas encore dites"
        if not self.due:
            return "Ce marché ne demande pas d’heures d’insertion"
        end = f"à la fin {french.of(months.month(self.end_month))}"
        if self.missing:
            # A part of an hour lacks too: never told as nothing.
            lacks = "Il a manqué" if self.end_month < self.this_month else "Il manquera"
            return f"{lacks} {french.count(-(-self.missing // HOUR), 'heure')} {end}"
        if self.whole.done >= self.due:
            return "Toutes les heures dues sont faites"
        return f"Les heures dues seront faites {end}"

    @property
    def end_month(self) -> int:
        """The last month of the contract, or of what is promised where that is later."""
        return max(self.delivery.end_month - 1, self.whole.end_month or 0)


def standing_of(
    delivery: Delivery, *, on: date, partners: Collection[Partner] | None = None
) -> ContractStanding:
    """The whole contract, or what some partners promised and did of it: three queries.

    What the clause asks is always that of the whole: of some partners only, read the rows.
    """
    return standings_of([delivery], on=on, partners=partners)[0]


def standings_of(
    deliveries: Sequence[Delivery], *, on: date, partners: Collection[Partner] | None = None
) -> list[ContractStanding]:
    """Many contracts, in their order, by the same three queries."""
    lots: defaultdict[int, list[DeliveryLot]] = defaultdict(list)
    plans: defaultdict[int, dict[tuple[int, int, int], int]] = defaultdict(dict)
    for lot in DeliveryLot.objects.filter(delivery__in=deliveries):
        lots[lot.delivery_id].append(lot)
    of = {lot.pk: pk for pk, found in lots.items() for lot in found}
    shares = Share.objects.filter(lot__in=of)
    stated = MonthlyHours.objects.in_force().filter(lot__in=of)
    if partners is not None:
        shares = shares.filter(partner__in=partners)
        stated = stated.filter(partner__in=partners)
    for share in shares.filter(minutes__isnull=False):
        plan = plans[of[share.lot_id]]
        for month, minutes in spread(share.minutes or 0, share.first_month, share.months).items():
            key = (share.lot_id, share.partner_id, month)
            plan[key] = plan.get(key, 0) + minutes
    rows: defaultdict[int, list[Done]] = defaultdict(list)
    this_month = month_number(on)
    for row in stated.as_done():
        rows[of[int(row.lot)]].append(row)
    return [
        ContractStanding(
            each,
            [_of_lot(lot, plans[each.pk], rows[each.pk], this_month) for lot in lots[each.pk]],
            rows[each.pk],
            plans[each.pk],
            this_month,
        )
        for each in deliveries
    ]


def _of_lot(
    lot: DeliveryLot, plan: dict[tuple[int, int, int], int], rows: list[Done], this_month: int
) -> LotStanding:
    due = lot.due_minutes()
    of_lot = {key: value for key, value in plan.items() if key[0] == lot.pk}
    done = [row for row in rows if row.lot == str(lot.pk)]
    hours = standing(due or 0, _by_month(of_lot), done, this_month=this_month)
    return LotStanding(lot, due, hours)


def _by_month(plan: dict[tuple[int, int, int], int]) -> dict[int, int]:
    found: defaultdict[int, int] = defaultdict(int)
    for (_, _, month), minutes in plan.items():
        found[month] += minutes
    return dict(found)

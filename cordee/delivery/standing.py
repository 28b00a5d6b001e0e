"""Where the hours of a contract stand: what the clause asks, what is done, what will lack."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import OuterRef, Subquery

from cordee.agreement.insertion import Done, Promise, Standing, promised_by_month, standing
from cordee.base.ui import french, months
from cordee.delivery.models import Delivery, DeliveryLot, MonthlyHours, Partner, Share
from cordee.rules.months import month_number

HOUR = 60
# What is asked of any contract, built once: on a page of hours, building it anew took longer than
# its answer. Last, the month that the partner of a share stated last of its lot.
_SAME = MonthlyHours.objects.in_force().filter(
    lot=OuterRef("lot_id"), partner=OuterRef("partner_id")
)
_LAST_STATED = Subquery(_SAME.order_by("-month").values("month")[:1])
_PROMISED = (
    Share.objects.filter(minutes__isnull=False).order_by().annotate(last_stated=_LAST_STATED)
)
PROMISED = _PROMISED.values_list(
    *("lot", "partner", "minutes", "first_month", "months", "last_stated")
)
DONE = MonthlyHours.objects.in_force().by_lot_and_month()


@dataclass(frozen=True)
class ContractStanding:
    """A contract, or what some partners promised and did of it, where `is_part`."""

    delivery: Delivery
    lots: Sequence[DeliveryLot]
    promises: Sequence[Promise]
    rows: Sequence[Done]
    this_month: int
    is_part: bool

    @cached_property
    def by_lot(self) -> dict[DeliveryLot, Standing]:
        """Against what the clause asks of each lot; of one where nobody knows it, nothing lacks."""
        return {lot: self._standing(lot.due_minutes(), [lot]) for lot in self.lots}

    @cached_property
    def due(self) -> int | None:
        """Minutes that the clause asks, None where that of one lot at least is not known; of a
        part, those it promised, None where it promised nothing."""
        if self.is_part:
            return sum(each.minutes for each in self.promises) or None
        told = [lot.due_minutes() for lot in self.lots]
        known = [minutes for minutes in told if minutes is not None]
        return sum(known) if known and len(known) == len(told) else None

    @cached_property
    def whole(self) -> Standing:
        if len(self.lots) == 1 and not self.is_part:
            return self.by_lot[self.lots[0]]
        return self._standing(self.due, self.lots)

    @cached_property
    def missing(self) -> int:
        """Minutes that will lack, of the lots whose clause is known: none makes up for another."""
        if self.is_part:
            return self.whole.missing
        return sum(each.missing for each in self.by_lot.values())

    @property
    def title(self) -> str:
        """The answer first."""
        if self.due is None:
            whose = "Vos heures promises" if self.is_part else "Les heures dues"
            return f"{whose} ne sont pas encore dites"
        if not self.due:
            return "Ce marché ne demande pas d’heures d’insertion"
        end = f"à la fin {french.of(months.month(self.end_month))}"
        if self.missing:
            lacks = "a manqué" if self.end_month < self.this_month else "manquera"
            return f"Il {'vous ' if self.is_part else ''}{lacks} {in_hours(self.missing)} {end}"
        if self.is_part:
            return f"Vos heures promises seront faites {end}"
        if self.whole.done >= self.due:
            return "Toutes les heures dues sont faites"
        return f"Les heures dues seront faites {end}"

    @property
    def end_month(self) -> int:
        """The last month of the contract, or of what is promised where that is later."""
        return max(self.delivery.end_month - 1, self.whole.end_month or 0)

    def _standing(self, due: int | None, lots: Sequence[DeliveryLot]) -> Standing:
        keys = {lot.pk for lot in lots}
        promises = [each for each in self.promises if each.lot in keys]
        plan = promised_by_month(promises)
        rows = [row for row in self.rows if row.lot in keys]
        unstated = Counter[int]()
        for each in promises:
            for month, minutes in each.unstated(self.this_month).items():
                unstated[month] += minutes
        return standing(due or 0, plan, rows, unstated=unstated, this_month=self.this_month)


def standing_of(
    delivery: Delivery, *, on: date, partners: Collection[Partner] | None = None
) -> ContractStanding:
    """The whole contract, or what some partners promised and did of it: three queries."""
    return standings_of([delivery], on=on, partners=partners)[0]


def standings_of(
    deliveries: Sequence[Delivery], *, on: date, partners: Collection[Partner] | None = None
) -> list[ContractStanding]:
    """Many contracts, in their order, by the same three queries."""
    lots, promises, rows = defaultdict(list), defaultdict(list), defaultdict(list)
    for lot in DeliveryLot.objects.filter(delivery__in=deliveries):
        lots[lot.delivery_id].append(lot)
    of = {lot.pk: pk for pk, found in lots.items() for lot in found}
    promised, done = PROMISED.filter(lot__in=of), DONE.filter(lot__in=of)
    if partners is not None:
        promised, done = promised.filter(partner__in=partners), done.filter(partner__in=partners)
    for promise in map(Promise._make, promised):
        promises[of[promise.lot]].append(promise)
    for lot, month, state, is_proven, minutes, totals in done:
        accepted = minutes if state == MonthlyHours.State.ACCEPTED else 0
        proven = minutes if is_proven else 0
        rows[of[lot]].append(Done(lot, month, minutes, accepted, proven, totals))
    this_month, is_part = month_number(on), partners is not None
    return [
        ContractStanding(each, lots[each.pk], promises[each.pk], rows[each.pk], this_month, is_part)
        for each in deliveries
    ]


def in_hours(minutes: int) -> str:
    """A part of an hour lacks too: told as a whole one."""
    return french.count(-(-minutes // HOUR), "heure")

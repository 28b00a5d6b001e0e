"""What pages of hours say: the answer, its curve, what would make up for what will lack."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cordee.base.ui import french, months
from cordee.base.ui.drawings import HoursLine
from cordee.delivery.access import DeliveryAccess
from cordee.delivery.models import MonthlyHours, Partner
from cordee.delivery.standing import HOUR, ContractStanding, in_hours
from cordee.rules import capacity
from cordee.rules.months import first_day

# A year in a drawing has a name a month; beyond, the year is said too.
MONTHS_NAMED = 12
# Ways to catch up: a choice, not a list.
MOST_WAYS = 3


@dataclass(frozen=True, slots=True)
class CatchUp:
    """A way to make up for what will lack; `partner` is who must say yes, None for another one."""

    title: str
    detail: str
    partner: Partner | None


def line_of(found: ContractStanding) -> HoursLine | None:
    """The curve: from 0 before the first month, done as far as it is known, then expected."""
    curve = found.whole.curve
    if not curve:
        return None
    done = [Decimal(0), *(Decimal(p.done) / HOUR for p in curve if p.done is not None)]
    hoped = [Decimal(point.expected) / HOUR for point in curve[len(done) - 1 :]]
    names = [french.SHORT_MONTHS[point.month % 12] for point in curve]
    if len(curve) > MONTHS_NAMED:
        names = [f"{n} {p.month // 12 % 100}" for n, p in zip(names, curve, strict=True)]
    due = Decimal(found.due or 0) / HOUR
    return HoursLine(["", *names], done, [done[-1], *hoped], due, due)


def catch_ups(access: DeliveryAccess, found: ContractStanding) -> Iterator[CatchUp]:
    """Each fills the whole gap alone, from next month on: who is late first, then who promised
    most, then another structure. One query at most."""
    if not found.missing or found.end_month < found.this_month:
        return
    first = found.this_month + 1
    left = max(found.end_month - first + 1, 1)
    a_month = -(-found.missing // left)
    when = months.span(first, left) if found.end_month >= first else "ce mois-ci"
    people = full_time_words(a_month, on=first_day(found.this_month))
    promised, late = Counter[int](), Counter[int]()
    for each in found.promises:
        promised[each.partner] += each.minutes
        known = min(each.last_stated or 0, found.this_month - 1)
        late[each.partner] += each.before(known + 1)
    past = MonthlyHours.objects.in_force().of_contract(access.delivery)
    late.subtract(past.filter(month__lt=found.this_month).minutes_by("partner"))
    order = sorted(access.hours_of, key=lambda p: (-max(late[p.pk], 0), -promised[p.pk], p.name))
    for partner in order[: MOST_WAYS - 1]:
        behind = late[partner.pk]
        why = f"En retard de {in_hours(behind)} sur sa part. " if behind > 0 else ""
        yield CatchUp(
            f"{in_hours(a_month)} de plus par mois {french.to(partner.name)}",
            f"{why}{when.capitalize()}, soit {people}.",
            partner,
        )
    if access.keeps:
        detail = f"{in_hours(a_month)} par mois {when}, soit {people}. Elle doit dire oui."
        yield CatchUp("Une structure de plus", detail, None)


def full_time_words(minutes: int, *, on: date) -> str:
    """ "0,5 personne à temps plein": a month of it is a twelfth of 52 weeks."""
    month = capacity.full_time_weekly_hours(on=on) * HOUR * 52 // 12
    people = max(round(Decimal(minutes) / month, 1), Decimal("0.1"))
    return f"{french.number(people)} personne{'s' if people >= 2 else ''} à temps plein"


def penalty_words(access: DeliveryAccess, found: ContractStanding) -> str:
    """What the contract says a missing hour costs, and what the answer would cost at its end; for
    who carries the whole of it out. Empty where the contract states none."""
    cents, limit = access.delivery.penalty_cents, access.delivery.penalty_limit_cents
    if cents is None or not access.keeps:
        return ""
    words = f"Le marché dit {french.price(cents)} par heure manquante"
    words += "." if limit is None else f", {french.euros(limit, rounded=True)} au plus."
    if found.due is None or not found.missing:
        return words
    cost = -(-found.missing // HOUR) * cents
    cost = cost if limit is None else min(cost, limit)
    return f"{words} Pour {in_hours(found.missing)}, ce serait {french.euros(cost, rounded=True)}."

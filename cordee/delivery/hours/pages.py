"""What pages of hours say: the answer, its curve, what would make up for what will lack."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cordee.agreement.insertion import Standing, standing
from cordee.base.ui import french, months
from cordee.base.ui.drawings import HoursLine
from cordee.delivery.access import DeliveryAccess
from cordee.delivery.models import Partner
from cordee.delivery.standing import HOUR, ContractStanding, standing_of
from cordee.rules import capacity
from cordee.rules.months import first_day

# A year in a drawing has a name a month; beyond, the year is said too.
MONTHS_NAMED = 12
# Ways to catch up: a choice, not a list.
MOST_WAYS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page is titled, of what the user reads; `due` is None where nobody knows it."""

    title: str
    due: int | None
    missing: int
    hours: Standing
    found: ContractStanding


@dataclass(frozen=True, slots=True)
class CatchUp:
    """A way to make up for what will lack; `partner` is who must say yes, None for another one."""

    title: str
    detail: str
    partner: Partner | None


def answer_of(access: DeliveryAccess, on: date) -> Answer:
    """Of the whole contract; of their own part for who reads no other: three queries."""
    if access.reads_whole or access.facilitates:
        found = standing_of(access.delivery, on=on)
        return Answer(found.title, found.due, found.missing, found.whole, found)
    found = standing_of(access.delivery, on=on, partners=access.own)
    plan = Counter[int]()
    for (_, _, month), minutes in found.plan.items():
        plan[month] += minutes
    due = plan.total() or None
    hours = standing(due or 0, plan, found.rows, this_month=found.this_month)
    return Answer(_own_title(found, hours), due, hours.missing, hours, found)


def _own_title(found: ContractStanding, hours: Standing) -> str:
    end = f"à la fin {french.of(months.month(found.end_month))}"
    if not hours.due:
        return "Vos heures promises ne sont pas encore dites"
    if hours.missing:
        return f"Il vous manquera {in_hours(hours.missing)} {end}"
    return f"Vos heures promises seront faites {end}"


def in_hours(minutes: int) -> str:
    """A part of an hour lacks too: told as a whole one."""
    return french.count(-(-minutes // HOUR), "heure")


def line_of(answer: Answer) -> HoursLine | None:
    """The curve: from 0 before the first month, done as far as it is known, then expected."""
    curve = answer.hours.curve
    if not curve:
        return None
    done = [Decimal(0), *(Decimal(p.done) / HOUR for p in curve if p.done is not None)]
    hoped = [Decimal(point.expected) / HOUR for point in curve[len(done) - 1 :]]
    names = [french.SHORT_MONTHS[point.month % 12] for point in curve]
    if len(curve) > MONTHS_NAMED:
        names = [f"{n} {p.month // 12 % 100}" for n, p in zip(names, curve, strict=True)]
    due = Decimal(answer.due or 0) / HOUR
    return HoursLine(["", *names], done, [done[-1], *hoped], due, due)


def catch_ups(access: DeliveryAccess, answer: Answer) -> Iterator[CatchUp]:
    """Each fills the whole gap alone, from next month on: who is late first, then who promised
    most, then another structure."""
    if not answer.missing or answer.found.end_month < answer.found.this_month:
        return
    found, first = answer.found, answer.found.this_month + 1
    left = max(found.end_month - first + 1, 1)
    a_month = -(-answer.missing // left)
    when = months.span(first, left) if found.end_month >= first else "ce mois-ci"
    people = full_time_words(a_month, on=first_day(found.this_month))
    promised, late = Counter[int](), Counter[int]()
    for (_, partner, month), minutes in found.plan.items():
        promised[partner] += minutes
        late[partner] += minutes if month < found.this_month else 0
    for row in found.rows:
        late[int(row.party)] -= row.minutes if row.month < found.this_month else 0
    order = sorted(
        access.hours_of, key=lambda each: (-max(late[each.pk], 0), -promised[each.pk], each.name)
    )
    for each in order[: MOST_WAYS - 1]:
        behind = late[each.pk]
        why = f"En retard de {in_hours(behind)} sur sa part. " if behind > 0 else ""
        yield CatchUp(
            f"{in_hours(a_month)} de plus par mois {french.to(each.name)}",
            f"{why}{when.capitalize()}, soit {people}.",
            each,
        )
    if access.keeps:
        detail = f"{in_hours(a_month)} par mois {when}, soit {people}. Elle doit dire oui."
        yield CatchUp("Une structure de plus", detail, None)


def full_time_words(minutes: int, *, on: date) -> str:
    """ "0,5 personne à temps plein": a month of it is a twelfth of 52 weeks."""
    month = capacity.full_time_weekly_hours(on=on) * HOUR * 52 // 12
    people = max(round(Decimal(minutes) / month, 1), Decimal("0.1"))
    return f"{french.number(people)} personne{'s' if people >= 2 else ''} à temps plein"


def penalty_words(access: DeliveryAccess, answer: Answer) -> str:
    """What the contract says a missing hour costs, and what the answer would cost at its end; for
    who carries the whole of it out. Empty where the contract states none."""
    delivery = access.delivery
    if delivery.penalty_cents is None or not access.keeps:
        return ""
    cost, limit = -(-answer.missing // HOUR) * delivery.penalty_cents, delivery.penalty_limit_cents
    words = f"Le marché dit {french.euros(delivery.penalty_cents)} par heure manquante"
    words += "." if limit is None else f", {french.euros(limit, rounded=True)} au plus."
    if answer.due is None or not answer.missing:
        return words
    cost = cost if limit is None else min(cost, limit)
    return f"{words} Pour {in_hours(answer.missing)}, ce serait {french.euros(cost, rounded=True)}."

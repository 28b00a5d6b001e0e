"""Cash month by month: what comes in and goes out, and when, by how sure it is.

Months are absolute (``year * 12 + month - 1``), amounts are cents and go out below zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

from cordee.rules.posts import total_aid_cents
from cordee.rules.resources import ResourceCertainty

# Months of an annex in which the aid paid is brought back to the posts held; then once it is over.
REGULARISED = (5, 8, 11)
# Our own rules where nobody said, against oneself on purpose: how long customers take to pay, and
# what a contract spends of what it brings.
USUAL_PAYMENT_DAYS = 60
USUAL_COST_SHARE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Flow:
    """Money that comes in during a month, or goes out."""

    month: int
    cents: int
    certainty: ResourceCertainty = ResourceCertainty.ACQUIS


@dataclass(frozen=True, slots=True)
class MonthOfCash:
    """What moves in a month and is sure, and what the bank holds at its end.

    ``promised_cents`` adds what is promised, ``asked_cents`` what is asked for as well.
    """

    month: int
    in_cents: int
    out_cents: int
    sure_cents: int
    promised_cents: int
    asked_cents: int


def forecast(
    opening_cents: int, flows: Iterable[Flow], *, first_month: int, months: int
) -> tuple[MonthOfCash, ...]:
    """Give these months of cash from what the bank holds when the first begins.

    Flows of other months are left out: what came before is in the opening balance.

    Source: domain.md §10 (cash curve).
    Not covered: days within a month, VAT, loans that nobody noted.
    """
    # Of each month: what comes in, goes out, is promised, is asked for.
    moved = [[0, 0, 0, 0] for _ in range(months)]
    for flow in flows:
        if not 0 <= flow.month - first_month < months:
            continue
        row = moved[flow.month - first_month]
        if flow.certainty is ResourceCertainty.ACQUIS:
            row[0 if flow.cents > 0 else 1] += flow.cents
        else:
            row[2 if flow.certainty is ResourceCertainty.PROMIS else 3] += flow.cents
    found, sure, promised, asked = [], opening_cents, 0, 0
    for number, (came, went, said, wished) in enumerate(moved):
        sure, promised, asked = sure + came + went, promised + said, asked + wished
        found.append(
            MonthOfCash(
                first_month + number, came, went, sure, sure + promised, sure + promised + asked
            )
        )
    return tuple(found)


def spread(
    amount_cents: int,
    *,
    first_month: int,
    months: int,
    certainty: ResourceCertainty = ResourceCertainty.ACQUIS,
) -> tuple[Flow, ...]:
    """Spread an amount evenly over its months, exact to the cent.

    Source: RULE-11 (spread by month).
    """
    if months < 1:
        raise ValueError(f"months is {months}: spread over at least one month.")
    done = [amount_cents * number // months for number in range(months + 1)]
    return tuple(
        Flow(first_month + number, done[number + 1] - done[number], certainty)
        for number in range(months)
    )


def months_to_pay(days: int | None) -> int:
    """Give after how many months work billed at the end of its month is paid: 30 days are one.

    Source: own rule; ``USUAL_PAYMENT_DAYS`` where the delay is not known.
    """
    return -(-(USUAL_PAYMENT_DAYS if days is None else days) // 30)


def contract(
    receipts_cents: int,
    *,
    first_month: int,
    months: int,
    delay: int,
    advance: Decimal = Decimal(0),
    paid_back_from: Decimal | None = None,
) -> tuple[Flow, ...]:
    """Give what a contract pays and when: by even months, each ``delay`` months after its work.

    ``advance`` is a share of the price, received in the first month. It is held back evenly from
    the share ``paid_back_from`` of the work on, from the first payment where that is not known.

    Source: RULE-11; Code de la commande publique R2191-11 (own reading of the pace).
    Not covered: retention money, revised prices, late payment.
    """
    ahead = int(receipts_cents * advance)
    start = Fraction(paid_back_from or 0)

    def held_back(number: int) -> int:
        done = Fraction(number, months)
        return int(ahead * (done - start) / (1 - start)) if done > start else 0

    work = spread(receipts_cents, first_month=first_month, months=months)
    paid = [
        Flow(flow.month + delay, flow.cents - held_back(number + 1) + held_back(number))
        for number, flow in enumerate(work)
    ]
    return (*((Flow(first_month, ahead),) if ahead else ()), *paid)


def aid(
    posts_fte: Decimal,
    unit_cents: int,
    *,
    first_month: int,
    months: int,
    filled_fte: Decimal | None = None,
) -> tuple[Flow, ...]:
    """Give the aid of an annex by twelfths, with what is taken back for posts not filled.

    ``filled_fte`` is how many posts will be held on average; None takes nothing back. All that
    was paid before a regularisation is brought to the posts held: the earliest, as the source
    names the months (5, 8, 11, and after the year) and not what each corrects.

    Source: associatheque 2022 (paid by the ASP in twelfths, regularised); R5132-37; RULE-07.
    Not covered: the modulated part, paid once; the département's share; when the ASP is late.
    """
    paid = [total_aid_cents(posts_fte, unit_cents, months=number) for number in range(months + 1)]
    held = posts_fte if filled_fte is None else min(filled_fte, posts_fte)
    flows, corrected = [], 0
    for number in range(1, months + 2):
        cents = paid[number] - paid[number - 1] if number <= months else 0
        if number in REGULARISED or number > months:
            due = total_aid_cents(held, unit_cents, months=number - 1)
            cents += due - paid[number - 1] - corrected
            corrected = due - paid[number - 1]
        if cents:
            flows.append(Flow(first_month + number - 1, cents))
    return tuple(flows)


def taken_before(flows: Iterable[Flow], month: int) -> int:
    """Give the most that these flows take from the cash before a month, in cents; 0 for nothing.

    Source: domain.md §10 (cash curve).
    """
    by_month: dict[int, int] = {}
    for flow in flows:
        if flow.month < month:
            by_month[flow.month] = by_month.get(flow.month, 0) + flow.cents
    return max(0, -min(accumulate(by_month[key] for key in sorted(by_month)), default=0))

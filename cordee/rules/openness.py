"""Whether the terms of a need are within reach of a small structure (RULE-23).

Thresholds of a checklist for buyers: none of them is a duty. They are dated like the law, since
they move with it.
"""

from datetime import date, timedelta
from decimal import Decimal

from cordee.rules import parameters


def is_answer_time_enough(days: int, *, on: date) -> bool:
    """Tell whether so many days leave time to answer.

    Source: RULE-23, point 5.
    """
    return days >= parameters.amount("openness.answer_days", on=on)


def is_lead_time_enough(days: int, *, on: date) -> bool:
    """Tell whether so many days between answer and start leave time to hire.

    Source: RULE-23, point 5.
    """
    return days >= parameters.amount("openness.lead_days", on=on)


def is_price_weight_moderate(percent: Decimal, *, on: date) -> bool:
    """Tell whether the price, so many per cent of the mark, leaves room for quality.

    Source: RULE-23, point 7.
    """
    return percent <= parameters.rate("openness.price_weight", on=on) * 100


def is_turnover_in_reach(required_cents: int, estimated_cents: int, *, on: date) -> bool:
    """Tell whether the yearly turnover asked stays near the value of the contract.

    Source: RULE-23, point 3.
    Not covered: what the law allows on that day (R2142-7).
    """
    return required_cents <= parameters.rate("openness.turnover_ratio", on=on) * estimated_cents


def is_retention_moderate(percent: Decimal, *, on: date) -> bool:
    """Tell whether the sum held back as a guarantee, in per cent, is bearable.

    Source: RULE-23, point 8.
    """
    return percent <= parameters.rate("openness.retention_share", on=on) * 100


def is_payment_quick(days: int, *, on: date) -> bool:
    """Tell whether a payment after so many days is quick.

    Source: RULE-23, point 8.
    """
    return days <= parameters.amount("openness.payment_days", on=on)


def usual_last_day_for_questions(deadline: date, *, on: date) -> date:
    """Give the last day on which buyers usually take questions.

    Source: usage of consultation rules.
    Not covered: what the documents of the contract say, which wins.
    """
    return deadline - timedelta(days=parameters.amount("openness.questions_before_days", on=on))

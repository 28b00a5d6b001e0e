"""Immersions with another employer (PMSMP): for what, and for how long (RULE-41)."""

from datetime import date, timedelta

from cordee.rules import parameters
from cordee.rules.labelled import Labelled
from cordee.rules.months import add_months


class Purpose(Labelled):
    """What an immersion is for: one of three, and never the workload of the employer."""

    DISCOVER = "DISCOVER", "découvrir un métier"
    CONFIRM = "CONFIRM", "confirmer un projet"
    RECRUIT = "RECRUIT", "préparer une embauche"


def last_day(first: date, *, on: date) -> date:
    """Give the last day that an immersion may have, both days included.

    From 1 to 31 March is one month from date to date; to 1 April is one day more.

    Source: RULE-41; the articles of the Code du travail are to be read again.
    Not covered: half-days, and days when nobody works there.
    """
    months = parameters.amount("immersion.longest_months", on=on)
    return add_months(first, months) - timedelta(days=1)


def may_renew(renewals: int, *, on: date) -> bool:
    """Tell whether an immersion that was renewed so many times may be renewed once more.

    Source: RULE-41; the articles of the Code du travail are to be read again.
    Not covered: another immersion with the same employer later, for another purpose.
    """
    return renewals < parameters.amount("immersion.renewals", on=on)

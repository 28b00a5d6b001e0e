"""When the work starts and how long it lasts, with origin and range."""

from __future__ import annotations

import re
from datetime import date

from cordee.notices.notice import Lot, Notice, Provenance
from cordee.notices.sizes.estimated import Assumptions, Estimated, SizeRules
from cordee.rules.clock import day_of
from cordee.rules.months import month_number

_RENEWAL = re.compile(r"/RENEWAL_DESCR$|^BT-57-")


def months_of(
    notice: Notice, lot: Lot | None, supposed: Assumptions, rules: SizeRules
) -> Estimated[int]:
    """Whole months."""
    for duration, whose in ((lot.duration if lot else None, "Le lot"), (notice.duration, "L’avis")):
        if duration is not None and duration.months:
            rule = f"{whose} dure {duration.months} mois."
            return Estimated(duration.months, duration.provenance, rule, evidence=duration.evidence)
    rule = f"La durée n’est pas dite : nous supposons {supposed.months} mois."
    return Estimated(
        supposed.months,
        Provenance.SUPPOSED,
        rule,
        low=min(rules.months_low, supposed.months),
        high=max(rules.months_high, supposed.months),
    )


def first_month_of(
    notice: Notice, lot: Lot | None, supposed: Assumptions, rules: SizeRules, on: date
) -> Estimated[int]:
    """The first month, absolute (year * 12 + month - 1)."""
    for duration in (lot.duration if lot else None, notice.duration):
        if duration is not None and duration.start:
            rule = f"Le début est écrit : {duration.start:%d/%m/%Y}."
            return Estimated(month_number(duration.start), Provenance.STATED, rule)
    after = supposed.start_after_months
    if notice.deadline is not None:
        base = day_of(notice.deadline)
        rule = f"Le début n’est pas dit : nous supposons {after} mois après la date limite."
    else:
        # The day on which it was read, for want of any date in the notice.
        base = on
        since = "la parution de l’avis" if notice.published_on else "aujourd’hui"
        rule = f"Ni début ni date limite : nous supposons {after} mois après {since}."
    from_base = month_number(base)
    return Estimated(
        from_base + after,
        Provenance.SUPPOSED,
        rule,
        low=from_base + min(rules.start_low_months, after),
        high=from_base + max(rules.start_high_months, after),
    )


def may_be_renewed(notice: Notice, lot: Lot | None) -> bool:
    """Whether a passage on renewal speaks of this lot, or of the whole."""
    renewals = [item.where for item in notice.conditions if _RENEWAL.search(item.where)]
    # The place of a passage begins with the lots that it speaks of.
    return any(lot is None or lot.id in where.split("/")[0].split() for where in renewals)

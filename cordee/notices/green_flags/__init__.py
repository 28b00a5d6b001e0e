"""The thirteen points that make a need reachable for a small ACI (RULE-23), read in the notice.

Pure. No score: each point has its state, the words that say it and what they mean. A count of what
the notice makes easy is not a mark.
"""

from collections.abc import Sequence
from datetime import date

from cordee.notices.green_flags import candidates, money, work
from cordee.notices.green_flags.flag import Flag, FlagState, Point, passages_of
from cordee.notices.notice import Notice
from cordee.notices.packages import PackageEstimate


def green_flags(
    notice: Notice, *, on: date, packages: Sequence[PackageEstimate]
) -> tuple[Flag, ...]:
    """The thirteen points, in the order of RULE-23.

    `on` dates the thresholds (`rules/parameters/openness.toml`); `packages` are those of the
    notice, whose sizes decide the first point, and what the law adds to its silence.
    """
    passages = passages_of(notice)
    return (
        work.lots(notice, packages),
        candidates.reservation(notice, packages, on=on),
        candidates.turnover(notice, passages, packages, on=on),
        candidates.groups(notice),
        work.time(notice, on=on),
        work.season(passages),
        money.criteria(notice, on=on),
        money.payment(notice, passages, packages, on=on),
        candidates.file(passages),
        candidates.visit(passages),
        money.penalties(passages),
        work.materials(passages),
        candidates.facilitator(notice, passages),
    )

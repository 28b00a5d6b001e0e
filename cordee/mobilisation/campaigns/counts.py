"""What everybody may know of campaigns: counts, never who; and no count that would name somebody.

Outside the networks that relayed, a count between one and four reads "moins de 5": among a handful
of structures of one trade and one valley, "two answered" names both.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, QuerySet
from django.utils import timezone

from cordee.base.ui import french
from cordee.mobilisation.models import Answer, Ask
from cordee.mobilisation.models.answers import INTERESTED, REFUSALS
from cordee.opportunities.models import Opportunity

FLOOR = 5


def shown(count: int) -> str:
    """ "12", "0", or "moins de 5"."""
    return french.number(count) if count == 0 or count >= FLOOR else f"moins de{french.THIN}{FLOOR}"


UNTOLD = "non dit"


def _last_words(opportunities: Iterable[int]) -> dict[int, tuple[int, str, str]]:
    """By question: opportunity, choice and reason of the answer that counts."""
    rows = (
        Answer.objects.standing()
        .filter(ask__opportunity__in=list(opportunities))
        .last_first()
        .values_list("ask_id", "ask__opportunity_id", "choice", "reason")
    )
    last: dict[int, tuple[int, str, str]] = {}
    for ask, opportunity, choice, reason in rows:
        last.setdefault(ask, (opportunity, choice, reason))
    return last


@dataclass(frozen=True, slots=True)
class Abandoned:
    """Relayed, and nobody was interested when answers closed."""

    opportunity: Opportunity
    asked: str
    silent: str


@dataclass(frozen=True, slots=True)
class AbandonedList:
    rows: list[Abandoned]
    relayed: int  # opportunities relayed whose answers are closed, taken up or not
    reasons: list[tuple[str, str, int]]  # label, count as told, hundredths of the largest


def abandoned(visible: QuerySet[Opportunity], *, now: datetime) -> AbandonedList:
    """Among opportunities the reader may see: those closed that nobody wanted, newest first.

    Closed: every day of answers and the buyer's deadline are past, so that nothing here helps or
    hinders a bid. Reasons are summed over all of them.
    """
    asks = Ask.objects.filter(opportunity__in=visible)
    closed = {
        row["opportunity"]: row["last"]
        for row in asks.order_by().values("opportunity").annotate(last=Max("answer_by"))
    }
    candidates = {
        each.pk: each
        for each in Opportunity.objects.filter(pk__in=closed)
        if not each.is_open(now)
        or (each.deadline is None and closed[each.pk] < timezone.localdate(now))
    }
    last = _last_words(candidates)
    asked = Counter(
        Ask.objects.filter(opportunity__in=candidates).values_list("opportunity_id", flat=True)
    )
    answered = Counter(opportunity for opportunity, _, _ in last.values())
    wanted = {opportunity for opportunity, choice, _ in last.values() if choice in INTERESTED}
    left = [each for each in candidates.values() if each.pk not in wanted]
    left.sort(key=lambda each: (each.deadline is not None, each.deadline), reverse=True)
    reasons = Counter(
        Answer.Reason(reason).label if reason else "Sans raison dite"
        for opportunity, choice, reason in last.values()
        if choice in REFUSALS and opportunity not in wanted
    )
    told = [(label, shown(n), n) for label, n in reasons.most_common() if n >= FLOOR]
    largest = max((n for _, _, n in told), default=1)
    return AbandonedList(
        [
            Abandoned(
                each,
                shown(asked[each.pk]),
                shown(asked[each.pk] - answered[each.pk]) if asked[each.pk] >= FLOOR else UNTOLD,
            )
            for each in left
        ],
        len(candidates),
        [(label, words, 100 * n // largest) for label, words, n in told],
    )

"""What everybody may know of campaigns: counts, never who; and no count that would name somebody.

They are told in bands of five, none and one alike (decision 18): among a handful of structures of
one trade and one valley, "two answered" names both, and an exact count less what a network knows of
its own, or of the week before, is one structure's answer.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, QuerySet
from django.utils import timezone

from cordee.base.masking import FEWEST, band
from cordee.mobilisation.models import Answer, Ask
from cordee.mobilisation.models.answers import INTERESTED, REFUSALS
from cordee.opportunities.models import Opportunity

NOT_GIVEN = "non dit"


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
    reasons: list[tuple[str, str, int]]  # label, band, hundredths of the largest


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
    answers = Answer.objects.standing().filter(ask__opportunity__in=candidates)
    last = [
        (answer.ask.opportunity_id, answer.choice, answer.reason)
        for answer in answers.select_related("ask").last_by_ask().values()
    ]
    asked = Counter(
        Ask.objects.filter(opportunity__in=candidates).values_list("opportunity_id", flat=True)
    )
    answered = Counter(opportunity for opportunity, _, _ in last)
    wanted = {opportunity for opportunity, choice, _ in last if choice in INTERESTED}
    left = [each for each in candidates.values() if each.pk not in wanted]
    left.sort(key=lambda each: (each.deadline is not None, each.deadline), reverse=True)
    reasons = Counter(
        Answer.Reason(reason).label if reason else "Sans raison dite"
        for opportunity, choice, reason in last
        if choice in REFUSALS and opportunity not in wanted
    )
    # By bands, also in their order and in the length of their bars.
    bands = sorted((-(n // FEWEST), label) for label, n in reasons.items() if n >= FEWEST)
    shown = [(label, band(-low * FEWEST), -low) for low, label in bands]
    largest = max((low for _, _, low in shown), default=1)
    return AbandonedList(
        [
            Abandoned(
                each,
                band(asked[each.pk]),
                band(asked[each.pk] - answered[each.pk]) if asked[each.pk] >= FEWEST else NOT_GIVEN,
            )
            for each in left
        ],
        len(candidates),
        [(label, words, 100 * low // largest) for label, words, low in shown],
    )

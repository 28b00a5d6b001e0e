"""When a network may write to its members, and how often, without their having asked.

In the day, on working days, in the time of the place: a mail of Saturday evening is read on Monday
under thirty others, and tires who reads it at home. One count of mails, of all networks together:
campaigns and urgent calls both ask here, and both count. Whoever asks holds the rows of the
structures (`select_for_update`) until what the person sends is written: two that come at once see
each other.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from cordee.members.models import Network
from cordee.mobilisation.models import Recipient, UrgentCallReach
from cordee.rules.holidays import is_public_holiday

PERIOD = timedelta(days=7)
OPENS, CLOSES = time(8), time(18)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and not is_public_holiday(on=day)


def is_open(now: datetime) -> bool:
    return is_working_day(timezone.localdate(now)) and OPENS <= _hour(now) < CLOSES


def next_opening(now: datetime) -> datetime:
    """Now within office hours; else the next working morning."""
    if is_open(now):
        return now
    day = timezone.localdate(now) + timedelta(days=0 if _hour(now) < OPENS else 1)
    while not is_working_day(day):
        day += timedelta(days=1)
    # Made anew from the wall clock: the offset may change in between.
    return datetime.combine(day, OPENS, tzinfo=timezone.get_default_timezone())


def _hour(now: datetime) -> time:
    return timezone.localtime(now).time()


type MailsSince = Callable[
    [Collection[int], datetime, Network | None], Iterable[tuple[int, int, datetime]]
]
# What rooms above write to structures unasked: (structure, key of the letter, when it leaves) since
# a moment, by the name of their sort; of one network alone where it is named. One query each.
counted: dict[str, MailsSince] = {}


def rooms(
    structures: Collection[int], now: datetime, *, network: Network | None = None
) -> dict[int, datetime]:
    """From when one may write to structures: now to those who got few mails these days.

    A mail of a campaign counts once, however many opportunities it lists. Three queries. `network`:
    as far as that network knows, by its own campaigns alone; what is sent asks for all.
    """
    mails: dict[int, dict[tuple[str, int], datetime]] = {pk: {} for pk in structures}
    asked = Recipient.objects.filter(
        structure__in=list(structures),
        state=Recipient.State.SENT,
        relayed_at__gt=now - PERIOD,
        # Where it joined a question that was asked already, no mail left.
        relayed_at=F("ask__asked_at"),
    )
    if network is not None:
        asked = asked.filter(campaign__network=network)
    for structure_id, campaign_id, at in asked.order_by("relayed_at").values_list(
        "structure_id", "campaign_id", "relayed_at"
    ):
        if at is not None:
            mails[structure_id]["campaign", campaign_id] = at
    called = UrgentCallReach.objects.filter(
        structure__in=list(structures), is_mailed=True, at__gt=now - PERIOD
    )
    if network is not None:
        called = called.none()
    for name, others in counted.items():
        for structure_id, pk, at in others(structures, now - PERIOD, network):
            mails[structure_id][name, pk] = at
    for structure_id, call_id, at in called.order_by().values_list("structure_id", "call_id", "at"):
        mails[structure_id]["call", call_id] = at
    cap: int = settings.MOBILISATION_ASKS_PER_WEEK
    return {
        # There is room again a week after the oldest of the last `cap` mails.
        pk: sorted(sent.values(), reverse=True)[cap - 1] + PERIOD if len(sent) >= cap else now
        for pk, sent in mails.items()
    }

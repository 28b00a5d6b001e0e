"""What waits about hours: months to say again or to say, for partners; to accept, for who does."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Min, Q
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french, months
from cordee.delivery.models import MonthlyHours, Share
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Waiting
from cordee.rules.months import last_day, month_number

State = MonthlyHours.State
WEEK = timedelta(days=7)
MOST = 20


def lines(viewer: Viewer, now: datetime) -> Iterator[Waiting]:
    """Three queries at most, one for who directs no structure."""
    if viewer.user is None:
        return
    rows = MonthlyHours.objects.in_force().annotate(
        contract=F("lot__delivery"), title=F("lot__delivery__title")
    )
    facilitated = rows.filter(state=State.STATED, lot__delivery__facilitator=viewer.user)
    waiting = facilitated.values_list("contract", "title", "month").order_by("month", "contract")
    for pk, title, month, first, how_many in waiting.annotate(
        first=Min("stated_at"), how_many=Count("partner", distinct=True)
    )[:MOST]:
        yield Waiting(
            max(timezone.localdate(first) + WEEK, viewer.on),
            f"{months.month(month).capitalize()}\u00a0: {title}",
            f"{french.count(how_many, 'structure a dit', 'structures ont dit')} ses heures.",
            "Lire et accepter",
            reverse("delivery:hours", args=[pk]),
        )
    if not viewer.structure_ids:
        return
    mine = Q(partner__structure__in=viewer.structure_ids)
    back = rows.filter(mine, state=State.SENT_BACK).values_list(
        "contract", "title", "month", "word"
    )
    for pk, title, month, word in back.order_by("month", "contract")[:MOST]:
        yield _to_say(viewer.on, pk, title, month, f"C’est à revoir\u00a0: {word}")
    said = rows.filter(mine).values_list("partner", "month")
    yield from _unsaid(viewer, set(said.order_by().distinct()))


def _unsaid(viewer: Viewer, said: set[tuple[int, int]]) -> Iterator[Waiting]:
    """One line a contract: the first month over, promised, and said by nobody."""
    over = month_number(viewer.on) - 1
    shares = Share.objects.filter(
        partner__structure__in=viewer.structure_ids, minutes__gt=0, first_month__lte=over
    )
    missing: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for share in shares.select_related("lot__delivery"):
        contract = share.lot.delivery
        for month in range(share.first_month, min(share.first_month + share.months - 1, over) + 1):
            if (share.partner_id, month) not in said:
                missing[contract.pk, contract.title].add(month)
    for (pk, title), found in [*missing.items()][:MOST]:
        words = french.count(len(found), "mois reste à dire", "mois restent à dire")
        yield _to_say(viewer.on, pk, title, min(found), f"{words}. Des totaux, jamais de noms.")


def _to_say(on: date, pk: int, title: str, month: int, fact: str) -> Waiting:
    """By the end of the month after: then another one is to be said."""
    return Waiting(
        max(last_day(month + 1), on),
        f"Les heures {french.of(months.month(month))}\u00a0: {title}",
        fact,
        "Dire ce mois",
        reverse("delivery:delivery", args=[pk], query={"mois": month}),
    )

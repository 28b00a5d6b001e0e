"""What waits about hours: months to say again or to say, for partners; to accept, for who does."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french, months
from cordee.delivery.models import Delivery, MonthlyHours, Share
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Waiting
from cordee.rules.months import last_day, month_number

State = MonthlyHours.State
WEEK = timedelta(days=7)
MOST = 20


def lines(viewer: Viewer, now: datetime) -> Iterator[Waiting]:
    """One query; another one for who directs a structure."""
    if viewer.user is None:
        return
    own = Q(partner__structure__in=viewer.structure_ids)
    to_accept = Q(lot__delivery__facilitator=viewer.user, state=State.STATED)
    rows = MonthlyHours.objects.in_force().filter(own | to_accept)
    waiting: dict[tuple[int, int], list[MonthlyHours]] = {}
    said = set()
    rows = rows.select_related("lot__delivery", "partner").order_by("month", "stated_at", "pk")
    for row in rows:
        contract = row.lot.delivery
        if row.state == State.STATED and contract.facilitator_id == viewer.user.pk:
            waiting.setdefault((row.month, contract.pk), []).append(row)
        if row.partner.structure_id in viewer.structure_ids:
            said.add((row.partner_id, row.month))
            if row.state == State.SENT_BACK:
                yield _to_say(viewer.on, contract, row.month, f"À revoir. «\u00a0{row.word}\u00a0»")
    for (month, _), found in [*waiting.items()][:MOST]:
        many = len({row.partner_id for row in found})
        yield Waiting(
            max(timezone.localdate(found[0].stated_at) + WEEK, viewer.on),
            f"{months.month(month).capitalize()}\u00a0: {found[0].lot.delivery}",
            f"{french.count(many, 'structure a dit ses', 'structures ont dit leurs')} heures.",
            "Lire et accepter",
            reverse("delivery:hours", args=[found[0].lot.delivery_id]),
        )
    if viewer.structure_ids:
        yield from _unsaid(viewer, said)


def _unsaid(viewer: Viewer, said: set[tuple[int, int]]) -> Iterator[Waiting]:
    """One line a contract: the first month over, promised, and said by nobody."""
    over = month_number(viewer.on) - 1
    shares = Share.objects.filter(
        partner__structure__in=viewer.structure_ids, minutes__gt=0, first_month__lte=over
    )
    missing: dict[Delivery, set[int]] = {}
    for share in shares.select_related("lot__delivery"):
        last = min(share.first_month + share.months - 1, over)
        for month in range(share.first_month, last + 1):
            if (share.partner_id, month) not in said:
                missing.setdefault(share.lot.delivery, set()).add(month)
    for contract, found in [*missing.items()][:MOST]:
        words = french.count(len(found), "mois reste à dire", "mois restent à dire")
        fact = f"{words}. Des totaux, jamais de noms."
        yield _to_say(viewer.on, contract, min(found), fact)


def _to_say(on: date, contract: Delivery, month: int, fact: str) -> Waiting:
    """By the end of the month after: then another one is to be said."""
    return Waiting(
        max(last_day(month + 1), on),
        f"Les heures {french.of(months.month(month))}\u00a0: {contract}",
        fact,
        "Dire ce mois",
        reverse("delivery:delivery", args=[contract.pk], query={"mois": month}),
    )

"""What waits about hours: months to say again or to say, for partners; to accept, for who does."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import FilteredRelation, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french, months
from cordee.delivery.access import facilitated_by
from cordee.delivery.models import MonthlyHours, Share
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting
from cordee.rules.months import last_day, month_number

State = MonthlyHours.State
WEEK = timedelta(days=7)
MOST = 20


def lines(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    if viewer.user is None:
        return
    again = Q(partner__structure__in=viewer.structure_ids, state=State.SENT_BACK)
    named = facilitated_by(viewer.user).order_by().values("pk")
    to_accept = Q(lot__delivery__in=named, state=State.STATED)
    yield Sort(MonthlyHours.objects.in_force().filter(again | to_accept), _said)
    shares = Share.objects.filter(
        partner__structure__in=viewer.structure_ids,
        minutes__gt=0,
        first_month__lt=month_number(viewer.on),
    )
    yield Sort(shares, _unsaid)


def _said(viewer: Viewer, now: datetime, rows: QuerySet[MonthlyHours]) -> Iterator[Waiting]:
    waiting: dict[tuple[int, int], list[MonthlyHours]] = {}
    for row in rows.select_related("lot__delivery").order_by("month", "stated_at", "pk"):
        contract = row.lot.delivery
        if row.state == State.STATED:
            waiting.setdefault((row.month, contract.pk), []).append(row)
        else:
            fact = f"À revoir. «\u00a0{row.word}\u00a0»"
            yield _to_say(viewer.on, contract.pk, contract.title, row.month, fact)
    for (month, _), found in [*waiting.items()][:MOST]:
        many = len({row.partner_id for row in found})
        yield Waiting(
            max(timezone.localdate(found[0].stated_at) + WEEK, viewer.on),
            f"{months.month(month).capitalize()}\u00a0: {found[0].lot.delivery}",
            f"{french.count(many, 'structure a dit ses', 'structures ont dit leurs')} heures.",
            "Lire et accepter",
            reverse("delivery:hours", args=[found[0].lot.delivery_id]),
        )


def _unsaid(viewer: Viewer, now: datetime, rows: QuerySet[Share]) -> Iterator[Waiting]:
    """One line a contract: the first month over, promised, and said by nobody. Values only: years
    of hours are not read again each morning."""
    over = month_number(viewer.on) - 1
    in_force = FilteredRelation("partner__hours", condition=Q(partner__hours__replaced_at=None))
    of_contract = ("lot__delivery", "lot__delivery__title")
    shares = rows.annotate(said=in_force).values_list(
        *of_contract, "partner", "first_month", "months", "said__month"
    )
    promised: defaultdict[tuple[int, str], set[tuple[int, int]]] = defaultdict(set)
    said = set()
    for key, title, partner, first, how_many, month in shares.distinct():
        last = min(first + how_many - 1, over)
        promised[key, title].update((partner, each) for each in range(first, last + 1))
        said.add((partner, month))
    missing = {of: {month for _, month in each - said} for of, each in promised.items()}
    for of, found in [(of, found) for of, found in missing.items() if found][:MOST]:
        words = french.count(len(found), "mois reste à dire", "mois restent à dire")
        yield _to_say(viewer.on, *of, min(found), f"{words}. Des totaux, jamais de noms.")


def _to_say(on: date, key: int, title: str, month: int, fact: str) -> Waiting:
    """By the end of the month after: then another one is to be said."""
    return Waiting(
        max(last_day(month + 1), on),
        f"Les heures {french.of(months.month(month))}\u00a0: {title}",
        fact,
        "Dire ce mois",
        reverse("delivery:delivery", args=[key], query={"mois": month}),
    )

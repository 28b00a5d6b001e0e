"""What waits of money: what is late, once a contract; demands of payment to answer."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Min, QuerySet, Sum
from django.urls import reverse

from cordee.base.ui import french
from cordee.delivery.models import MoneyLine
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting
from cordee.rules.subcontracting import accepted_by_silence_on

MOST = 5


def lines(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    if not (mine := viewer.structure_ids):
        return
    unpaid = MoneyLine.objects.filter(is_removed=False, paid_on__isnull=True)
    yield Sort(unpaid.filter(partner__structure__in=mine, due_on__lt=viewer.on), _late)
    asked = unpaid.filter(partner__of__structure__in=mine, demand_answered_on__isnull=True)
    yield Sort(asked.filter(demand_sent_on__isnull=False), _asked)


def _late(viewer: Viewer, now: datetime, rows: QuerySet[MoneyLine]) -> Iterator[Waiting]:
    of_contract = ("partner__delivery", "partner__delivery__title")
    sums = rows.values(*of_contract).annotate(cents=Sum("amount_cents"), since=Min("due_on"))
    for each in sums.order_by("since").values_list(*of_contract, "cents")[:MOST]:
        yield _line(viewer.on, "Vous attendez un paiement", *each)


def _asked(viewer: Viewer, now: datetime, rows: QuerySet[MoneyLine]) -> Iterator[Waiting]:
    for row in rows.select_related("partner__delivery").order_by("-demand_sent_on")[:MOST]:
        last, of = accepted_by_silence_on(row.demand_sent_on or viewer.on), row.partner.delivery
        if last >= viewer.on:
            what = "Une demande de paiement attend votre réponse"
            yield _line(last, what, of.pk, of.title, row.amount_cents)


def _line(until: date, what: str, key: int, title: str, cents: int) -> Waiting:
    url = reverse("delivery:money", args=[key])
    fact = f"{french.euros(cents, rounded=True)}. {title}."
    return Waiting(until, what, fact, "Voir l’argent", url)

"""What waits of money: what is late, once a contract; demands of payment to answer."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Min, Sum
from django.urls import reverse

from cordee.base.ui import french
from cordee.delivery.models import MoneyLine
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Waiting
from cordee.rules.subcontracting import accepted_by_silence_on

MOST = 5


def lines(viewer: Viewer, now: datetime) -> Iterator[Waiting]:
    mine, on = viewer.structure_ids, viewer.on
    unpaid = MoneyLine.objects.filter(is_removed=False, paid_on__isnull=True)
    late = unpaid.filter(partner__structure__in=mine, due_on__lt=on)
    of_contract = ("partner__delivery", "partner__delivery__title")
    sums = late.values(*of_contract).annotate(cents=Sum("amount_cents"), since=Min("due_on"))
    rows = sums.order_by("since").values_list(*of_contract, "cents")[:MOST]
    found = [(on, "Vous attendez un paiement", *each) for each in rows]
    asked = unpaid.filter(partner__of__structure__in=mine, demand_answered_on__isnull=True)
    asked = asked.filter(demand_sent_on__isnull=False).order_by("-demand_sent_on")
    for row in asked.select_related("partner__delivery")[:MOST]:
        last = accepted_by_silence_on(row.demand_sent_on or on)
        of = row.partner.delivery
        what = "Une demande de paiement attend votre réponse"
        found += [(last, what, of.pk, of.title, row.amount_cents)] if last >= on else []
    for until, what, key, title, cents in found:
        url = reverse("delivery:money", args=[key])
        fact = f"{french.euros(cents, rounded=True)}. {title}."
        yield Waiting(until, what, fact, "Voir l’argent", url)

"""What waits of money: a payment that is late, a demand of payment to answer."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from cordee.base.ui import french
from cordee.delivery.models import MoneyLine
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Waiting
from cordee.rules.subcontracting import accepted_by_silence_on

LATE, ASKED = "Un paiement est en retard", "Une demande de paiement attend votre réponse"
MOST = 5


def lines(viewer: Viewer, now: datetime) -> Iterator[Waiting]:
    mine, on = viewer.structure_ids, viewer.on
    unpaid = MoneyLine.objects.filter(is_removed=False, paid_on__isnull=True)
    unpaid = unpaid.select_related("partner__delivery")
    late = unpaid.filter(partner__structure__in=mine, due_on__lt=on)
    asked = unpaid.filter(partner__of__structure__in=mine, demand_answered_on__isnull=True)
    sent = asked.filter(demand_sent_on__isnull=False).order_by("-demand_sent_on")
    for row in [*late[:MOST], *sent[:MOST]]:
        is_late = row in late
        until = on if is_late else accepted_by_silence_on(row.demand_sent_on or on)
        if until >= on:
            fact = f"{french.euros(row.amount_cents)}, {row.label}. {row.partner.delivery.title}."
            url = reverse("delivery:money", args=[row.partner.delivery_id])
            yield Waiting(until, LATE if is_late else ASKED, fact, "Voir l’argent", url)

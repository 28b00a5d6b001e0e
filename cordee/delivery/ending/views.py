"""When a contract ends, its work becomes a reference of each partner's own dossier."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from cordee.accounts.requests import SignedInRequest
from cordee.alliances.answer_files.actions import add_past_work
from cordee.alliances.models import PastWork
from cordee.base.ui.forms import refusals_as_messages
from cordee.delivery import access
from cordee.delivery.access import DeliveryAccess, own_partner
from cordee.delivery.models import Share
from cordee.rules.months import month_number


def references_of(access: DeliveryAccess, *, on: date) -> list[dict[str, Any]]:
    """What each of one's own partners may write, and whether it is there; nothing before the end.
    Two queries."""
    delivery = access.delivery
    if month_number(on) < delivery.end_month:
        return []
    own = {each.structure_id for each in access.own}
    shares = list(Share.objects.filter(partner__in=access.own).select_related("lot"))
    year = (delivery.end_month - 1) // 12
    title = delivery.title[:200]
    there = PastWork.objects.filter(structure__in=own, title=title, year=year)
    known = set(there.values_list("structure", "client"))
    found = []
    for partner in access.own:
        mine = [each for each in shares if each.partner_id == partner.pk]
        client = str(partner.of) if partner.of else delivery.buyer_name[:200]
        amounts = [each.amount_cents for each in mine]
        trades = {each.lot.trade for each in mine}
        work = {"title": title, "client": client, "year": year}
        work["amount_cents"] = sum(amounts) if amounts and None not in amounts else None
        work["trade"] = trades.pop() if len(trades) == 1 else ""
        found.append(
            {"partner": partner, "work": work, "is_there": (partner.structure_id, client) in known}
        )
    return found


@require_POST
def write_reference(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    """Write it in the dossier of one's own structure; twice is once."""
    found = access.inside_for(request.user, pk)
    partner = own_partner(found, key)
    for each in references_of(found, on=timezone.localdate()):
        if each["partner"] == partner and not each["is_there"]:
            with refusals_as_messages(request):
                add_past_work(structure=partner.structure, by=request.user, **each["work"])
                messages.success(request, "La référence est dans votre dossier de réponse.")
    return redirect("delivery:contract", pk)

"""The reference that a contract becomes when it ends, in the dossier of each who did it."""

from datetime import date
from typing import Any

from cordee.alliances.models import PastWork
from cordee.delivery.access import DeliveryAccess
from cordee.delivery.models import Share
from cordee.dossier.money import known_sum
from cordee.rules.months import month_number


def references_of(access: DeliveryAccess, *, on: date) -> list[dict[str, Any]]:
    """What each of one's own partners may write in its dossier, and whether it is there; nothing
    before the end. Two queries."""
    delivery = access.delivery
    if month_number(on) < delivery.end_month:
        return []
    shares = list(Share.objects.filter(partner__in=access.own).select_related("lot"))
    about: dict[str, Any] = {"title": delivery.title[:200], "year": (delivery.end_month - 1) // 12}
    there = PastWork.objects.filter(structure__in=[e.structure_id for e in access.own], **about)
    known = set(there.values_list("structure", "client"))
    found = []
    for partner in access.own:
        mine = [each for each in shares if each.partner_id == partner.pk]
        trades = {each.lot.trade for each in mine}
        client = str(partner.of) if partner.of else delivery.buyer_name[:200]
        work = about | {
            "client": client,
            "amount_cents": known_sum(each.amount_cents for each in mine) if mine else None,
            "trade": trades.pop() if len(trades) == 1 else "",
        }
        is_there = (partner.structure_id, client) in known
        found.append({"partner": partner, "work": work, "is_there": is_there})
    return found

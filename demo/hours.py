"""« Les écoles du val » began a month ago: its hours of then, said, accepted and proven."""

from datetime import date

from django.db.models import F
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement.insertion import Way
from cordee.delivery.hours.actions import note_proof, settle_hours, state_hours
from cordee.delivery.models import Delivery, HourProof, MonthlyHours, Partner, Share
from cordee.rules.months import month_number
from demo.people import DOMAIN

# Invented: less than promised, by who leads.
DONE = {True: 24, False: 25}


def load_hours(contract: Delivery | None, day: date) -> None:
    """After the contract itself; nothing where it is not there."""
    if contract is None or MonthlyHours.objects.filter(lot__delivery=contract).exists():
        return
    shift = contract.first_month - month_number(day) + 1
    contract.first_month -= shift
    contract.save(update_fields=["first_month"])
    Share.objects.filter(lot__delivery=contract).update(first_month=F("first_month") - shift)
    now, lot = timezone.now(), contract.lots.order_by("pk")[0]
    director = User.objects.get(email=f"direction@{DOMAIN}")

    def done(partner: Partner, month: int) -> MonthlyHours:
        way, minutes = Way.SIAE if partner.is_lead else Way.HIRE, DONE[partner.is_lead] * 60
        return MonthlyHours(lot=lot, partner=partner, way=way, month=month, minutes=minutes)

    partners = list(contract.partners.all())
    rows = [done(each, contract.first_month) for each in partners]
    state_hours(delivery=contract, rows=rows, by=director, now=now)
    # One of the two has said the next month too: it waits to be accepted.
    early = [done(each, contract.first_month + 1) for each in partners if not each.is_lead]
    said = list(MonthlyHours.objects.filter(lot=lot))
    for row in said:
        proof = HourProof(hours=row, nature="sheets", dated_on=day, held_by="Le bureau")
        note_proof(proof=proof, by=director, on=day)
    if contract.facilitator is not None:
        settle_hours(
            delivery=contract,
            keys=[row.pk for row in said],
            is_accepted=True,
            by=contract.facilitator,
            now=now,
        )
    state_hours(delivery=contract, rows=early, by=director, now=now)

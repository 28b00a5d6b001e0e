"""« Les écoles du val », carried out: followed since its table was handed over."""

from datetime import date

from cordee.accounts.models import User
from cordee.alliances.models import AllianceBaseline
from cordee.delivery.models import Delivery, Partner, Share
from cordee.delivery.opening import actions
from demo.people import DOMAIN

TITLE = "Les écoles du val"
# Invented: 720 hours due, of which the two promise 660 in the same proportion as euros.
DUE, PROMISED = 720, {True: 363, False: 297}
HOUR = 60


def load_delivery(day: date) -> Delivery | None:
    """Once, after the alliances; nothing where that one is not there."""
    baseline = AllianceBaseline.objects.filter(alliance__title=TITLE).first()
    if baseline is None or Delivery.objects.filter(baseline=baseline).exists():
        return None
    director = User.objects.get(email=f"direction@{DOMAIN}")
    made = actions.open_from_alliance(baseline=baseline, by=director)
    made.facilitator = User.objects.filter(email=f"facilitateur@{DOMAIN}").first()
    made.buyer = User.objects.filter(email=f"acheteuse@{DOMAIN}").first()
    made.penalty_cents, made.penalty_limit_cents = 2_400, 500_000
    fields = ("facilitator", "buyer", "penalty_cents", "penalty_limit_cents")
    actions.write_contract(contract=made, fields=fields, by=director)
    for lot in made.lots.all():
        lot.stated_minutes = DUE * HOUR
        actions.write_lot(lot=lot, by=director)
    for partner in Partner.objects.filter(delivery=made):
        shares = Share.objects.filter(partner=partner)
        shares.update(minutes=PROMISED[partner.is_lead] * HOUR)
    return made

"""« Les écoles du val », carried out: followed since its table was handed over."""

from datetime import date, timedelta

from cordee.accounts.models import User
from cordee.agreement.model import VatRegime
from cordee.alliances.models import AllianceBaseline
from cordee.delivery.access import delivery_for
from cordee.delivery.models import Delivery, MoneyKind, MoneyLine, Partner, Share
from cordee.delivery.money.actions import note
from cordee.delivery.opening import actions
from demo.people import DOMAIN
from demo.site_calendar import load_calendar

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
    load_money(made, day)
    load_calendar(made, day, director)
    return made


def load_money(made: Delivery, day: date) -> None:
    """One amount paid, one late, one to come; what skips cost, borne by both."""
    director = User.objects.get(email=f"direction@{DOMAIN}")
    lead, mirel = made.partners.order_by("-is_lead")
    taxed = {"kind": MoneyKind.WORK, "vat": VatRegime.STANDARD}
    for partner, label, cents, due, done in (
        (lead, "Préparation des sols", 650_000, -20, {"invoiced_on": -50, "paid_on": -22}),
        (mirel, "Premières façades", 420_000, -12, {"invoiced_on": -42}),
        (lead, "Plantations d’automne", 380_000, 25, {"invoiced_on": -5}),
    ):
        days = {name: day + timedelta(days=ago) for name, ago in (done | {"due_on": due}).items()}
        row = MoneyLine(partner=partner, label=label, amount_cents=cents, **taxed, **days)
        note(row=row, access=delivery_for(director, made.pk), by=director, on=day)
    skips = MoneyLine(kind=MoneyKind.COMMON, label="Bennes et clôtures", amount_cents=69_422)
    skips.partner, skips.paid_on = lead, day - timedelta(days=30)
    note(row=skips, access=delivery_for(director, made.pk), by=director, on=day)

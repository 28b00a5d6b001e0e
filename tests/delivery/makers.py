"""Contracts that are carried out, as tests need them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement.insertion import Way
from cordee.delivery.models import (
    Delivery,
    DeliveryLot,
    MonthlyHours,
    OpenSite,
    Partner,
    Share,
    SiteEvent,
)
from cordee.delivery.opening import actions
from cordee.members.models import Structure
from cordee.rules.months import first_day, month_number

HOUR = 60


def make_delivery(structure: Structure, *, by: User | None = None, **values: Any) -> Delivery:
    """Twelve months, of which three are over; 1 200 hours due of its only lot, carried by one
    structure that promises 1 000 of them; written by hand."""
    first = month_number(timezone.localdate()) - 3
    minutes = values.pop("minutes", 1_200 * HOUR)
    contract = Delivery(
        structure=structure,
        title=values.pop("title", "Les haies du canal"),
        buyer_name="Ville du Val (fictive)",
        notified_on=first_day(first),
        months=12,
        **values,
    )
    made = actions.open_by_hand(contract=contract, minutes=minutes, by=by or some_director())
    share(made.lots.get(), made.partners.get(), 1_000 * HOUR)
    return made


def some_director() -> User:
    return User.objects.get_or_create(email="ecrit@exemple.fr", display_name="Qui écrit")[0]


def share(lot: DeliveryLot, partner: Partner, minutes: int | None, **values: Any) -> Share:
    """What a partner promises of a lot over the whole contract, unless `values` says otherwise."""
    contract = lot.delivery
    span = {"first_month": contract.first_month, "months": contract.months}
    return Share.objects.create(lot=lot, partner=partner, minutes=minutes, **span | values)


def partner(
    contract: Delivery,
    structure: Structure | None,
    role: str = Partner.Role.MEMBER,
    *,
    of: Partner | None = None,
    minutes: int | None = None,
) -> Partner:
    """Another partner of a contract, with what it promises of its first lot."""
    made = Partner.objects.create(
        delivery=contract,
        structure=structure,
        name=structure.shown_name if structure else "Une voisine sans fiche",
        role=role,
        of=of,
    )
    lot = contract.lots.order_by("pk")[0]
    share(lot, made, minutes)
    return made


def hours(contract: Delivery, minutes: int = 80 * HOUR, **values: Any) -> MonthlyHours:
    """What the first partner said of the first month of the first lot, proven."""
    row, is_new = MonthlyHours.objects.get_or_create(
        lot=contract.lots.order_by("pk")[0],
        partner=values.pop("partner", None) or contract.partners.order_by("pk")[0],
        way=Way.SIAE,
        month=values.pop("month", contract.first_month),
        defaults={"minutes": minutes, "stated_at": timezone.now(), **values},
    )
    if is_new:
        day = first_day(row.month)
        row.proofs.create(nature="sheets", dated_on=day, held_by="Le bureau")
        row.is_proven = True
        row.save(update_fields=["is_proven"])
    return row


def make_order(contract: Delivery, **values: Any) -> SiteEvent:
    """10 000 € of its lead for sixty days from now, with a crew of one and a half; once."""
    today = timezone.localdate()
    said: dict[str, Any] = {
        "kind": SiteEvent.Kind.ORDER,
        "title": "Les haies du nord",
        "partner": contract.partners.get(is_lead=True),
        "first_day": today + timedelta(days=30),
        "last_day": today + timedelta(days=90),
        "amount_cents": 1_000_000,
        "cfte": 150,
    }
    return SiteEvent.objects.get_or_create(delivery=contract, **said | values)[0]


def make_open_site(contract: Delivery, **values: Any) -> OpenSite:
    """In ten days, for two companies, shown by the lead; once."""
    said: dict[str, Any] = {
        "host": contract.partners.get(is_lead=True),
        "day": timezone.localdate() + timedelta(days=10),
        "half": OpenSite.Half.MORNING,
        "place": "au bord du canal",
        "places": 2,
    }
    return OpenSite.objects.get_or_create(delivery=contract, defaults=said | values)[0]

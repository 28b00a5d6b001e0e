"""The calendar of « Les écoles du val »: one order booked, one that waits, what comes next, and a
half-day for the companies of the valley."""

from datetime import date, timedelta

from cordee.accounts.models import User
from cordee.delivery.calendar.actions import book_event, write_event, write_site
from cordee.delivery.models import Delivery, OpenSite, Partner, SiteEvent

Kind = SiteEvent.Kind


def load_calendar(contract: Delivery, day: date, by: User) -> None:
    """Once, beside the contract."""
    lead = Partner.objects.get(delivery=contract, is_lead=True)
    other = Partner.objects.filter(delivery=contract, is_lead=False).first()
    begin = max(day, contract.notified_on)

    def note(
        kind: Kind, title: str, who: Partner | None, after: int, last: int, **more: int
    ) -> SiteEvent:
        days = {
            "first_day": begin + timedelta(days=after),
            "last_day": begin + timedelta(days=last),
        }
        event = SiteEvent(delivery=contract, kind=kind, title=title, partner=who, **days, **more)
        write_event(event=event, by=by)
        return event

    note(Kind.MILESTONE, "visite du site avec la commune", None, 12, 12)
    if lead.structure is not None:
        order = note(
            Kind.ORDER, "cour de l’école du haut", lead, 20, 75, amount_cents=640_000, cfte=100
        )
        book_event(event=order, chantier=lead.structure.chantiers.first(), by=by)
    if other is not None:
        note(Kind.ORDER, "préau de l’école du bas", other, 40, 100, amount_cents=520_000)
    site = OpenSite(delivery=contract, host=lead, day=begin + timedelta(days=45), places=6)
    site.half, site.place = OpenSite.Half.MORNING, "dans la cour de l’école du haut"
    site.presenting, site.there, site.away = 3, 2, 1
    write_site(site=site, by=by)

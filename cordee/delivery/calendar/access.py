"""Who reads the dates of a contract, who shows its site, which companies see it. Each docstring is
the rule."""

from collections.abc import Iterator

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.access import Person
from cordee.accounts.models import User
from cordee.base.found import first_or_404
from cordee.delivery.access import ABSENT, DeliveryAccess, inside_for
from cordee.delivery.models import OpenSite, Partner, SiteEvent
from cordee.members.models import RoleSeat, Structure
from cordee.mobilisation.feeds.content import JUST_PASSED, Days


def events_for(access: DeliveryAccess) -> QuerySet[SiteEvent]:
    """Those of all, and those of the partners whose hours one reads; taken out too."""
    rows = SiteEvent.objects.filter(delivery=access.delivery)
    if access.part is None:
        return rows
    return rows.filter(Q(partner__isnull=True) | Q(partner__in=access.part))


def event_for(access: DeliveryAccess, key: int) -> SiteEvent:
    """One of `events_for`, or 404."""
    return first_or_404(events_for(access).filter(pk=key), ABSENT)


def own_event_for(access: DeliveryAccess, key: int) -> SiteEvent:
    """One of a partner that the user speaks for, or 404."""
    return first_or_404(events_for(access).filter(pk=key, partner__in=access.own), ABSENT)


def hosted_for(person: Person, pk: int) -> OpenSite:
    """The half-day of a contract, kept or not yet, for who speaks for its host: whoever writes it
    first; 404 otherwise."""
    found = inside_for(person, pk)
    site = OpenSite.objects.filter(delivery=pk).first()
    hosts = [each for each in found.own if site is None or each.pk == site.host_id]
    if not hosts:
        raise Http404(ABSENT)
    return site or OpenSite(delivery=found.delivery, host=hosts[0])


def places_of_company(person: Person) -> QuerySet[RoleSeat]:
    """Seats that tell in which departments an account of a company is: its own, where it names one,
    and those of the sheets it directs."""
    own = Q(role=RoleSeat.Role.COMPANY, department__isnull=False)
    directs = Q(role=RoleSeat.Role.DIRECTOR, structure__department__isnull=False)
    return RoleSeat.objects.held_by(person).filter(own | directs)


def sites_for(person: Person) -> QuerySet[OpenSite]:
    """Of a company: those to come in its departments; none where nothing says them."""
    where = OuterRef("host__structure__department")
    here = places_of_company(person).filter(Q(department=where) | Q(structure__department=where))
    seats = RoleSeat.objects.held_by(person).filter(role=RoleSeat.Role.COMPANY)
    rows = OpenSite.objects.filter(Exists(seats), Exists(here), cancelled_at__isnull=True)
    return rows.filter(day__gte=timezone.localdate())


def site_for(person: Person, key: int) -> OpenSite:
    """One of `sites_for`, or 404."""
    return first_or_404(sites_for(person).filter(pk=key), ABSENT)


def days_for(person: User, of: Model) -> Iterator[Days]:
    """For the calendar of a structure, which others may read too: dates of all and of its own part,
    without any amount. Two queries."""
    if not isinstance(of, Structure):
        return
    own = Structure.objects.directed_by(person)
    parts = Partner.objects.filter(structure__in=own.filter(pk=of.pk))
    contracts, since = parts.order_by().values("delivery"), timezone.localdate() - JUST_PASSED
    mine = Q(partner__in=parts.order_by()) | Q(partner__isnull=True, delivery__in=contracts)
    events = SiteEvent.objects.filter(mine, last_day__gte=since, removed_at__isnull=True)
    for event in events.select_related("delivery"):
        words = f"{event.get_kind_display().capitalize()}\u00a0: {event.title}"
        path = reverse("delivery:calendar", args=[event.delivery_id])
        span = event.first_day, event.last_day
        words = f"{words} ({event.delivery.title})"
        yield Days(f"marche-date-{event.pk}", words, *span, path, event.changed_at)
    sites = OpenSite.objects.filter(delivery__in=contracts, day__gte=since)
    for site in sites.filter(cancelled_at__isnull=True):
        words = f"Chantier ouvert, {site.get_half_display()}\u00a0: {site.place}"
        path = reverse("delivery:open_site", args=[site.delivery_id])
        yield Days(f"chantier-ouvert-{site.pk}", words, site.day, site.day, path, site.changed_at)

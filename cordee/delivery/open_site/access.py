"""Who shows a site, and which companies see it. Each docstring is the rule."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from cordee.accounts.access import Person
from cordee.base.found import first_or_404
from cordee.delivery import access
from cordee.delivery.access import ABSENT
from cordee.delivery.models import OpenSite
from cordee.members.models import RoleSeat


def hosted_for(person: Person, pk: int) -> OpenSite:
    """The half-day of a contract, kept or not yet, for who speaks for its host: whoever writes it
    first; 404 otherwise."""
    found = access.inside_for(person, pk)
    site = OpenSite.objects.filter(delivery=pk).first()
    hosts = [each for each in found.own if site is None or each.pk == site.host_id]
    if not hosts:
        raise Http404(ABSENT)
    return site or OpenSite(delivery=found.delivery, host=hosts[0])


def sites_for(person: Person) -> QuerySet[OpenSite]:
    """Of a company: those to come in the department of its seat; where that says none, all."""
    seats = RoleSeat.objects.held_by(person).filter(role=RoleSeat.Role.COMPANY)
    here = Q(department__isnull=True) | Q(department=OuterRef("host__structure__department"))
    rows = OpenSite.objects.filter(Exists(seats.filter(here)), cancelled_at__isnull=True)
    return rows.filter(day__gte=timezone.localdate())


def site_for(person: Person, key: int) -> OpenSite:
    """One of `sites_for`, or 404."""
    return first_or_404(sites_for(person).filter(pk=key), ABSENT)

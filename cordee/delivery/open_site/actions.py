"""Writes of the half-day open to companies: numbers of the crew stay out of the journal."""

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.delivery.models import OpenSite


@transaction.atomic
def write_site(*, site: OpenSite, by: User, verb: str = "delivery.write_open_site") -> None:
    """Keep the day and the numbers, or cancel and take up again. Raises ValidationError."""
    site.full_clean()
    site.save()
    journal.record(verb, site.delivery, by=by, after={"open_site": site.pk})


@transaction.atomic
def come(*, site: OpenSite, is_coming: bool, by: User) -> None:
    """A company comes, or not after all; twice is once. Raises ValidationError where it is full."""
    site = OpenSite.objects.select_for_update().get(pk=site.pk)
    coming = set(site.visitors.all())
    if (by in coming) == is_coming:
        return
    if is_coming and len(coming) >= site.places:
        raise ValidationError("Toutes les places sont prises. Choisissez un autre chantier.")
    (site.visitors.add if is_coming else site.visitors.remove)(by)
    verb = "delivery.visit_open_site" if is_coming else "delivery.leave_open_site"
    journal.record(verb, site.delivery, by=by)

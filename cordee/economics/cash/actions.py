"""Writes of resources and of the opening balance. Amounts stay out of the journal."""

from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.economics.commitments.actions import was_just_noted
from cordee.economics.models import OpeningBalance, Resource


@transaction.atomic
def write_resource(*, resource: Resource, by: User) -> None:
    """Keep what who directs says of a resource, new or corrected. Raises ValidationError.

    New, the same twice within a minute is one resource.
    """
    is_new = resource.pk is None
    if is_new:
        resource.noted_by = by
    resource.full_clean()
    if is_new and was_just_noted(resource, "noted_at"):
        return
    resource.save()
    verb = f"economics.{'add' if is_new else 'edit'}_resource"
    journal.record(verb, resource.chantier, by=by, after={"resource": resource.pk})


@transaction.atomic
def state_opening(*, opening: OpeningBalance, by: User) -> None:
    """State what the bank held when a month began, in place of before. Raises ValidationError."""
    opening.stated_by = by
    opening.full_clean()
    opening.save()
    after = {"month": opening.month}
    journal.record("economics.state_opening", opening.structure, by=by, after=after)

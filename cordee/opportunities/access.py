"""Who may see and correct an opportunity. The only way to get one for somebody."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404

from cordee.accounts.models import User
from cordee.members.models import Membership, Network, RoleSeat
from cordee.opportunities.models import Opportunity


def networks_of(person: Any, *, on: date) -> set[int]:
    """The networks whose people this person is among, on a day.

    By a seat in the network or in one of its delegations, or by a seat in a structure that is a
    member of one of those.
    """
    seats = RoleSeat.objects.filter(person=person)
    joined = set(seats.filter(network__isnull=False).values_list("network_id", flat=True))
    joined |= set(
        Membership.objects.current(on)
        .filter(structure__seats__person=person)
        .values_list("network_id", flat=True)
    )
    parents = Network.objects.filter(pk__in=joined, parent__isnull=False)
    return joined | set(parents.values_list("parent_id", flat=True))


def opportunities_for(person: Any, *, on: date) -> Any:
    """Every public notice; a private need only for the people of the network it is meant for.

    A person without an account sees nothing.
    """
    if not person.is_authenticated:
        return Opportunity.objects.none()
    return Opportunity.objects.filter(
        Q(network__isnull=True) | Q(network__in=networks_of(person, on=on)) | Q(created_by=person)
    )


def opportunity_for(person: Any, pk: int, *, on: date) -> Opportunity:
    """One of `opportunities_for`, or Http404: who may not see a need does not learn it exists."""
    found: Opportunity | None = opportunities_for(person, on=on).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def may_correct(person: Any) -> bool:
    """Anyone who holds a seat: corrections are signed, kept and can be withdrawn."""
    return bool(person.is_authenticated and RoleSeat.objects.filter(person=person).exists())


def networks_to_address(person: User) -> Any:
    """Networks to which this person may address a private need: those where they hold a seat."""
    return Network.objects.filter(seats__person=person).distinct()

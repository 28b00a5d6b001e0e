"""Who may see and correct an opportunity. The only way to get one for somebody."""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404

from cordee.accounts.models import User
from cordee.members.models import Membership, Network, RoleSeat
from cordee.opportunities.models import AwardedContract, Misreading, Opportunity, SourceState
from cordee.opportunities.models.contracts import AwardedContractQuerySet
from cordee.opportunities.models.misreadings import MisreadingQuerySet
from cordee.opportunities.models.opportunities import OpportunityQuerySet

type Person = User | AnonymousUser


def networks_of(person: User, *, on: date) -> QuerySet[Network]:
    """The networks whose people this person is among, on a day.

    By a seat in the network or in one of its delegations, or by a seat in a structure that is a
    member of one of those.
    """
    seated = RoleSeat.objects.filter(person=person).values("network")
    joined = Membership.objects.current(on).filter(structure__seats__person=person)
    direct = Network.objects.filter(Q(pk__in=seated) | Q(pk__in=joined.values("network")))
    return Network.objects.filter(Q(pk__in=direct) | Q(delegations__in=direct))


def opportunities_for(person: Person, *, on: date) -> OpportunityQuerySet:
    """Every public notice; a private need only for the people of the network it is meant for.

    A person without an account sees nothing.
    """
    if isinstance(person, AnonymousUser):
        return Opportunity.objects.none()
    return Opportunity.objects.filter(
        Q(network__isnull=True) | Q(network__in=networks_of(person, on=on)) | Q(created_by=person)
    )


def opportunity_for(person: Person, pk: int, *, on: date) -> Opportunity:
    """One of `opportunities_for`, or Http404: who may not see a need does not learn it exists.

    For one that was joined to another, the one that speaks for both.
    """
    found = opportunities_for(person, on=on).select_related("joined_to").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found.joined_to or found


def contracts_for(person: Person) -> AwardedContractQuerySet:
    """Every awarded contract: what was published is open to whoever is signed in."""
    if isinstance(person, AnonymousUser):
        return AwardedContract.objects.none()
    return AwardedContract.objects.all()


def may_correct(person: Person) -> bool:
    """Anyone who holds a seat: corrections are signed, kept and can be withdrawn."""
    if isinstance(person, AnonymousUser):
        return False
    return RoleSeat.objects.filter(person=person).exists()


def knows(person: Person, other: User) -> bool:
    """Whether two people are the same, or hold seats in a same structure or network."""
    if isinstance(person, AnonymousUser):
        return False
    if person.pk == other.pk:
        return True
    theirs = RoleSeat.objects.filter(person=other)
    return RoleSeat.objects.filter(
        Q(structure__in=theirs.exclude(structure=None).values("structure"))
        | Q(network__in=theirs.exclude(network=None).values("network")),
        person=person,
    ).exists()


def networks_to_address(person: Person) -> QuerySet[Network]:
    """Networks to which this person may address a private need: those where they hold a seat."""
    return Network.objects.filter(
        pk__in=RoleSeat.objects.filter(person=person.pk).values("network")
    )


def source_states_for(person: Person) -> list[SourceState]:
    """How each live source does: whoever has an account may see it."""
    if isinstance(person, AnonymousUser):
        return []
    return SourceState.objects.in_order()


def may_judge_readings(person: Person) -> bool:
    """The staff of a national network (one without a parent): what we misread is theirs to sort."""
    if isinstance(person, AnonymousUser):
        return False
    return RoleSeat.objects.filter(
        person=person, role=RoleSeat.Role.NETWORK_STAFF, network__parent__isnull=True
    ).exists()


def misreadings_for(person: Person) -> MisreadingQuerySet:
    """What stands corrected in public notices, for those who sort it; nothing for others."""
    if not may_judge_readings(person):
        return Misreading.objects.none()
    return Misreading.objects.standing().of_public_notices()


def misreading_for(person: Person, pk: int) -> Misreading:
    """One of `misreadings_for` with its notice, or Http404."""
    found = (
        misreadings_for(person)
        .filter(pk=pk)
        .select_related("correction__opportunity", "correction__by", "judged_by")
        .first()
    )
    if found is None:
        raise Http404
    return found

"""Who reads, writes and answers mutual aid in a network. Each docstring is the rule."""

from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from cordee.accounts.access import Person
from cordee.base.found import first_or_404
from cordee.members.models import Network, Structure
from cordee.members.models.structures import StructureQuerySet
from cordee.mobilisation.models import MutualOffer, MutualReply, UrgentCall, UrgentCallReach
from cordee.mobilisation.models.mutual_aid import MutualOfferQuerySet
from cordee.mobilisation.proposals.access import network_for


def directed_in(person: Person, network: Network, *, on: date) -> StructureQuerySet:
    """The structures the user directs that belong to the network or to one of its delegations."""
    own = Structure.objects.directed_by(person)
    return own.of_network(network, on).active().order_by("name", "pk")


def offers_for(person: Person, network: Network, *, on: date) -> MutualOfferQuerySet:
    """What the network reads: everything that stands, and whatever the user's own structures wrote.

    A delegation reads too what its members, and structures of its region, told its network, whose
    people its own are. `network` comes from `network_for`: the user is among its people.
    """
    told = Q(network=network)
    if network.parent_id is not None:
        region = Q(structure__in=Structure.objects.of_network(network, on).order_by().values("pk"))
        region |= Q(structure__department__region__in=network.regions.values("pk"))
        region |= Q(structure__department__in=network.departments.values("pk"))
        told |= Q(network=network.parent_id) & region
    mine = Q(structure__in=directed_in(person, network, on=on))
    standing = Q(state=MutualOffer.State.OPEN, shown_until__gte=on)
    answered = Q(replies__structure__in=directed_in(person, network, on=on))
    rows = MutualOffer.objects.filter(told).filter(standing | mine | answered)
    return rows.select_related("structure", "department").distinct()


def offer_for(person: Person, slug: str, pk: int, *, on: date) -> MutualOffer:
    """One of `offers_for`, or 404."""
    network = network_for(person, slug, on=on)
    return first_or_404(
        offers_for(person, network, on=on).select_related("network").filter(pk=pk),
        "Ce coup de main n’existe pas, ou plus.",
    )


def own_offer_for(person: Person, slug: str, pk: int, *, on: date) -> MutualOffer:
    """One that a structure the user directs wrote, or 404."""
    offer = offer_for(person, slug, pk, on=on)
    if not directed_in(person, offer.network, on=on).filter(pk=offer.structure_id).exists():
        raise Http404("La direction de la structure décide de son coup de main.")
    return offer


def reply_for(person: Person, slug: str, pk: int, reply_pk: int, *, on: date) -> MutualReply:
    """A reply to an offer of theirs, or 404: nobody else decides on it."""
    offer = own_offer_for(person, slug, pk, on=on)
    return first_or_404(
        offer.replies.select_related("structure", "offer__network").filter(pk=reply_pk),
        "Cette réponse n’existe pas, ou plus.",
    )


def repliers_for(person: Person, offer: MutualOffer, *, on: date) -> StructureQuerySet:
    """The structures for which the user may answer an offer: theirs, save the one that wrote it."""
    return directed_in(person, offer.network, on=on).exclude(pk=offer.structure_id)


def calls_for(person: Person, network: Network, *, on: date) -> QuerySet[UrgentCall]:
    """The calls that the user's structures made, and those that reach them; no other (RULE-38)."""
    own = directed_in(person, network, on=on)
    reached = UrgentCallReach.objects.filter(structure__in=own)
    return (
        UrgentCall.objects.filter(network=network)
        .filter(Q(structure__in=own) | Q(pk__in=reached.values("call")))
        .select_related("structure")
    )


def call_for(person: Person, slug: str, pk: int, *, on: date) -> UrgentCall:
    """One of `calls_for`, or 404."""
    network = network_for(person, slug, on=on)
    return first_or_404(
        calls_for(person, network, on=on).select_related("network").filter(pk=pk),
        "Cet appel n’existe pas, ou ne vous est pas adressé.",
    )


def own_call_for(person: Person, slug: str, pk: int, *, on: date) -> UrgentCall:
    """A call that a structure the user directs made, or 404: the user alone reads the answers."""
    call = call_for(person, slug, pk, on=on)
    if not directed_in(person, call.network, on=on).filter(pk=call.structure_id).exists():
        raise Http404("Qui a posé la question lit les réponses.")
    return call


def reached_for(person: Person, call: UrgentCall, *, on: date) -> StructureQuerySet:
    """The structures the user directs that this call reaches: those the user may answer for."""
    return directed_in(person, call.network, on=on).filter(
        pk__in=UrgentCallReach.objects.filter(call=call).values("structure")
    )

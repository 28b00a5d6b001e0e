"""Who proposes, who decides. Each docstring is the rule."""

from datetime import date

from django.http import Http404

from cordee.accounts.access import Person
from cordee.base.found import first_or_404
from cordee.members.models import Network, RoleSeat
from cordee.members.network_access import desk_for
from cordee.mobilisation.models import ProgrammeProposal
from cordee.mobilisation.models.proposals import ProposalQuerySet
from cordee.opportunities.access import networks_of


def deciding_networks(person: Person) -> set[int]:
    """Keys of the networks for which the user decides: where the user is staff or delegate."""
    seats = RoleSeat.objects.held_by(person).of_networks()
    return {pk for pk in seats.values_list("network", flat=True) if pk is not None}


def proposals_for(person: Person) -> ProposalQuerySet:
    """What programmes proposed to the networks for which the user decides; nothing of any other."""
    seats = RoleSeat.objects.held_by(person).of_networks().order_by()
    rows = ProgrammeProposal.objects.filter(network__in=seats.values("network"))
    return rows.select_related("programme", "opportunity", "network")


def proposal_for(person: Person, pk: int) -> ProgrammeProposal:
    """One of `proposals_for`, with its relay, or 404."""
    return first_or_404(
        proposals_for(person).with_relay().filter(pk=pk),
        "Cette proposition n’existe pas, ou n’est pas pour votre réseau.",
    )


def refuse_others(person: Person) -> None:
    """404 for whoever decides for no network: there is nothing of theirs to see."""
    if not deciding_networks(person):
        raise Http404("Cette page est celle des équipes de réseau.")


def network_for(person: Person, slug: str, *, on: date) -> Network:
    """A network whose people the user is among, or 404."""
    found: Network | None = networks_of(person, on=on).filter(slug=slug).distinct().first()  # type: ignore[arg-type]
    if found is None:
        raise Http404("Ce réseau n’existe pas, ou n’est pas le vôtre.")
    return found


def visible_network(person: Person, slug: str, *, on: date) -> tuple[Network, bool]:
    """For the panels of its page: a network, and whether the user is among its people.

    Staff of its parent open the page of a delegation and are not: they read there that it is the
    delegation's own affair, and nothing of it. 404 for whoever has no desk there either.
    """
    found: Network | None = networks_of(person, on=on).filter(slug=slug).first()  # type: ignore[arg-type]
    if found is not None:
        return found, True
    return desk_for(person, slug).network, False

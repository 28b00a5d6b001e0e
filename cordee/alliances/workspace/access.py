"""Who may open an alliance, and what she may read of it. Each docstring is the rule (RULE-38)."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import Http404

from cordee.accounts.models import User
from cordee.alliances.models import Alliance, AllianceParty, AllianceRevision
from cordee.alliances.models.alliances import AllianceQuerySet
from cordee.members.models import Structure
from cordee.members.sharing import Viewer
from cordee.mobilisation.rights import Rights
from cordee.opportunities.models import Opportunity

type Person = User | AnonymousUser

State = AllianceParty.State
# Those who agreed to explore: they read who is in the team and what is being shared out.
INSIDE = [State.INTERESTED.value]
# Those who were asked, and those who left: their own invitation, and nothing of the others.
ASKED = [State.INVITED.value, State.DECLINED.value, State.WITHDRAWN.value, State.REMOVED.value]


@dataclass(frozen=True, slots=True)
class Seat:
    """How a person sits in an alliance.

    `coordinates`: she leads it, and reads everything save private figures. `own`: the parties she
    speaks for. `is_inside`: she reads the terms; otherwise her own invitation alone.
    """

    alliance: Alliance
    coordinates: bool
    own: tuple[AllianceParty, ...]

    @property
    def is_inside(self) -> bool:
        return self.coordinates or any(party.state == State.INTERESTED for party in self.own)

    @property
    def party(self) -> AllianceParty | None:
        """The party she speaks for; the first one where she directs several."""
        return self.own[0] if self.own else None

    def speaks_for(self, party: AllianceParty) -> bool:
        """Whether she may answer, accept and sign for a party."""
        return any(each.pk == party.pk for each in self.own)

    def names(self, party: AllianceParty) -> bool:
        """Whether she may read who a party is: whoever has not said yes is nobody to the others."""
        return self.coordinates or self.speaks_for(party) or party.state == State.INTERESTED


def alliances_for(person: Person) -> AllianceQuerySet:
    """Those she coordinates, those where a structure that she directs takes part or was asked.

    The role of a company is held in a place and names no company: it opens none, and answers for
    nobody. Whoever holds it asks to direct the sheet of hers (decision 30).

    Never another team on a lot where she coordinates one: it is as if it did not exist.
    """
    if isinstance(person, AnonymousUser):
        return Alliance.objects.none()
    led = Alliance.objects.coordinated_by(person)
    asked = Alliance.objects.with_party(person, [*INSIDE, *ASKED])
    shut = led.running().rivals().order_by().values("pk")
    hers = Q(pk__in=led.order_by().values("pk"))
    return Alliance.objects.filter(
        hers | (Q(pk__in=asked.order_by().values("pk")) & ~Q(pk__in=shut))
    )


def led_on(person: Person, opportunity: Opportunity) -> AllianceQuerySet:
    """The running alliances that she leads on an opportunity: she opens no other on their lots."""
    if isinstance(person, AnonymousUser):
        return Alliance.objects.none()
    return Alliance.objects.coordinated_by(person).running().filter(opportunity=opportunity)


def seat_for(person: Person, pk: uuid.UUID) -> Seat:
    """How she sits in one of `alliances_for`, or 404."""
    found = (
        alliances_for(person)
        .select_related("opportunity", "breakdown", "network", "structure", "proposal")
        .filter(pk=pk)
        .first()
    )
    if found is None or isinstance(person, AnonymousUser):
        raise Http404("Cette alliance n’existe pas, ou ne vous est pas ouverte.")
    own = found.parties.filter(structure__in=Structure.objects.directed_by(person)).exclude(
        state=State.PROPOSED
    )
    return Seat(
        found,
        Alliance.objects.coordinated_by(person).filter(pk=pk).exists(),
        tuple(own.select_related("structure__organisation").order_by("pk")),
    )


def inside_for(person: Person, pk: uuid.UUID) -> Seat:
    """A seat from which the terms are read: 404 for who was only asked."""
    seat = seat_for(person, pk)
    if not seat.is_inside:
        raise Http404("Cette alliance ne vous est pas encore ouverte.")
    return seat


def coordinator_for(person: Person, pk: uuid.UUID) -> Seat:
    """The seat of who leads it: 404 for the others."""
    seat = seat_for(person, pk)
    if not seat.coordinates:
        raise Http404("Cette page est celle de qui coordonne.")
    return seat


def party_for(person: Person, pk: uuid.UUID, party_pk: int) -> tuple[Seat, AllianceParty]:
    """A party that she speaks for, or 404."""
    seat = seat_for(person, pk)
    for party in seat.own:
        if party.pk == party_pk:
            return seat, party
    raise Http404("Vous ne parlez pas au nom de cette structure.")


def led_party_for(person: Person, pk: uuid.UUID, party_pk: int) -> tuple[Seat, AllianceParty]:
    """A party of an alliance that she coordinates, or 404."""
    seat = coordinator_for(person, pk)
    party = seat.alliance.parties.select_related("structure").filter(pk=party_pk).first()
    if party is None:
        raise Http404("Cette structure ne figure pas dans l’alliance.")
    return seat, party


def revision_for(seat: Seat, number: int) -> AllianceRevision:
    """A version of the terms, for a seat that is inside; or 404."""
    row = seat.alliance.revisions.select_related("made_by").filter(number=number).first()
    if row is None or not seat.is_inside:
        raise Http404("Cette version n’existe pas.")
    return row


def viewer_in(viewer: Viewer, seat: Seat) -> Viewer:
    """She, as she looks at an alliance: for her network only where it coordinates."""
    if viewer.network is not None and seat.alliance.network_id != viewer.network.pk:
        return Viewer(viewer.user, None, viewer.structure_ids)
    return viewer


def structure_to_call(seat: Seat, typed: str) -> Structure:
    """A structure of the directory, which is public, for who leads the alliance; or 404."""
    rows = Structure.objects.active().select_related("organisation")
    found = rows.filter(pk=int(typed)).first() if typed.isdecimal() and len(typed) < 12 else None
    if found is None or not seat.coordinates:
        raise Http404("Cette structure n’est pas dans l’annuaire.")
    return found


def rights_in(viewer: Viewer, seat: Seat, *, on: date) -> Rights:
    """Whose figures a page of the alliance may show and use for her, today.

    Her own structures'; those that opened them to the network she acts for, where that network
    coordinates; those of the parties that chose to show their margins to the others of the team.
    """
    rights = Rights.of(viewer_in(viewer, seat), on)
    if not seat.is_inside:
        return rights
    shown = frozenset(
        seat.alliance.parties.filter(shares_figures=True, state=State.INTERESTED).values_list(
            "structure", flat=True
        )
    )
    return Rights(
        rights.crews | shown,
        rights.accounts | shown,
        rights.crews_seen | shown,
        rights.accounts_seen | shown,
    )

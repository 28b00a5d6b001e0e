"""Who may open an alliance, and what they may read of it. Each docstring is the rule (RULE-38)."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q
from django.http import Http404

from cordee.accounts.access import Person
from cordee.accounts.models import User
from cordee.agreement import PartyRole, Terms
from cordee.alliances.models import (
    Alliance,
    AllianceMessage,
    AllianceParty,
    AllianceRevision,
    Withdrawal,
)
from cordee.alliances.models.alliances import AllianceQuerySet
from cordee.base.found import first_or_404
from cordee.members.models import Structure
from cordee.members.sharing import Viewer

State = AllianceParty.State
# Those who agreed to explore: they read who is in the team and what is being shared out.
INSIDE = [State.INTERESTED.value]
# Those who were asked, and those who left: their own invitation, and nothing of the others.
ASKED = [State.INVITED.value, State.DECLINED.value, State.WITHDRAWN.value, State.REMOVED.value]


@dataclass(frozen=True)
class AllianceAccess:
    """What a person may read and do in an alliance; with `seen_by`, whose figures too.

    `coordinates`: they lead it, and read everything save private figures. `own`: the parties they
    speak for. `is_inside`: they said yes for one of them; otherwise they read their own invitation.

    `clients`: where they read their own part and no more, whom they work for, by key, and who
    speaks to the buyer: the only others that they know. None where they read the table of the team.
    `reads_paper`: they read what all of them approve, which names no other subcontractor where one
    answers alone, and everybody’s amounts where a group does.
    """

    alliance: Alliance
    coordinates: bool
    own: tuple[AllianceParty, ...]
    clients: frozenset[str] | None = None
    reads_paper: bool = True
    _viewer: Viewer | None = None

    def seen_by(self, viewer: Viewer) -> "AllianceAccess":
        """The same with who looks, for pages that show figures: for their network only where it
        coordinates."""
        if viewer.network is not None and self.alliance.network_id != viewer.network.pk:
            viewer = Viewer(viewer.user, viewer.on, None, viewer.structure_ids)
        return replace(self, _viewer=viewer)

    @classmethod
    def of_the_group(cls, alliance: Alliance, on: date) -> Self:
        """What everybody inside reads: who said yes, and nobody's own figures."""
        return cls(alliance, False, (), _viewer=Viewer(None, on))

    @property
    def viewer(self) -> Viewer:
        """Who looks. Raises ValueError where nobody said (`seen_by`)."""
        if self._viewer is None:
            raise ValueError("who looks at the alliance is not known: ask for `seen_by` first.")
        return self._viewer

    @cached_property
    def figures(self) -> Viewer:
        """The viewer with the figures that pages of the alliance show to them and use.

        Those of their own structures; those opened to the network they act for, where that network
        coordinates; those of the parties that chose to show their margins to the others of the
        team. One query beside `rows`: rights are asked of them alone.
        """
        if not self.reads_shares:
            return self.viewer
        shown = [row for row in self.rows if row.shares_figures and row.state == State.INTERESTED]
        asked = self.viewer.among({row.structure_id for row in self.rows})
        return asked.opening({row.structure_id for row in shown})

    @cached_property
    def rows(self) -> list[AllianceParty]:
        """All that were ever thought of, in the order in which they were: one query."""
        rows = self.alliance.parties.select_related("structure__organisation")
        return list(rows.order_by("pk"))

    @cached_property
    def called(self) -> dict[str, str]:
        """How the user sees each of the rows called, by key: whoever has not said yes has no name
        for the others (RULE-38)."""
        return {
            row.key: row.structure.shown_name
            if self.names(row)
            else f"structure pressentie {number}"
            for number, row in enumerate(self.rows, start=1)
        }

    @property
    def inside(self) -> list[AllianceParty]:
        """Those the user speaks for that take part."""
        return [party for party in self.own if party.state == State.INTERESTED]

    @property
    def is_inside(self) -> bool:
        return self.coordinates or bool(self.inside)

    @property
    def reads_shares(self) -> bool:
        """Whether the user reads what each takes, for how much; not a subcontractor."""
        return self.is_inside and self.clients is None

    @property
    def own_keys(self) -> frozenset[str]:
        """Keys of the parties the user speaks for that take part."""
        return frozenset(party.key for party in self.inside)

    @property
    def party(self) -> AllianceParty | None:
        """The party the user speaks for; the first one where the user directs several."""
        return self.own[0] if self.own else None

    def speaks_for(self, party: AllianceParty) -> bool:
        """Whether the user may answer, accept and sign for a party."""
        return any(each.pk == party.pk for each in self.own)

    def reads(self, message: AllianceMessage) -> bool:
        """Those of the table read all messages, a subcontractor its own."""
        return self.reads_shares or str(message.about_id) in self.own_keys

    def names(self, party: AllianceParty) -> bool:
        """Whether the user may read who a party is.

        Whoever has not said yes is nobody to the others. To a subcontractor, so are all but those
        it works for.
        """
        if self.coordinates or self.speaks_for(party):
            return True
        is_known = self.clients is None or party.key in self.clients
        return is_known and party.state == State.INTERESTED


def clients_of(terms: Terms, keys: Collection[str]) -> frozenset[str] | None:
    """Whom some parties work for, and who speaks to the buyer, where they are subcontractors only.

    None where one of them is anything else: it reads the table.
    """
    own = [party for party in terms.parties if party.key in keys]
    if any(party.role is not PartyRole.SUBCONTRACTOR for party in own):
        return None
    return _known(terms, keys)


def _known(terms: Terms, keys: Collection[str]) -> frozenset[str]:
    known_keys = {terms.speaker, *(party.of for party in terms.parties if party.key in keys)}
    return frozenset(key for key in known_keys if key is not None)


def alliances_for(person: Person) -> AllianceQuerySet:
    """Those the user coordinates, those where a structure the user directs takes part or was asked.

    The role of a company is held in a place and names no company: it opens none, and answers for
    nobody. Whoever holds it asks to direct the sheet of their company (decision 30).

    Never inside another team on a lot where the user coordinates one. An invitation there stays
    readable, and is all that is read: whoever cannot say yes can still say no.
    """
    if isinstance(person, AnonymousUser):
        return Alliance.objects.none()
    led = Alliance.objects.coordinated_by(person)
    joined = Alliance.objects.with_party(person, INSIDE)
    asked = Alliance.objects.with_party(person, [*INSIDE, *ASKED])
    rivals = led.running().rivals().filter(pk__in=joined.order_by().values("pk"))
    shut = rivals.order_by().values("pk")
    own = Q(pk__in=led.order_by().values("pk"))
    return Alliance.objects.filter(
        own | (Q(pk__in=asked.order_by().values("pk")) & ~Q(pk__in=shut))
    )


def is_elsewhere(person: User, alliance: Alliance) -> bool:
    """Whether the user leads another running team on a lot of an alliance, or takes part in one.

    Of an invitation the user then reads neither the part nor the price (RULE-38).
    """
    return alliance.rivals().joined_by(person).exists()


def access_for(person: Person, pk: uuid.UUID) -> AllianceAccess:
    """What the user may read and do in one of `alliances_for`, or 404."""
    found = (
        alliances_for(person)
        .select_related("opportunity", "breakdown", "network", "structure", "proposal")
        .select_related("pace", "filing")
        .filter(pk=pk)
        .first()
    )
    if found is None or isinstance(person, AnonymousUser):
        raise Http404("Cette alliance n’existe pas, ou ne vous est pas ouverte.")
    coordinates = Alliance.objects.coordinated_by(person).filter(pk=pk).exists()
    return access_to(person, found, coordinates=coordinates)


def access_to(person: User, found: Alliance, *, coordinates: bool) -> AllianceAccess:
    """The same of a row of `alliances_for`, where it is known whether the user coordinates it."""
    own = found.parties.filter(structure__in=Structure.objects.directed_by(person)).exclude(
        state=State.PROPOSED
    )
    rows = own.select_related("structure__organisation").order_by("pk")
    access = AllianceAccess(found, coordinates, tuple(rows))
    return access if access.coordinates or not access.is_inside else _narrowed(access, person)


def _narrowed(access: AllianceAccess, person: User) -> AllianceAccess:
    """The access with what it does not read. Whoever takes part in a rival too, even as a
    subcontractor, reads their own part of both: their place may have changed since they said yes.
    """
    terms, own = access.alliance.terms, access.own_keys
    clients = clients_of(terms, own)
    if clients is None:
        if not Alliance.objects.rivals_joined_by(person, access.alliance).exists():
            return access
        clients = _known(terms, own)
    # A convention names everybody: it is no paper of who reads only its own part.
    signs = not terms.arrangement.paper_names_all and any(each.key in own for each in terms.signers)
    return replace(access, clients=clients, reads_paper=signs)


def own_parts_in(
    person: User, alliances: Collection[Alliance]
) -> Mapping[uuid.UUID, frozenset[str]]:
    """Of some alliances, those where the user is a subcontractor and no more, each with the keys of
    the parties whom the user knows there, the user's own among them: three queries."""
    ids = [each.pk for each in alliances]
    led = set(
        Alliance.objects.coordinated_by(person).filter(pk__in=ids).values_list("pk", flat=True)
    )
    own: dict[uuid.UUID, set[str]] = {}
    rows = AllianceParty.objects.filter(
        alliance__in=ids, structure__in=Structure.objects.directed_by(person), state__in=INSIDE
    )
    for row in rows.order_by():
        own.setdefault(row.alliance_id, set()).add(row.key)
    found = {}
    in_force = AllianceRevision.objects.filter(alliance__in=ids, number=F("alliance__version"))
    for revision in in_force.order_by():
        keys = own.get(revision.alliance_id, set())
        clients = clients_of(revision.read(), keys)
        if revision.alliance_id not in led and clients is not None:
            found[revision.alliance_id] = clients | keys
    return found


def inside_for(person: Person, pk: uuid.UUID) -> AllianceAccess:
    """An access that reads the table of the team: 404 for who was only asked, and for a
    subcontractor, which reads its own part (`taking_part_for`)."""
    access = access_for(person, pk)
    if not access.reads_shares:
        raise Http404("Cette page ne vous est pas ouverte.")
    return access


def taking_part_for(person: Person, pk: uuid.UUID) -> AllianceAccess:
    """The access of who said yes, a subcontractor included; 404 for who was only asked."""
    access = access_for(person, pk)
    if not access.is_inside:
        raise Http404("Cette alliance ne vous est pas encore ouverte.")
    return access


def paper_reader_for(person: Person, pk: uuid.UUID) -> AllianceAccess:
    """The access of who reads the paper that all approve (`reads_paper`), or 404."""
    access = taking_part_for(person, pk)
    if not access.reads_paper:
        raise Http404("Ce texte est celui des membres du groupement.")
    return access


def coordinator_for(person: Person, pk: uuid.UUID) -> AllianceAccess:
    """The access of who leads it: 404 for the others."""
    access = access_for(person, pk)
    if not access.coordinates:
        raise Http404("Cette page est celle de qui coordonne.")
    return access


def party_for(person: Person, pk: uuid.UUID, party_pk: int) -> tuple[AllianceAccess, AllianceParty]:
    """A party that the user speaks for, or 404."""
    access = access_for(person, pk)
    for party in access.own:
        if party.pk == party_pk:
            return access, party
    raise Http404("Vous ne parlez pas au nom de cette structure.")


def party_inside_for(
    person: Person, pk: uuid.UUID, party_pk: int
) -> tuple[AllianceAccess, AllianceParty]:
    """A party that the user speaks for and that takes part, or 404."""
    access, party = party_for(person, pk, party_pk)
    if party.state != State.INTERESTED:
        raise Http404("Cette structure n’a pas dit oui à cette équipe.")
    return access, party


def led_party_for(
    person: Person, pk: uuid.UUID, party_pk: int
) -> tuple[AllianceAccess, AllianceParty]:
    """A party of an alliance that the user coordinates, or 404."""
    access = coordinator_for(person, pk)
    party = first_or_404(
        access.alliance.parties.select_related("structure").filter(pk=party_pk),
        "Cette structure ne figure pas dans l’alliance.",
    )
    return access, party


def revision_for(access: AllianceAccess, number: int) -> AllianceRevision:
    """A version of the terms, for who is inside; or 404. No page shows it whole to one that
    does not read the table."""
    row = access.alliance.revisions.select_related("made_by").filter(number=number).first()
    if row is None or not access.is_inside:
        raise Http404("Cette version n’existe pas.")
    return row


def structure_to_call(access: AllianceAccess, typed: str) -> Structure:
    """A structure of the directory, which is public, for who leads the alliance; or 404."""
    rows = Structure.objects.active().select_related("organisation")
    pk = int(typed) if access.coordinates and typed.isdecimal() and len(typed) < 12 else 0
    return first_or_404(rows.filter(pk=pk), "Cette structure n’est pas dans l’annuaire.")


def may_file(access: AllianceAccess) -> bool:
    """Whether the user files the offer and notes what the buyer says: who coordinates, and the lead
    or the sole holder."""
    if access.coordinates:
        return True
    lead = access.alliance.terms.speaker
    return lead is not None and any(party.key == lead for party in access.own)


def filer_for(person: Person, pk: uuid.UUID) -> AllianceAccess:
    """The access of somebody of `may_file`, or 404."""
    access = inside_for(person, pk)
    if not may_file(access):
        raise Http404("Cette page est celle de qui coordonne, et de qui dépose l’offre.")
    return access


# Who left, for whoever may not read its name.
NOBODY = "une structure"


def leaver_name(access: AllianceAccess, row: Withdrawal) -> str:
    """Who left, for those who were inside with it; whoever came later reads no name (RULE-38)."""
    party = row.party
    if access.clients is not None:
        return party.structure.shown_name if access.names(party) else NOBODY
    was_there = any(
        own.state == State.INTERESTED
        and own.answered_at is not None
        and own.answered_at <= row.announced_at
        for own in access.own
    )
    return party.structure.shown_name if was_there or access.names(party) else NOBODY

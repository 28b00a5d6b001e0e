"""Who may read and write a thread. Each docstring is the rule.

RULE-38: a thread is there for its two sides only; for anybody else it does not exist (404).
"""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404

from cordee.accounts.access import Person
from cordee.accounts.models import User
from cordee.base.found import first_or_404
from cordee.members.models import Network, Programme, RoleSeat, Structure
from cordee.members.models.structures import StructureQuerySet
from cordee.members.roles import May
from cordee.mobilisation.campaigns.access import RelayPost, may_relay, post_in, posts_of
from cordee.mobilisation.models import Campaign, Message, MessageReport, Thread
from cordee.opportunities.access import opportunities_for, own_needs_for
from cordee.opportunities.models import Audience, Opportunity, ProgrammeAttachment

Side = Message.Side


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Whom a structure may ask: one of the three; `key` names it in a form, `words` in French."""

    key: str
    words: str
    network: Network | None = None
    programme: Programme | None = None
    is_author: bool = False


def threads_for(person: Person, *, on: date) -> QuerySet[Thread]:
    """The threads of whose two sides this person is one, on opportunities that the person may see.

    A structure's side are those who direct it; a network's its staff and delegates; a programme's
    its team; a need's whoever posted it.
    """
    if isinstance(person, AnonymousUser):
        return Thread.objects.none()
    seats = RoleSeat.objects.held_by(person)
    relaying = seats.of_networks()
    team = seats.that_may(May.RUN_PROGRAMME)
    return Thread.objects.filter(
        Q(structure__in=Structure.objects.directed_by(person))
        | Q(network__in=relaying.values("network"))
        | Q(programme__in=team.values("programme"))
        | Q(is_with_author=True, opportunity__created_by=person),
        opportunity__in=opportunities_for(person, on=on).values("pk"),
    ).select_related("opportunity", "structure", "network", "programme")


def thread_for(person: Person, pk: int, *, on: date) -> Thread:
    """One of `threads_for`, or Http404."""
    return first_or_404(threads_for(person, on=on).filter(pk=pk))


def side_of(person: User, thread: Thread) -> Message.Side:
    """On which side the user writes; who is on both writes for the structure."""
    is_director = Structure.objects.directed_by(person).filter(pk=thread.structure_id).exists()
    return Side.STRUCTURE if is_director else Side.COUNTERPART


def people_of(thread: Thread, side: str) -> QuerySet[User]:
    """The people of one side who can sign in."""
    if side == Side.STRUCTURE:
        seats = RoleSeat.objects.directors().filter(structure=thread.structure_id)
    elif thread.network_id is not None:
        seats = RoleSeat.objects.of_networks().filter(network=thread.network_id)
    elif thread.programme_id is not None:
        seats = RoleSeat.objects.that_may(May.RUN_PROGRAMME).filter(programme=thread.programme_id)
    elif thread.opportunity.created_by_id is not None:
        return User.objects.filter(is_active=True, pk=thread.opportunity.created_by_id)
    else:
        return User.objects.none()
    return seats.people()


def answers_for_a_team(person: Person, opportunity: Opportunity) -> bool:
    """Whether the user is in the team of a programme that the opportunity is part of."""
    seats = RoleSeat.objects.held_by(person).that_may(May.RUN_PROGRAMME)
    held = ProgrammeAttachment.objects.standing().filter(programme__in=seats.values("programme"))
    return held.filter(opportunity=opportunity).exists()


def takes_part(person: Person) -> bool:
    """Whether conversations may ever be theirs: by a seat of one of the sides, or a need posted."""
    seats = RoleSeat.objects.held_by(person).that_may(May.CONVERSE)
    return seats.exists() or own_needs_for(person).exists()


def counterparts_of(
    structure: Structure, opportunity: Opportunity, person: User, *, on: date
) -> list[Counterpart]:
    """Whom a structure may ask: its networks that relay it, its author, programmes it is part of.

    A structure without a network asks nobody: no network would read what is reported.
    """
    networks = list(networks_relaying(structure, opportunity, on=on))
    if not networks:
        return []
    found = [Counterpart(f"reseau-{each.pk}", str(each), network=each) for each in networks]
    author = opportunity.created_by
    directing = set(RoleSeat.objects.directing(structure).values_list("person", flat=True))
    # A structure does not ask itself: neither them, nor another who directs it.
    is_other = author is not None and author.pk not in {person.pk, *directing}
    if opportunity.is_private and author is not None and is_other and author.is_active:
        name = opportunity.buyer_name or "son auteur"
        found.append(Counterpart("auteur", f"{name}, qui a écrit ce besoin", is_author=True))
    attached = ProgrammeAttachment.objects.standing().filter(opportunity=opportunity)
    for programme in Programme.objects.filter(pk__in=attached.values("programme")):
        words = f"l’équipe du programme {programme}"
        found.append(Counterpart(f"programme-{programme.pk}", words, programme=programme))
    return found


def posts_to_write_from(person: Person, opportunity: Opportunity) -> list[RelayPost]:
    """The posts from which the user writes first about an opportunity: those that may relay it.

    Neither the author of a need nor the team of a programme writes first: whom would they write to,
    but those whose interest they must not know (RULE-38)? They answer who asks them.
    """
    if not opportunity.is_published:
        return []
    return [post for post in posts_of(person) if may_relay(post, opportunity)]


def members_to_write(person: Person, post: RelayPost, *, on: date) -> StructureQuerySet:
    """The members of a post where somebody reads, who is not the user."""
    reading = RoleSeat.objects.live().directors().values("structure")
    own = Structure.objects.directed_by(person)
    return post.members(on=on).filter(pk__in=reading).exclude(pk__in=own)


def writable(
    person: Person, opportunity: Opportunity, *, on: date
) -> list[tuple[Network, StructureQuerySet]]:
    """For each network for which the user writes first, the members that may be written to; or
    Http404 where there is no such network.
    """
    posts = posts_to_write_from(person, opportunity)
    if not posts:
        raise Http404
    return [(post.network, members_to_write(person, post, on=on)) for post in posts]


def writable_pairs(person: Person, campaign: Campaign, *, on: date) -> set[tuple[int, int]]:
    """On the board of a campaign, to whom the user may write first about which opportunity.

    A fixed number of queries by opportunity of the campaign, whatever the number of its rows.
    """
    found: set[tuple[int, int]] = set()
    post = post_in(person, campaign.network)
    chosen = campaign.recipients.values("structure")
    members = members_to_write(person, post, on=on).filter(pk__in=chosen)
    structures = list(members.values_list("pk", flat=True))
    for opportunity in campaign.opportunities.all():
        if opportunity.is_published and may_relay(post, opportunity):
            found.update((pk, opportunity.pk) for pk in structures)
    return found


def networks_relaying(
    structure: Structure, opportunity: Opportunity, *, on: date
) -> QuerySet[Network]:
    """Networks of a structure, parents included, that have people; of a need, those it is on."""
    networks = Network.objects.around([structure], on).staffed()
    if opportunity.is_private:
        published = Audience.objects.published().filter(opportunity=opportunity)
        networks = networks.filter(pk__in=published.values("network"))
    return networks


def reader_of_reports(thread: Thread, *, on: date) -> Network | None:
    """The network that reads a message reported: above the one that takes part, else beside it."""
    if thread.network is not None:
        return thread.network.parent or thread.network
    return networks_relaying(thread.structure, thread.opportunity, on=on).order_by("pk").first()


def message_for(person: Person, pk: int, *, on: date) -> Message:
    """A message of a thread that the user may read, or Http404."""
    return first_or_404(
        Message.objects.filter(pk=pk, thread__in=threads_for(person, on=on)).select_related(
            "thread__opportunity", "thread__structure", "thread__network"
        )
    )


def own_message_for(person: Person, pk: int, *, on: date) -> Message:
    """A message that the user wrote themselves in a thread that the user may read, or Http404."""
    found = message_for(person, pk, on=on)
    if found.by_id != person.pk:
        raise Http404
    return found


def reports_for(person: Person) -> QuerySet[MessageReport]:
    """What was reported to the networks for which the user reads over."""
    rows = MessageReport.objects.read_by(person)
    return rows.select_related("message__thread__opportunity", "network")


def report_for(person: Person, pk: int) -> MessageReport:
    """One of `reports_for`, or Http404."""
    return first_or_404(reports_for(person).filter(pk=pk))

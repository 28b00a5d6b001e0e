"""Who may write to whom, and who may read what was answered. Each docstring is the rule.

RULE-38: what a structure answers is read by the networks that had relayed when the user spoke, and
by nobody else: neither another structure, nor another network, nor the buyer, nor a company.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404

from cordee.accounts.access import Person
from cordee.accounts.answer_links import AnswerLinks, LinkDamaged, LinkExpired
from cordee.accounts.models import User
from cordee.base.found import first_or_404
from cordee.members.models import Network, RoleSeat, Structure
from cordee.members.models.structures import StructureQuerySet
from cordee.members.network_access import seats_read
from cordee.members.roles import May
from cordee.mobilisation.campaigns import answer_page
from cordee.mobilisation.models import Ask, Campaign, Recipient
from cordee.mobilisation.models.campaigns import CampaignQuerySet
from cordee.mobilisation.problem import TEAM_KINDS
from cordee.opportunities.access import published_opportunities_for
from cordee.opportunities.models import Audience, Opportunity

# A link tells who wants to answer too late that it is too late; past that, it tells nothing.
LATE_DAYS = 7


@dataclass(frozen=True, slots=True)
class RelayPost:
    """For which network a person relays, and in which territory: the whole network where empty."""

    network: Network
    is_staff: bool = False
    regions: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        return self.is_staff or not (self.regions or self.departments)

    def members(self, *, on: date) -> StructureQuerySet:
        """The structures the user may write to on a day: members in their territory, that can work.

        Members of the delegations of a network are its members. Whoever is in its staff writes to
        all of them; a delegate to those of the regions and departments of their seats.
        """
        found = Structure.objects.active().of_network(self.network, on)
        found = found.filter(kind__in=[kind.value for kind in TEAM_KINDS])
        if self.is_whole:
            return found
        return found.filter(
            Q(department__in=self.departments) | Q(department__region__in=self.regions)
        )


def posts_of(person: Person) -> list[RelayPost]:
    """The networks for which the user relays: by a seat of its staff or of a delegate."""
    by_network: dict[int, list[RoleSeat]] = {}
    for seat in seats_read(person) if isinstance(person, User) else ():
        if seat.may(May.ACT_FOR_NETWORK):
            by_network.setdefault(seat.network_id or 0, []).append(seat)
    return [_post(some) for some in by_network.values()]


def _post(seats: list[RoleSeat]) -> RelayPost:
    """All the seats of one person in one network, as one post."""
    network = seats[0].network
    if network is None:
        raise TypeError("Seats of staff and delegates name their network (a constraint).")
    is_staff = any(seat.may(May.RUN_NETWORK) for seat in seats)
    # A delegate without a territory is one of the whole network.
    is_wide = is_staff or not all(seat.region_id or seat.department_id for seat in seats)
    told = [] if is_wide else seats
    return RelayPost(
        network,
        is_staff,
        regions=frozenset(seat.region_id for seat in told if seat.region_id),
        departments=frozenset(seat.department_id for seat in told if seat.department_id),
    )


def post_in(person: Person, network: Network) -> RelayPost:
    """The user's post in a network, or Http404 where the user relays nothing for it."""
    for post in posts_of(person):
        if post.network == network:
            return post
    raise Http404("Ce réseau n’est pas le vôtre.")


def may_relay(post: RelayPost, opportunity: Opportunity) -> bool:
    """Every public notice; a private need that it, or the network above, has published."""
    return (
        not opportunity.is_private or _published_by(post).filter(opportunity=opportunity).exists()
    )


def _published_by(post: RelayPost) -> QuerySet[Audience]:
    networks = [post.network.pk, post.network.parent_id]
    found: QuerySet[Audience] = Audience.objects.published().filter(network__in=networks)
    return found


def relayable(person: Person, post: RelayPost, *, on: date, now: datetime) -> QuerySet[Opportunity]:
    """Open opportunities that the user sees and their network may relay."""
    audience = Q(network__isnull=True) | Q(pk__in=_published_by(post).values("opportunity"))
    visible = published_opportunities_for(person, on=on)
    found: QuerySet[Opportunity] = visible.open(now).filter(audience)
    return found


def campaigns_for(person: Person) -> CampaignQuerySet:
    """Those of the networks for which the user relays: neither the parent's nor a delegation's."""
    seats = RoleSeat.objects.held_by(person).of_networks().order_by()
    return Campaign.objects.filter(network__in=seats.values("network"))


def leaders_of(opportunity: Opportunity) -> list[User]:
    """Who wrote what is still asked of members, while they act for that network; else its team."""
    running = Campaign.objects.filter(opportunities=opportunity).exclude(
        state=Campaign.State.CLOSED
    )
    found: list[User] = []
    for network, by in running.values_list("network", "by").distinct():
        team = RoleSeat.objects.of_networks().filter(network=network)
        own = team.filter(person=by)
        found += (own if own.exists() else team).people()
    return found


def campaign_for(person: Person, pk: int) -> Campaign:
    """One of `campaigns_for` that was sent, or Http404."""
    return first_or_404(_with_its_rows(campaigns_for(person).sent()).filter(pk=pk))


def draft_for(person: Person, pk: int) -> Campaign:
    """One's own draft, or one of the network of whose staff the user is; else, or sent, Http404."""
    draft = _with_its_rows(campaigns_for(person)).filter(pk=pk).first()
    if draft is None or not draft.is_draft:
        raise Http404
    if draft.by_id != getattr(person, "pk", None) and not post_in(person, draft.network).is_staff:
        raise Http404
    return draft


def drafts_for(person: Person) -> CampaignQuerySet:
    """The drafts of `draft_for`."""
    staffed = [post.network for post in posts_of(person) if post.is_staff]
    return campaigns_for(person).filter(
        Q(by_id=getattr(person, "pk", None)) | Q(network__in=staffed), state=Campaign.State.DRAFT
    )


def _with_its_rows(campaigns: CampaignQuerySet) -> CampaignQuerySet:
    return campaigns.select_related("network", "by", "programme", "rule_department")


def recipient_for(campaign: Campaign, pk: int) -> Recipient:
    """A member whom a campaign reached, one answer at a time; Http404 where it did not."""
    rows = campaign.recipients.relayed().select_related(
        "structure", "opportunity", "ask__opportunity__joined_to"
    )
    return first_or_404(rows.filter(pk=pk))


def asks_for(person: Person) -> QuerySet[Ask]:
    """What was asked of the structures the user directs; who works there decides nothing."""
    if isinstance(person, AnonymousUser):
        return Ask.objects.none()
    asks: QuerySet[Ask] = Ask.objects.filter(structure__in=Structure.objects.directed_by(person))
    return asks.select_related("structure", "opportunity__joined_to")


def directs(person: Person) -> bool:
    """Whether the user directs a structure, so that something may be asked of it."""
    return RoleSeat.objects.held_by(person).directors().exists()


def ask_for(person: Person, pk: int) -> Ask:
    """One of `asks_for`, or Http404."""
    return first_or_404(asks_for(person).filter(pk=pk))


def opened_by(token: str, *, now: datetime) -> tuple[Ask, User]:
    """The question behind a link, and whose link it is; raises as `opened_link`."""
    asks = Ask.objects.select_related("structure", "opportunity__joined_to")
    return opened_link(answer_page.LINKS, asks, token, now=now)


def opened_link[Row: Any](
    links: AnswerLinks, rows: QuerySet[Row], token: str, *, now: datetime
) -> tuple[Row, User]:
    """What a structure is asked behind a link, and whose link it is, whoever is signed in: it is
    the key.

    `LinkDamaged` where we did not sign it. `LinkExpired` some days after answers closed, or where
    the person it was sent to directs the structure no more.
    """
    signed = links.read(token)
    if signed is None:
        raise LinkDamaged
    row = rows.filter(pk=signed[0]).first()
    person = User.objects.filter(pk=signed[1], is_active=True).first()
    if row is None or person is None or row.closes_at + timedelta(days=LATE_DAYS) < now:
        raise LinkExpired
    if person not in people_of([row.structure])[row.structure_id]:
        raise LinkExpired
    return row, person


def people_of(structures: Iterable[Structure]) -> dict[int, list[User]]:
    """To whom one writes about structures: those who direct them, by structure; one query."""
    found: dict[int, list[User]] = {structure.pk: [] for structure in structures}
    seats = RoleSeat.objects.live().directors().filter(structure__in=list(found))
    for seat in seats.select_related("person").order_by("pk"):
        people = found[seat.structure_id or 0]
        if seat.person not in people:
            people.append(seat.person)
    return found

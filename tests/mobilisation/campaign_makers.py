"""A network with members, an open call in their trade, and campaigns at a chosen moment."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import Activity, Network, RoleSeat, Structure
from cordee.mobilisation.actions import campaigns, relaying
from cordee.mobilisation.campaigns import mail_times
from cordee.mobilisation.campaigns.access import RelayPost, posts_of
from cordee.mobilisation.models import Ask, Campaign, Recipient
from cordee.opportunities.models import Audience, Opportunity, OpportunityPlace, OpportunityTrade
from tests.members.makers import join, make_person, make_structure, make_valley

Role = RoleSeat.Role
PARIS = ZoneInfo("Europe/Paris")
# A Monday without holiday within three weeks.
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=PARIS)


def last_office_moment(now: datetime) -> datetime:
    """Ten o'clock of the last working day that is past: for objects made without a chosen hour."""
    local = timezone.localtime(now).replace(hour=10, minute=0, second=0, microsecond=0)
    while local > now or not mail_times.is_open(local):
        local -= timedelta(days=1)
    return local


def make_call(
    title: str = "Entretien des espaces verts de trois communes",
    *,
    now: datetime = MONDAY,
    days: int = 40,
    **values: Any,
) -> Opportunity:
    """An open call in green spaces at Roche-Mirel, as lists know it: without its notice."""
    make_valley()
    call = Opportunity.objects.create(
        title=title,
        buyer_name="Communauté de communes du Val",
        source=values.pop("source", "boamp"),
        deadline=now + timedelta(days=days),
        lots_count=2,
        months=12,
        **values,
    )
    if call.network is not None:
        Audience.objects.create(
            opportunity=call, network=call.network, state=Audience.State.PUBLISHED
        )
    OpportunityPlace.objects.create(
        opportunity=call,
        department_id="38",
        commune_id="38002",
        label="Roche-Mirel",
        latitude=45.10,
        longitude=5.50,
    )
    OpportunityTrade.objects.create(opportunity=call, trade="espaces-verts", certainty="known")
    return call


def make_member(
    name: str,
    *networks: Network,
    trade: str = "espaces-verts",
    director: bool = True,
    **values: Any,
) -> Structure:
    """A structure of the valley in a trade; with a director, or unclaimed."""
    make_valley()
    values = {"commune_id": "38001", "department_id": "38", "is_claimed": director} | values
    structure = make_structure(name, **values)
    for network in networks:
        join(structure, network)
    Activity.objects.create(chantier=structure.chantiers.get(), trade=trade)
    if director:
        direct(structure)
    return structure


def direct(structure: Structure, email: str = "") -> User:
    return make_person(
        email or f"direction{structure.pk}@exemple.fr", role=Role.DIRECTOR, structure=structure
    )


def director_of(structure: Structure) -> User:
    return User.objects.filter(seats__structure=structure, seats__role=Role.DIRECTOR).get()


def make_delegate(email: str, network: Network, **territory: Any) -> User:
    return make_person(email, role=Role.DELEGATE, network=network, **territory)


def post_of(person: User) -> RelayPost:
    return posts_of(person)[0]


def drafted(
    by: User, opportunities: Sequence[Opportunity], *, now: datetime = MONDAY, **values: Any
) -> Campaign:
    return campaigns.start_campaign(
        post=post_of(by),
        opportunities=opportunities,
        by=by,
        now=now,
        on=timezone.localdate(now),
        **values,
    )


def relayed(
    by: User,
    *opportunities: Opportunity,
    to: Iterable[Structure] | None = None,
    now: datetime = MONDAY,
) -> Campaign:
    """A campaign sent to those who are concerned (or `to` alone), and what may leave has left."""
    campaign = drafted(by, opportunities, now=now)
    if to is not None:
        chosen = campaign.recipients.filter(structure__in=[each.pk for each in to])
        campaigns.write_campaign(
            campaign=campaign,
            subject=campaign.subject,
            message="Ce marché est pour nous.",
            answer_by=campaign.answer_by,
            chosen=set(chosen.values_list("pk", flat=True)),
            by=by,
        )
    sent = campaigns.send_campaign(
        campaign=campaign, post=post_of(by), by=by, now=now, on=timezone.localdate(now)
    )
    assert sent
    relaying.relay(now=now, campaign=campaign)
    return campaign


def state_of(campaign: Campaign, structure: Structure) -> str:
    return Recipient.objects.get(campaign=campaign, structure=structure).state


def ask_of(structure: Structure) -> Ask:
    return Ask.objects.get(structure=structure)

"""Campaigns on both sides: what each network sent, what each structure was asked."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from cordee.accounts.models import User
from cordee.mobilisation.actions import answers
from cordee.mobilisation.campaigns import answer_page
from cordee.mobilisation.models import Answer, Ask, Campaign, Recipient
from cordee.opportunities.models import Opportunity
from tests.members.makers import make_person
from tests.mobilisation.campaign_makers import drafted, last_office_moment, make_call, relayed

if TYPE_CHECKING:
    from tests.access.world import World


class Campaigns:
    """Of a world; `world.campaigns`."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.now = last_office_moment(timezone.now())

    @cached_property
    def call(self) -> Opportunity:
        """Everybody sees it: it is never what closes a page."""
        return make_call("Entretien des chemins", now=self.now)

    @cached_property
    def foreign_delegate(self) -> User:
        return make_person(
            "deleguee.ailleurs@exemple.fr", role="delegate", network=self.world.foreign_network
        )

    @cached_property
    def own_draft(self) -> Campaign:
        """Of the person whom the matrix signs in as delegate of the own network."""
        return drafted(self._own_delegate, [self.call], now=self.now)

    @cached_property
    def foreign_draft(self) -> Campaign:
        return drafted(self.foreign_delegate, [self.call], now=self.now)

    @cached_property
    def own(self) -> Campaign:
        return self._sent(self._own_delegate, self.world.own_structure)

    @cached_property
    def foreign(self) -> Campaign:
        return self._sent(self.foreign_delegate, self.world.foreign_structure)

    @property
    def _own_delegate(self) -> User:
        person = self.world.person("delegate")
        assert person is not None
        return person

    def _sent(self, by: User, structure: Any) -> Campaign:
        from cordee.members.models import Activity

        Activity.objects.create(chantier=structure.chantiers.get(), trade="espaces-verts")
        campaign = relayed(by, self.call, to=[structure], now=self.now)
        assert campaign.recipients.relayed().exists()
        return campaign

    def recipient(self, campaign: Campaign) -> Recipient:
        return campaign.recipients.get()

    def ask(self, campaign: Campaign) -> Ask:
        found = self.recipient(campaign).ask
        assert found is not None
        return found

    def heard(self, campaign: Campaign, by: User) -> Recipient:
        """With an answer that was heard on the telephone."""
        ask = self.ask(campaign)
        answers.record_spoken_answer(
            ask=ask,
            network=campaign.network,
            choice=Answer.Choice.TEAM,
            heard_on=timezone.localdate(ask.asked_at),
            heard_from="directrice",
            by=by,
            now=timezone.now(),
        )
        return self.recipient(campaign)

    def link(self, campaign: Campaign) -> str:
        person = self.world.person("director")
        assert person is not None
        return answer_page.LINKS.token_for(self.ask(campaign).pk, person.pk)

"""Networks that relayed an opportunity to members, some of which answered."""

from collections.abc import Iterable
from datetime import date, timedelta

from cordee.members.models import Network, Programme, Structure
from cordee.mobilisation.models import Answer, Ask, Campaign, ProgrammeProposal, Recipient
from cordee.opportunities.models import Opportunity
from tests.members.makers import make_structure
from tests.opportunities.programmes.makers import NOW


def make_proposal(
    programme: Programme, opportunity: Opportunity, network: Network
) -> ProgrammeProposal:
    return ProgrammeProposal.objects.create(
        programme=programme, opportunity=opportunity, network=network, at=NOW
    )


def relay(
    network: Network,
    opportunity: Opportunity,
    structures: Iterable[Structure],
    choices: Iterable[str] = (),
) -> None:
    """A sent campaign of a network; the first structures answer these choices, in order."""
    campaign = Campaign.objects.create(
        network=network,
        subject="Un marché pour vous",
        answer_by=date(2026, 12, 10),
        state=Campaign.State.SENT,
        sent_at=NOW,
    )
    campaign.opportunities.add(opportunity)
    answers = iter(choices)
    for rank, structure in enumerate(structures, start=1):
        ask, _ = Ask.objects.get_or_create(
            structure=structure,
            opportunity=opportunity,
            defaults={"asked_at": NOW, "answer_by": date(2026, 12, 10)},
        )
        Recipient.objects.create(
            campaign=campaign,
            structure=structure,
            opportunity=opportunity,
            rank=rank,
            ask=ask,
            state=Recipient.State.SENT,
            relayed_at=NOW,
        )
        if choice := next(answers, None):
            say(ask, choice, network)


def say(ask: Ask, choice: str, *readers: Network, later: int = 0) -> Answer:
    made = Answer.objects.create(
        ask=ask,
        choice=choice,
        channel=Answer.Channel.LINK,
        given_at=NOW + timedelta(minutes=later),
    )
    made.readers.set(readers)
    return made


def many(count: int) -> list[Structure]:
    return [make_structure() for _ in range(count)]

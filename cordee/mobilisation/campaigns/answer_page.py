"""What the page of an answer shows to the structure that is asked, and the links that lead there.

Until when the links work follows from the question itself (`campaigns.access.opened_by`): a
deadline that moves moves them too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from cordee.accounts.answer_links import AnswerLinks
from cordee.accounts.models import User
from cordee.base.ui import french
from cordee.members.models import Network
from cordee.mobilisation.models import Answer, Ask, Recipient
from cordee.opportunities.models import Opportunity, Stage

# How the answers are named in addresses.
CHOICES = {
    "seule": Answer.Choice.ALONE,
    "equipe": Answer.Choice.TEAM,
    "les-deux": Answer.Choice.EITHER,
    "pas-maintenant": Answer.Choice.NOT_NOW,
    "pas-pour-nous": Answer.Choice.NOT_FOR_US,
}
SLUGS = {choice: slug for slug, choice in CHOICES.items()}


LINKS = AnswerLinks("cordee.mobilisation.answer")


def path_for(ask: Ask, person: User, choice: Answer.Choice | None = None) -> str:
    """The address of the page, without its site; prepared with an answer where one is given."""
    path = reverse("campaigns:answer", args=[LINKS.token_for(ask.pk, person.pk)])
    return f"{path}?reponse={SLUGS[choice]}" if choice else path


# Under each answer, and its icon.
HINTS = {
    Answer.Choice.ALONE: ("Pour un lot entier", "sur"),
    Answer.Choice.TEAM: ("Avec d’autres structures", "corde"),
    Answer.Choice.EITHER: ("Vous verrez ensuite", "sur"),
    Answer.Choice.NOT_NOW: ("Une seule question\u00a0: pourquoi", "attente"),
    Answer.Choice.NOT_FOR_US: ("Une seule question\u00a0: pourquoi", "refus"),
}


@dataclass(frozen=True, slots=True)
class NetworkLetter:
    """What one network wrote about it."""

    network: Network
    writer: str
    message: str
    reason: str


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question in the list of a director."""

    ask: Ask
    last: Answer | None
    is_open: bool

    @property
    def is_waiting(self) -> bool:
        return self.is_open and self.last is None

    @property
    def order(self) -> tuple[bool, bool, float]:
        closes = self.ask.closes_at.timestamp()
        return not self.is_waiting, not self.is_open, closes if self.is_open else -closes


def lines_of(asks: Iterable[Ask], *, now: datetime) -> list[QuestionRow]:
    """What is asked of structures and what they said: those to answer first, the sooner first."""
    listed = list(asks)
    last = Answer.objects.standing().filter(ask__in=listed).last_by_ask()
    lines = [QuestionRow(ask, last.get(ask.pk), ask.is_open(now)) for ask in listed]
    return sorted(lines, key=lambda line: line.order)


def letters_of(ask: Ask) -> list[NetworkLetter]:
    """What each network that relayed wrote, the first one first."""
    rows = (
        Recipient.objects.relayed()
        .filter(ask=ask)
        .select_related("campaign__network", "campaign__by")
        .order_by("relayed_at", "pk")
    )
    found: dict[int, NetworkLetter] = {}
    for row in rows:
        campaign = row.campaign
        found[campaign.network_id] = NetworkLetter(
            campaign.network,
            campaign.by.display_name if campaign.by else "",
            campaign.message,
            row.reason,
        )
    return list(found.values())


def change_since(ask: Ask) -> tuple[str, str]:
    """What has changed since the question was asked: title and sentence, or nothing."""
    need: Opportunity = ask.need
    if need.stage == Stage.CANCELLED:
        return "L’acheteur a annulé ce marché", "Vous n’avez rien à faire."
    if need.stage == Stage.AWARDED:
        return "Ce marché est attribué", "Il n’y a plus rien à répondre."
    if need.deadline != ask.announced_deadline:
        announced, today = ask.announced_deadline, timezone.localdate(ask.asked_at)
        before = f" au lieu du {french.moment(announced, today)}" if announced else ""
        if need.deadline is None:
            return "La date limite de l’acheteur n’est plus connue", "Vérifiez dans l’avis."
        new = french.moment(need.deadline, today)
        return "L’acheteur a changé la date limite", f"C’est maintenant le {new}{before}."
    return "", ""

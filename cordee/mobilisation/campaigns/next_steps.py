"""What an opportunity offers its reader: answer the question of a network, or relay it."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.ui import french
from cordee.members.models import Network
from cordee.mobilisation.campaigns import access, answer_page, boards
from cordee.mobilisation.campaigns.answer_page import SLUGS
from cordee.mobilisation.models import Answer, Campaign
from cordee.mobilisation.models.answers import REFUSALS
from cordee.opportunities.next_steps import Done, NextStep, Reader, Standing

Choice = Answer.Choice
SHOWN_SENT = 2


def offered(person: Reader) -> Iterator[NextStep | Done | Standing]:
    """Answers first: somebody waits for them. At most ten queries."""
    user = person.viewer.user
    if user is None:
        return
    if person.viewer.structure_ids:
        yield from _answers(user, person)
    if person.viewer.network is not None:
        yield from _relays(user, person.viewer.network, person)


def _answers(user: User, person: Reader) -> Iterator[NextStep | Done | Standing]:
    """The first question that waits; else what was said last, which can be said otherwise."""
    asked = Q(opportunity=person.opportunity) | Q(opportunity__joined_to=person.opportunity)
    rows = answer_page.lines_of(access.asks_for(user).filter(asked), now=person.now)
    if not rows:
        return
    row = rows[0]
    url = reverse("campaigns:ask", args=[row.ask.pk])
    about = f"{row.ask.structure}\u00a0: v" if len(rows) > 1 else "V"
    if row.last is not None:
        day = french.day(timezone.localdate(row.last.given_at), person.viewer.on)
        said = f"ous avez répondu «\u00a0{row.last.get_choice_display()}\u00a0»"
        verb = "Changer de réponse" if row.is_open else "Relire"
        if all(each.last is not None and each.last.choice in REFUSALS for each in rows):
            whose = f", pour {row.ask.structure}" if len(rows) > 1 else ""
            yield Standing(
                f"V{said}",
                "pas",
                "refus",
                f"C’était le {day}{whose}.",
                NextStep(1 if row.is_open else 50, verb, url),
            )
        else:
            yield Done(f"{about}{said} le {day}.", verb, url)
    elif row.is_open:
        closes = timezone.localdate(row.ask.closes_at)
        day = f"{french.WEEKDAYS[closes.weekday()]} {french.day(closes, person.viewer.on)}"
        yield Done(f"{about}otre oui ou non\u00a0: {day} compris.", before_team=True)
        alone = row.ask.structure_id in person.alone
        yes = (Choice.ALONE, "sur") if alone else (Choice.TEAM, "corde")
        # Its page is read over before anything leaves.
        for order, (choice, icon) in enumerate((yes, (Choice.NOT_FOR_US, "")), start=1):
            page = f"{url}?reponse={SLUGS[choice]}"
            yield NextStep(order, f"{choice.label}…", page, icon, before_team=True)


def _relays(user: User, network: Network, person: Reader) -> Iterator[NextStep | Done]:
    """What the network and its delegations sent, then the relay: nothing leaves from here."""
    below = Campaign.objects.filter(network__parent=network)
    found: list[Any] = list(
        (access.campaigns_for(user).filter(network=network) | below)
        .sent()
        .filter(opportunities=person.opportunity)
        .select_related("network")
        .annotate(
            reached=Count(
                "recipients",
                filter=Q(
                    recipients__opportunity=person.opportunity,
                    recipients__relayed_at__isnull=False,
                ),
            )
        )
    )
    sent = [each for each in found if each.network == network]
    if sent:
        yield _sent(sent[0], network, person)
        yield NextStep(10, "Voir les réponses", reverse("campaigns:campaign", args=[sent[0].pk]))
    # Of its delegations, that they sent it: what they were answered is theirs (RULE-38).
    for row in [each for each in found if each.network != network][:SHOWN_SENT]:
        who = f"Votre délégation, {row.network.name}, l’a envoyé"
        yield Done(f"{who} {_when(row, person)} à {french.count(row.reached, 'structure')}.")
    post = next((each for each in access.posts_of(user) if each.network == network), None)
    if not person.is_open or post is None or not access.may_relay(post, person.opportunity):
        return
    yield NextStep(
        11 if sent else 9,
        "Relayer à d’autres membres…" if sent else "Relayer à mes membres…",
        reverse("campaigns:start"),
        "courrier",
        {"opportunite": str(person.opportunity.pk), "reseau": network.slug},
    )


def _sent(campaign: Campaign, network: Network, person: Reader) -> Done:
    """One of the network's own: who sent it, when, to how many, and what its board says."""
    recipients = campaign.recipients.relayed().filter(opportunity=person.opportunity)
    rows = boards.rows_of(
        recipients.select_related("structure", "opportunity", "campaign"), network
    )
    yes = sum(row.standing is boards.BoardState.YES for row in rows)
    if campaign.by_id == getattr(person.viewer.user, "pk", None):
        who = "Vous l’avez envoyé"
    else:
        name = (campaign.by.display_name if campaign.by else "") or "Votre réseau"
        who = f"{name} l’a envoyé"
    return Done(
        f"{who} {_when(campaign, person)} à {french.count(len(rows), 'structure')}\u00a0: "
        f"{french.number(yes)}\u202foui."
    )


def _when(campaign: Campaign, person: Reader) -> str:
    if campaign.sent_at is None:
        return ""
    day = timezone.localdate(campaign.sent_at)
    return f"{french.WEEKDAYS[day.weekday()]} {french.day(day, person.viewer.on)}"

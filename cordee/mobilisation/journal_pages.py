"""Campaigns, answers and proposals in the journal, each for the side that they are of."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Q
from django.urls import reverse

from cordee.accounts import journal
from cordee.accounts.journal import Named, Subject, about, named
from cordee.accounts.models import User
from cordee.base.found import first_or_404
from cordee.members.journal_pages import numbers
from cordee.mobilisation.campaigns.access import asks_for, campaigns_for
from cordee.mobilisation.models import Ask, Campaign, ProgrammeProposal, Ranking
from cordee.opportunities.access import opportunities_for


def campaigns(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    """Those of the user's networks; a draft has no page yet that all of them open."""
    return {
        str(one.pk): Named(
            one.subject,
            "" if one.is_draft else reverse("campaigns:campaign", args=[one.pk]),
        )
        for one in campaigns_for(person).filter(pk__in=numbers(ids))
    }


def asks(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    """Of the structures the user directs; to others, not even their names (RULE-38)."""
    found = asks_for(person).filter(pk__in=numbers(ids))
    return named(found, "opportunity.title", "campaigns:ask")


def rankings(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    """By the opportunity whose candidates were sought."""
    seen = Ranking.objects.filter(
        pk__in=numbers(ids), breakdown__opportunity__in=opportunities_for(person, on=on)
    )
    rows = seen.select_related("breakdown__opportunity").defer("inputs")
    title, key = "breakdown.opportunity.title", "breakdown.opportunity_id"
    return named(rows, title, "mobilisation:ranking", key)


def campaign(person: User, pk: str, on: date) -> Subject:
    found = first_or_404(
        campaigns_for(person).sent().filter(pk__in=numbers([pk])),
        "Ce journal n’existe pas, ou ne vous est pas ouvert.",
    )
    url = reverse("campaigns:campaign", args=[found.pk])
    return Subject(found.subject, url, about(Campaign, [pk]))


def of_structure(pk: str) -> Q:
    """What its people answered, or said on the telephone."""
    return about(Ask, Ask.objects.filter(structure__in=numbers([pk])).values_list("pk", flat=True))


def of_network(pk: str) -> Q:
    """What it sends, and what it decided of proposals."""
    sent = Campaign.objects.filter(network__in=numbers([pk])).values_list("pk", flat=True)
    proposed = ProgrammeProposal.objects.filter(network__in=numbers([pk]))
    return about(Campaign, sent) | about(ProgrammeProposal, proposed.values_list("pk", flat=True))


def register() -> None:
    journal.register("campagne", Campaign, "Campagne", names=campaigns, subject=campaign)
    journal.register("demande", Ask, "Demande", names=asks)
    journal.register("classement", Ranking, "Candidats", names=rankings)
    journal.add_lines("structure", of_structure)
    journal.add_lines("reseau", of_network)

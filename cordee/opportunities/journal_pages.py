"""Opportunities in the journal: read by whoever may open them.

Only what this room writes of them: what structures and networks do about an opportunity (RULE-38)
is told where they may be seen.
"""

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Q
from django.urls import reverse

from cordee.accounts import journal
from cordee.accounts.journal import Named, Subject, about, named
from cordee.accounts.models import User
from cordee.base.found import first_or_404
from cordee.members.journal_pages import numbers
from cordee.opportunities.access import networks_of, opportunities_for
from cordee.opportunities.models import Misreading, Opportunity

# What one network decided of a need posted to several is told to its author and to that network.
BY_NETWORK = (
    *("opportunities.publish_need", "opportunities.refuse_need"),
    "opportunities.ask_about_need",
)


def opportunities(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    found = opportunities_for(person, on=on).filter(pk__in=numbers(ids)).distinct()
    return named(found, "title", "opportunities:detail")


def misreadings(person: User, ids: Collection[str], on: date) -> Mapping[str, Named]:
    """By the name of their notice."""
    seen = Misreading.objects.filter(
        pk__in=numbers(ids), correction__opportunity__in=opportunities_for(person, on=on)
    )
    rows = seen.select_related("correction__opportunity")
    title, key = "correction.opportunity.title", "correction.opportunity_id"
    return named(rows, title, "opportunities:notice", key)


def opportunity(person: User, pk: str, on: date) -> Subject:
    found = first_or_404(
        opportunities_for(person, on=on).filter(pk__in=numbers([pk])),
        "Ce journal n’existe pas, ou ne vous est pas ouvert.",
    )
    joined = Opportunity.objects.filter(joined_to=found).values_list("pk", flat=True)
    lines = about(Opportunity, [pk, *joined]) & Q(verb__startswith="opportunities.")
    if found.created_by_id != person.pk:
        slugs = list(networks_of(person, on=on).values_list("slug", flat=True))
        lines &= ~Q(verb__in=BY_NETWORK) | Q(after__network__in=slugs)
    return Subject(found.title, reverse("opportunities:detail", args=[found.pk]), lines)


def register() -> None:
    journal.register(
        "opportunite", Opportunity, "Opportunité", names=opportunities, subject=opportunity
    )
    journal.register("mal-lu", Misreading, "Lecture corrigée", names=misreadings)

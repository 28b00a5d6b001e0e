"""What an opportunity offers its reader: their alliance on it, else to open one."""

from collections.abc import Iterator

from django.urls import reverse

from cordee.alliances.access import alliances_for
from cordee.opportunities.next_steps import NextStep, Reader


def offered(person: Reader) -> Iterator[NextStep]:
    """One query. Of an alliance of others, nothing (RULE-38)."""
    if person.viewer.user is None:
        return
    own = alliances_for(person.viewer.user).running().filter(opportunity=person.opportunity)
    found = own.order_by("-pk").first()
    if found is not None:
        url = reverse("alliances:detail", args=[found.pk])
        yield NextStep(12, "Aller à mon alliance", url, "corde")
    elif person.may_answer:
        url = reverse("alliances:open", args=[person.opportunity.pk])
        yield NextStep(40, "Ouvrir une alliance sans composer", url)

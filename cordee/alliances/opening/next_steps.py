"""What an opportunity offers its reader: their alliance on it, else to open one."""

from collections.abc import Iterator

from django.urls import reverse

from cordee.alliances.access import alliances_for
from cordee.alliances.frame.listing import listed
from cordee.opportunities.next_steps import NextStep, Reader, Standing

INSIDE = "Déjà dans votre alliance", "Ce qui reste à faire s’y lit.", "Aller à mon alliance"
ASKED = (
    *("On vous y invite", "Une équipe attend votre oui ou votre non."),
    "Répondre à l’invitation",
)


def offered(person: Reader) -> Iterator[NextStep | Standing]:
    """One query, three where there is one. Of an alliance of others, nothing (RULE-38)."""
    if person.viewer.user is None:
        return
    own = alliances_for(person.viewer.user).running().filter(opportunity=person.opportunity)
    rows = own.select_related("opportunity").order_by("-pk")
    found = max(
        (each for each in listed(rows, person.viewer.user) if each.is_own),
        key=lambda each: each.is_inside,
        default=None,
    )
    if found is not None:
        url = reverse("alliances:detail", args=[found.alliance.pk])
        if person.viewer.network is not None or not person.viewer.structure_ids:
            # Who coordinates for others reads what the contract is for them.
            yield NextStep(12, "Aller à mon alliance", url, "corde")
        else:
            title, fact, verb = INSIDE if found.is_inside else ASKED
            step = NextStep(0, verb, url, "corde")
            yield Standing(title, "duo", "corde", fact, step, in_team=True)
    elif person.may_answer:
        url = reverse("alliances:open", args=[person.opportunity.pk])
        yield NextStep(40, "Ouvrir une alliance sans composer", url)

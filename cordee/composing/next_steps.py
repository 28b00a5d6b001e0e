"""What an opportunity offers its reader: the team found for them, else to look for one."""

from collections.abc import Iterator

from django.urls import reverse

from cordee.composing.access import compositions_for
from cordee.composing.models import ANSWER_FIELDS, Composition
from cordee.composing.outcomes import Outcome
from cordee.opportunities.next_steps import NextStep, Reader


def offered(person: Reader) -> Iterator[NextStep]:
    """At most one query; the answer itself stays in the base."""
    if not person.may_answer:
        return
    found = (
        compositions_for(person.viewer)
        .filter(breakdown__opportunity=person.opportunity, state__in=Composition.ENDED, base=None)
        # Of the invented valley, what everybody may read comes after one's own.
        .order_by("is_public", "-made_at")
        .defer(*ANSWER_FIELDS, "progress")
        .first()
    )
    if found is None:
        url = reverse("composing:start", args=[person.opportunity.pk])
        yield NextStep(20, "Composer une alliance", url, "corde")
    else:
        words = "Voir l’équipe" if found.outcome == Outcome.COMPOSED else "Voir pourquoi pas"
        yield NextStep(20, words, reverse("composing:detail", args=[found.pk]), "corde")

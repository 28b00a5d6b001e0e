"""What an opportunity offers its reader: the team found for them, else to look for one."""

from collections.abc import Iterator

from django.urls import reverse

from cordee.composing.models import Outcome
from cordee.composing.verdicts.of_network import latest_of, lines_of
from cordee.opportunities.next_steps import NextStep, Reader
from cordee.opportunities.verdicts import VerdictLine


def offered(person: Reader) -> Iterator[NextStep | VerdictLine]:
    """One query at most; some more for a network that has a team, which hears what that says."""
    if not person.may_answer:
        return
    found = latest_of(person.viewer, [person.opportunity.pk]).first()
    if found is None:
        url = reverse("composing:start", args=[person.opportunity.pk])
        yield NextStep(20, "Composer une alliance", url, "corde", before_team=True)
    else:
        words = "Voir l’équipe" if found.outcome == Outcome.COMPOSED else "Voir pourquoi pas"
        lines: list[VerdictLine] = []
        if person.viewer.network is not None:
            lines = list(lines_of({person.opportunity.pk: found}).values())
        # Before relaying what nobody can hold, one reads why.
        is_impossible = bool(lines) and found.outcome == Outcome.IMPOSSIBLE
        url = reverse("composing:detail", args=[found.pk])
        yield NextStep(8 if is_impossible else 20, words, url, "corde")
        yield from lines

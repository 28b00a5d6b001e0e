"""What the latest team of a network says of a contract, in the words of its own page, and what an
opportunity offers its reader: the team found for them, else to look for one."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import F, QuerySet, prefetch_related_objects
from django.urls import reverse

from cordee.base.ui import french
from cordee.composing.access import compositions_for
from cordee.composing.models import ANSWER_FIELDS, Composition, Outcome, mark_outdated
from cordee.composing.pages import certainty_of
from cordee.composing.problem import sentences
from cordee.members.sharing import Viewer
from cordee.opportunities.models import VerdictKind
from cordee.opportunities.next_steps import NextStep, Reader
from cordee.opportunities.verdicts import VerdictLine


def latest_of(viewer: Viewer, opportunities: Collection[int]) -> QuerySet[Composition]:
    """Ended compositions of some opportunities that the viewer may open, the one to read first.

    Each with `plan`, `status` and `guesses` of its answer; the rest stays in the base.
    """
    return (
        compositions_for(viewer)
        .filter(breakdown__opportunity__in=opportunities, state__in=Composition.ENDED, base=None)
        # Of the invented valley, what everybody may read comes after one's own.
        .order_by("is_public", "-made_at")
        .select_related("breakdown")
        .defer(*ANSWER_FIELDS, "progress")
        .annotate(
            plan=F("best__value__plan"),
            status=F("best__value__status"),
            guesses=F("best__value__assumptions"),
        )
    )


def answers_for(viewer: Viewer, opportunities: Collection[int]) -> Mapping[int, VerdictLine]:
    """By opportunity, for who acts for a network: a fixed number of queries.

    None where nothing was computed, or where the notice says otherwise since.
    """
    found: dict[int, Composition] = {}
    for row in latest_of(viewer, opportunities) if viewer.network else ():
        found.setdefault(row.breakdown.opportunity_id, row)
    return lines_of(found)


def lines_of(found: Mapping[int, Composition]) -> Mapping[int, VerdictLine]:
    """What each of `latest_of` says, but those that are outdated."""
    if found:
        mark_outdated(found.values())
        prefetch_related_objects([row.breakdown for row in found.values()], "packages")
    return {
        pk: replace(_line(row), is_composed=True)
        for pk, row in found.items()
        if not row.is_outdated
    }


def _line(row: Any) -> VerdictLine:
    if row.outcome == Outcome.IMPOSSIBLE:
        title, reason = "Impossible aujourd’hui", "Personne ne peut tout tenir."
        return VerdictLine(VerdictKind.NOT_THEN, title, "Impossible", "bloque", "bloque", reason)
    if row.outcome != Outcome.COMPOSED:
        title, reason = "On ne sait pas encore", "Aucune équipe trouvée dans le temps donné."
        return VerdictLine(VerdictKind.UNKNOWN, title, "À confirmer", *["inconnu"] * 2, reason)
    size, guesses = len(row.plan["partners"]), len(row.guesses)
    is_read_well = not sentences.supposed_of(row.breakdown.packages.all())
    look, words = certainty_of(row.status == "optimal", guesses, is_read_well=is_read_well)
    title = sentences.yes(size, guesses, reads_well=is_read_well)
    unsure = "\u202f?" if look == "inconnu" else ""
    if size == 1:
        return VerdictLine(
            VerdictKind.ALONE, title, f"Une suffit{unsure}", look, "sur", f"{words}."
        )
    if look == "sur":
        look, words = "duo", f"{words}\u00a0: aucune meilleure équipe n’existe"
    short = f"À {french.in_letters(size)}{unsure}"
    return VerdictLine(VerdictKind.TOGETHER, title, short, look, "corde", f"{words}.")


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

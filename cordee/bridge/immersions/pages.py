"""What pages say of immersions: how many run, how many there were."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.bridge.models import Immersion
from cordee.bridge.models.immersions import Ending, ImmersionQuerySet
from cordee.members.evidence import Proof, first_counted, since
from cordee.members.models import Structure
from cordee.skills.models import Badge, WithdrawnBadge

WEEK = timedelta(days=7)


class Counts(NamedTuple):
    """Immersions that began, each once however renewed, and those that a hire followed."""

    immersions: int
    hires: int

    def __str__(self) -> str:
        told = french.count(self.immersions, "immersion")
        return f"{told}, {french.count(self.hires, 'embauche')}"


def counts(rows: ImmersionQuerySet) -> Counts:
    """Those that began with her yes, of people erased since too. One query."""
    begun = rows.filter(taken_back_at__isnull=True, is_yes=True, first_on__lte=timezone.localdate())
    once, hired = Q(renews__isnull=True), Q(ending=Ending.HIRED)
    return Counts(
        **begun.aggregate(immersions=Count("pk", filter=once), hires=Count("pk", filter=hired))
    )


def page_title(row: Immersion) -> str:
    """Where one immersion stands."""
    on, at = timezone.localdate(), f"Chez {row.company}"
    return {
        "Accord attendu": f"{at}, son accord est attendu",
        "Dit non": f"{at}, la personne a dit non",
        "À venir": f"{at}, dès le {french.day(row.first_on, on)}",
        "En cours": f"{at}, jusqu’au {french.day(row.last_on, on)}",
        "Fin à dire": f"{at}, dites comment elle a fini",
        "Finie": f"{at}\u00a0: {row.get_ending_display()}",
    }[row.state[1]]


def with_badges(rows: Iterable[Immersion]) -> list[tuple[Immersion, list[tuple[str, str]]]]:
    """Each with the attestations in force that the person shows: what she can do, and where it is
    checked. One query."""
    listed = list(rows)
    found = Badge.objects.filter(number__in={number for row in listed for number in row.shown})
    found = found.exclude(number__in=WithdrawnBadge.objects.values("number"))
    page = settings.SITE_ADDRESS + reverse("verifier:page")
    known = {str(each.number): (each.competence, f"{page}#{each.token}") for each in found}
    return [(row, [known[each] for each in row.shown if each in known]) for row in listed]


def title_of(rows: Sequence[Immersion]) -> str:
    """How many run, and what waits: how many end this week, else those whose end is not said."""
    on, states = timezone.localdate(), [row.state[1] for row in rows]
    running, unsaid = states.count("En cours"), states.count("Fin à dire")
    soon = sum(row.state[1] == "En cours" and row.last_on <= on + WEEK for row in rows)
    title = f"{french.in_letters(running)} immersion{'s' if running > 1 else ''}"
    ends = "finissent cette semaine" if soon > 1 else "finit cette semaine"
    if 0 < soon == running:
        title += f" {ends}"
    elif soon:
        title += f" en cours, {french.in_letters(soon)} {ends}"
    elif unsaid:
        title += f" en cours, {french.in_letters(unsaid)} à conclure"
    else:
        title += " en cours"
    return title.capitalize()


def proof(structure: Structure, on: date) -> Proof | None:
    """Immersions that the person agreed to and that began; one query."""
    rows = structure.immersions.standing().filter(renews__isnull=True, is_yes=True)
    found = rows.filter(first_on__range=(first_counted(on), on)).count()
    url = reverse("bridge:immersions", args=[structure.pk])
    return Proof(french.count(found, "immersion"), since(on), url) if found else None

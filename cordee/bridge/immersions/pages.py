"""What pages say of immersions: where each stands, how many there were."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet, Sum

from cordee.base.ui import french
from cordee.bridge.models import ErasedImmersions, Immersion
from cordee.bridge.models.immersions import Ending
from cordee.rules.immersion import Purpose

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Row:
    """One immersion on a day. `name`: who goes, for who may read it; "" for nobody's eyes."""

    immersion: Immersion
    on: date
    name: str = ""

    @property
    def state(self) -> tuple[str, str]:
        """The sort of state, and its few words."""
        row, consent = self.immersion, self.immersion.consent
        if consent is None or consent.is_yes is None:
            return "inconnu", "Accord attendu"
        if not consent.is_yes:
            return "bloque", "Accord refusé"
        if row.ending:
            return "sur", "Finie"
        if self.on < row.first_on:
            return "inconnu", "À venir"
        return ("duo", "En cours") if self.on <= row.until else ("vigilance", "Fin à dire")

    @property
    def is_running(self) -> bool:
        return self.state[1] == "En cours"

    @property
    def purpose(self) -> str:
        return Purpose(self.immersion.purpose).label

    @property
    def ending(self) -> str:
        return Ending(self.immersion.ending).label if self.immersion.ending else ""

    @property
    def company_ending(self) -> str:
        found = self.immersion.company_ending
        return Ending(found).label if found else ""


class Counts(NamedTuple):
    """Immersions that began, and those that a hire followed."""

    immersions: int
    hires: int

    def __str__(self) -> str:
        hires = french.count(self.hires, "embauche")
        return f"{french.count(self.immersions, 'immersion')}, {hires}"


def counts(rows: QuerySet[Immersion], erased: QuerySet[ErasedImmersions], on: date) -> Counts:
    """Those that began by a day with her yes, and those of people erased since. Two queries."""
    begun = rows.in_force().agreed().filter(first_on__lte=on)  # type: ignore[attr-defined]
    hired = Count("pk", filter=Q(ending=Ending.HIRED))
    now = begun.aggregate(immersions=Count("pk"), hires=hired)
    gone = erased.aggregate(immersions=Sum("immersions"), hires=Sum("hires"))
    return Counts(*(now[name] + (gone[name] or 0) for name in Counts._fields))


def title_of(rows: list[Row], on: date) -> str:
    """How many run, and what waits: the soonest to settle."""
    running = [row for row in rows if row.is_running]
    unsaid = [row for row in rows if row.state[1] == "Fin à dire"]
    ending = sum(row.immersion.until <= on + WEEK for row in running)
    title = "Aucune immersion en cours"
    if running:
        title = f"{french.in_letters(len(running)).capitalize()} immersion"
        title += "s en cours" if len(running) > 1 else " en cours"
    if ending:
        title += (
            f", {french.in_letters(ending)} finit cette semaine"
            if ending == 1
            else (f", {french.in_letters(ending)} finissent cette semaine")
        )
    elif unsaid:
        many = len(unsaid) > 1
        title += f", {french.in_letters(len(unsaid))} à conclure" if many else ", une à conclure"
    return title


def row_of(immersion: Immersion, on: date, names: bool) -> Row:
    """`names`: whether the reader follows who learns there."""
    learner = immersion.learner if names else None
    return Row(immersion, on, learner.pseudonym if learner else "")

"""The live sources: how far each is read, and how it does."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.opportunities.access import source_states_for
from cordee.opportunities.models import SourceState
from cordee.opportunities.models.sources import FRESH, held_by_source
from cordee.opportunities.sources.registry import FEEDS, Feed


@dataclass(frozen=True, slots=True)
class SourceLine:
    """`state`: kind and words. `held`: notices or contracts of this source in the base."""

    feed: Feed
    row: SourceState
    state: tuple[str, str]
    held: int
    held_words: str

    @property
    def days(self) -> list[tuple[str, date | None, str]]:
        """(what, when, what stands where there is none)."""
        return [
            ("Publications lues jusqu’au", self.row.read_until, "pas encore de jour entier"),
            ("Dernière réussite", self.row.last_success, "aucune"),
            ("Dernier essai", self.row.last_try, "aucun"),
        ]


@require_safe
def live_sources(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    held = held_by_source()
    lines = [
        SourceLine(
            feed=FEEDS[row.source],
            row=row,
            state=_state(row, now),
            held=held.get(row.source, 0),
            held_words="marché,marchés" if row.source == "decp" else "avis,avis",
        )
        for row in source_states_for(request.user)
    ]
    context = {
        "lines": lines,
        "today": timezone.localdate(now),
        "never": all(line.row.last_try is None for line in lines),
    }
    return render(request, "opportunities/live_sources.html", context)


def _state(row: SourceState, now: datetime) -> tuple[str, str]:
    """In words and never by colour alone; at most three words."""
    if row.is_down:
        return "bloque", "En panne"
    if row.failures:
        return "vigilance", "Essai manqué"
    if row.last_success is None:
        return "inconnu", "Jamais lue" if row.last_try is None else "Lecture commencée"
    if now - row.last_success > FRESH:
        return "vigilance", "Plus relue"
    return "sur", "À jour"

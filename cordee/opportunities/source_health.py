"""What `/health` and its page say of the live sources."""

from datetime import datetime

from cordee.base.health import Fact, Level
from cordee.base.ui import french
from cordee.opportunities.models import SourceState
from cordee.opportunities.models.sources import FRESH

CURE = "Lancez ./go run -- sync_sources, et programmez-le plusieurs fois par jour."


def look(now: datetime) -> Fact:
    """One query. A source that is down is watched: the fault is not ours, what we hold stays."""
    rows = SourceState.objects.in_order()
    figures = {row.source: row.last_success for row in rows}
    read = [row for row in rows if row.last_success]
    down = [row for row in rows if row.is_down]
    if down:
        names = ", ".join(str(row) for row in down)
        cure = "La page «\u00a0Sources des avis\u00a0» dit pourquoi, et que faire."
        since = min(row.failing_since for row in down if row.failing_since)
        return Fact(Level.WATCH, f"{names}\u00a0: en panne", cure, since, figures=figures)
    if not read:
        return Fact(Level.UNKNOWN, "Aucune source n’a encore été lue", CURE, figures=figures)
    old = [at for at in figures.values() if at and now - at > FRESH]
    if old:
        words = "Des avis publiés ne sont plus lus"
        return Fact(Level.WATCH, words, CURE, min(old), figures=figures)
    words = f"{french.count(len(read), 'source lue', 'sources lues')} sur {len(rows)}"
    return Fact(Level.OK, words, figures=figures)

"""Small rows for the tests of positionings and visits."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cordee.members.models import Network, Structure
from cordee.practices.models import Positioning, PositioningGrid, Visit
from cordee.practices.positioning import actions, grid


def make_grid(network: Network, **changed: str) -> PositioningGrid:
    """Ours, with some words replaced, as a network's own."""
    text = grid.own_text()
    for old, new in changed.items():
        text = text.replace(old, new)
    return actions.keep_grid(network=network, text=text, by=None)


def make_positioning(structure: Structure, **levels: int) -> Positioning:
    """With a level for each criterion named."""
    answers = {key: {"level": level, "word": "", "proofs": []} for key, level in levels.items()}
    return Positioning.objects.create(
        structure=structure,
        grid=actions.own_grid(),
        begun_on=timezone.localdate(),
        answers=answers,
    )


def make_visit(state: str, **values: Any) -> Visit:
    """`state`: asked, agreed, sent or published; a week ago."""
    now = timezone.now()
    said = {
        "grid": actions.own_grid(),
        "on": timezone.localdate() - timedelta(days=7),
        "first_visitor": "direction",
        "second_visitor": "supervisor",
        "is_agreed": None if state == "asked" else True,
        "notes": {"accueil": ["Un livret de deux pages", "Qui le relit ?"]},
        "sent_at": now if state in ("sent", "published") else None,
        "published_at": now if state == "published" else None,
    }
    return Visit.objects.create(**said | values)

"""A digest that left, a search that is kept and a calendar: what the week brings to two people.

All of it is made by the actions that people use, for a given day; made again, it stays as it is.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import Structure
from cordee.mobilisation.actions.digests import choose_digest
from cordee.mobilisation.actions.feeds import open_feed
from cordee.mobilisation.digests import sending
from cordee.mobilisation.models import DigestChoice
from cordee.opportunities.actions.searches import save_search
from demo.people import DOMAIN

# What they work in; what they then follow besides.
OWN: list[str] = []
FOLLOWED = ["espaces-verts", "gros-oeuvre-patrimoine", "proprete-urbaine"]


def load(day: date) -> None:
    """The week of the director of Les Jardins, and what a delegate keeps."""
    director = User.objects.filter(email=f"direction@{DOMAIN}").first()
    delegate = User.objects.filter(email=f"deleguee@{DOMAIN}").first()
    if director is None or delegate is None or DigestChoice.objects.exists():
        return
    noon = datetime.combine(day, time(12), tzinfo=timezone.get_default_timezone())
    structure = Structure.objects.get(seats__person=director)
    due = sending.last_due(DigestChoice.Weekday.MONDAY, DigestChoice.Band.MORNING, noon)
    _choose(structure, director, OWN, due - timedelta(days=6))
    sending.run(due + timedelta(minutes=5))
    # They then follow more trades: what that adds waits for next Monday.
    _choose(structure, director, FOLLOWED, due + timedelta(hours=2))
    open_feed(
        kind="calendar",
        scope_name="structure",
        scope=structure,
        by=director,
        now=noon,
    )
    save_search(
        query="metier=espaces-verts",
        name="Espaces verts",
        alert="weekly",
        by=delegate,
        now=noon - timedelta(days=7),
    )


def _choose(structure: Structure, by: User, trades: list[str], now: datetime) -> None:
    choose_digest(
        structure=structure,
        values={
            "weekday": DigestChoice.Weekday.MONDAY,
            "band": DigestChoice.Band.MORNING,
            "trades": trades,
            "radius_km": None,
            "threshold": DigestChoice.Threshold.LITTLE,
        },
        by=by,
        now=now,
    )

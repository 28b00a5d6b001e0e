"""The part of learning at work when a person closes an account or has it erased."""

from datetime import datetime

from cordee.accounts.models import User
from cordee.skills.models import Observation, VanRun

# What is said once the name is gone.
NOBODY = "une personne de l’équipe"


def hindrances(person: User) -> list[str]:
    return []


def leave(*, person: User, by: User | None, now: datetime, even_if_last: bool) -> None:
    """Seats are of members; nothing here waits for one person."""


def erase(*, person: User) -> None:
    """Their name leaves what they saw; what was seen stays hers who learns (decision 13)."""
    Observation.objects.filter(seen_by=person).update(seen_by_name=NOBODY)
    VanRun.objects.filter(led_by__in=filter(None, [person.display_name])).update(led_by=NOBODY)

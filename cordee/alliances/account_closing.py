"""The part of the workspace when a person closes their account or has it erased."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from cordee.accounts.models import User
from cordee.alliances.approvals.actions import erase_identities_of
from cordee.alliances.messages.actions import erase_words_of
from cordee.alliances.models import Alliance, AllianceCoordinator


def hindrances(person: User) -> Sequence[str]:
    """An alliance that the person alone leads and that still runs would be left without anybody.

    Whoever lost their role there leads nothing: neither the one who goes, nor those who would stay.
    """
    led = Alliance.objects.coordinated_by(person).running().distinct()
    return [
        f"L’alliance « {each.title} » n’a que vous pour la coordonner. Passez la main d’abord."
        for each in led
        if not each.coordinators.seated().exclude(person=person).exists()
    ]


def leave(*, person: User, by: User | None, now: datetime, even_if_last: bool) -> None:
    """The person leads nothing any more. Raises `ValidationError` where they are the last to."""
    if not even_if_last and (reasons := hindrances(person)):
        raise ValidationError(list(reasons))
    AllianceCoordinator.objects.filter(person=person).delete()


def erase(*, person: User) -> None:
    """The person's name leaves the proofs, whose chain stays whole; their words, the threads."""
    erase_identities_of(person, now=timezone.now())
    erase_words_of(person, now=timezone.now())

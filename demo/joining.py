"""Somebody who waits for an answer, and somebody who has not read their invitation yet."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.actions.invitations import VALID_DAYS, fingerprint
from cordee.members.models import Invitation, JoinRequest, RoleSeat, Structure
from demo.people import DOMAIN, JARDINS
from demo.shapes import World


def load_joining(world: World, structures: Mapping[tuple[str, str], Structure]) -> None:
    """The visitor asks to join the Jardins, whose director has also invited a counsellor.

    No mail leaves: the demo begins in the middle of its day.
    """
    people = {person.email: person for person in User.objects.filter(email__endswith=DOMAIN)}
    garden = structures.get(JARDINS)
    visitor, director = (people.get(f"{name}@{DOMAIN}") for name in ("visiteur", "direction"))
    if garden is None or visitor is None or director is None:
        return
    morning = timezone.make_aware(datetime.combine(world.on, time(9, 0))) - timedelta(days=1)
    JoinRequest.objects.create(
        person=visitor,
        structure=garden,
        role=RoleSeat.Role.SUPERVISOR,
        message="J’encadre l’équipe des berges depuis septembre. Basile Granit peut le dire.",
        asked_at=morning,
    )
    Invitation.objects.create(
        address=f"accompagnement@{DOMAIN}",
        role=RoleSeat.Role.COUNSELLOR,
        structure=garden,
        by=director,
        token_hash=fingerprint("demonstration"),
        sent_at=morning,
        expires_at=morning + timedelta(days=VALID_DAYS),
    )

"""Whoever directs a structure of the demo; somebody without a way in where nobody does."""

from django.contrib.auth.hashers import make_password

from cordee.accounts.models import User
from cordee.members.models import RoleSeat, Structure
from demo.people import DOMAIN


def director_of(structure: Structure) -> User:
    """Found, or made once."""
    found = RoleSeat.objects.directing(structure).people().order_by("pk").first()
    if found is not None:
        return found
    # Two structures of one establishment have one direction.
    person, _ = User.objects.get_or_create(
        email=f"direction-{structure.siret}@{DOMAIN}",
        defaults={
            "display_name": f"La direction de {structure.shown_name}",
            "password": make_password(None),
        },
    )
    RoleSeat.objects.create(person=person, role=RoleSeat.Role.DIRECTOR, structure=structure)
    return person

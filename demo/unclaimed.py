"""A structure that nobody took over, as a list brought it, and the person who asks to direct it.

Beside the world known by heart: no figure of it changes, as a structure without a known trade or
crew takes no place in a proposal of the valley. All invented.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.tables import Row
from cordee.members.actions.imports import import_structures
from cordee.members.actions.joining import ask_to_join
from cordee.members.models import RoleSeat, Structure
from demo.numbers import fictional_siret
from demo.people import DOMAIN
from demo.valley import commune

EMAIL = f"reprise@{DOMAIN}"
RANK = 80_001
CITY = "Saint-Aubin-sur-Verdoire"


@transaction.atomic
def add_unclaimed(*, now: datetime) -> Structure:
    """Import it as a network would, with its guesses; twice is once."""
    siret = fictional_siret(RANK)
    known = Structure.objects.filter(siret=siret).first()
    if known is not None:
        return known
    place = commune(CITY)
    values = {
        "siret": siret,
        "kind": "ACI",
        "name": "Garage solidaire de la Verdoire",
        "naf": "45.20A",
        "postcode": place.postcode,
        "city": CITY,
        "department": place.department,
        "lat": str(place.latitude),
        "lon": str(place.longitude),
    }
    import_structures(
        [Row(2, values)], by=None, source="Liste de démonstration", on=timezone.localdate(now)
    )
    structure = Structure.objects.get(siret=siret)
    ask_to_join(
        person=User.objects.get(email=EMAIL),
        structure=structure,
        role=RoleSeat.Role.DIRECTOR,
        message="Je dirige le garage depuis janvier.",
        now=now,
    )
    return structure

"""Who may take the lead of an alliance, or withdraw it. Each docstring is the rule."""

import uuid

from django.http import Http404

from cordee.accounts.models import User
from cordee.alliances.access import AllianceAccess
from cordee.alliances.coordination.actions import successors, unled
from cordee.alliances.models import Alliance, AllianceCoordinator
from cordee.base.found import first_or_404


def unled_alliance_for(person: User, pk: uuid.UUID) -> Alliance:
    """An alliance that nobody leads and that is the user's to take over (`successors`), or 404.

    Whoever leads a rival on the lot opens it too, and reads why they may not, and nothing of it.
    """
    rows = unled().select_related("network", "structure", "opportunity")
    found = rows.filter(pk=pk).first()
    if found is None or person not in successors(found):
        raise Http404("Cette alliance n’existe pas, ou quelqu’un la coordonne.")
    return found


def coordination_for(access: AllianceAccess, coordinator_pk: int) -> AllianceCoordinator:
    """Somebody who leads the alliance, for who leads it too; or 404."""
    rows = access.alliance.coordinators.select_related("person")
    return first_or_404(
        rows.filter(pk=coordinator_pk), "Cette personne ne coordonne pas l’alliance."
    )

"""What members learn at work this year, added up on the home of their network (decision 18)."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.masking import FEWEST, SOURCES_AT_LEAST, band
from cordee.base.ui import panels
from cordee.members.models import RoleSeat
from cordee.members.network_access import desk_for
from cordee.members.sharing import FigureClass
from cordee.skills.training import numbers

TITLE = "Ce que vos membres apprennent au travail"


@require_safe
def network(request: SignedInRequest, slug: str) -> HttpResponse:
    """Bands of a total, for who works in the network; never a number of one member.

    Not of a delegation seen from its parent: what is left of the whole would tell the others. Of
    the three structures at least, none is one that the reader knows from within.
    """
    desk, on = desk_for(request.user, slug), timezone.localdate()
    members = set(desk.structures(on).values_list("pk", flat=True))
    opened = members & desk.viewer(on).seen[FigureClass.LEARNING]
    is_whole = desk.network == desk.acting_for
    found = numbers.of_structures(opened if is_whole else (), on.replace(month=1, day=1), on)
    own = RoleSeat.objects.held_by(request.user).values_list("structure", flat=True)
    totals = numbers.Totals.of(found.values())
    is_shown = totals.learners >= FEWEST and len(found.keys() - set(own)) >= SOURCES_AT_LEAST
    context = {
        "network": desk.network,
        "year": on.year,
        "opened": len(opened),
        "members": len(members),
        "is_whole": is_whole,
        "bands": {
            "heures d’AFEST": band(totals.hours),
            "heures d’entraînement au poste, pas encore une AFEST": band(totals.training_hours),
            "personnes qui ont appris": band(totals.learners),
            "critères acquis": band(totals.acquired),
            "unités du CQP acquises": band(totals.units),
        }
        if is_shown
        else {},
    }
    return panels.shown(request, "skills/training/network.html", context, title=TITLE)

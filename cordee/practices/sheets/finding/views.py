"""« Ce que d’autres ont fait », a panel of the page where it serves."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui import panels
from cordee.practices.access import structures_written_for
from cordee.practices.models import Sheet
from cordee.practices.sheets.finding.moments import around
from cordee.practices.sheets.finding.others import chosen

TITLE = "Ce que d’autres ont fait"


@require_safe
def others(request: SignedInRequest, slot: str, key: str) -> HttpResponse:
    on = timezone.localdate()
    moment, place = around(request.user, slot, key, on)
    own = Sheet.objects.by_structures(structures_written_for(request.user))
    lines = chosen(moment, place, own=own, on=on)
    if request.headers.get("HX-Request") and not lines:
        # Nothing to say: the page that asked shows no empty card.
        return HttpResponse(headers={"HX-Retarget": "this", "HX-Reswap": "delete"})
    return panels.shown(request, "practices/finding/others.html", {"lines": lines}, title=TITLE)

"""« Passerelles »: immersions of a structure, for who teaches there or directs it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.bridge import access
from cordee.bridge.immersions import pages
from cordee.bridge.models import ErasedImmersions
from cordee.bridge.tabs import frame_of

HOME = "bridge:immersions"


@require_safe
def immersions(request: SignedInRequest, pk: int) -> HttpResponse:
    structure, on = access.bridge_structure_for(request.user, pk), timezone.localdate()
    context = frame_of(request.user, structure, HOME)
    every = list(structure.immersions.whole())
    rows = [pages.row_of(row, on, context["teaches"]) for row in every]
    here = [row for row in rows if row.immersion.taken_back_at is None]
    this_year = structure.immersions.filter(first_on__year=on.year)
    erased = ErasedImmersions.objects.filter(structure=structure, year=on.year)
    context |= {
        "title": pages.title_of(here, on),
        "rows": [row for row in here if not row.ending],
        "ended": [row for row in here if row.ending],
        "taken_back": [row for row in rows if row.immersion.taken_back_at],
        "counts": pages.counts(this_year, erased, on),
        "year": on.year,
    }
    return render(request, "bridge/immersions/list.html", context)

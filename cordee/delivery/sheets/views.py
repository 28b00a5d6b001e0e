"""« Déposer un relevé »: a sheet is read, its totals are shown, then kept by one gesture."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cordee.accounts.requests import SignedInRequest
from cordee.base.limits import takes_files
from cordee.base.ui import french
from cordee.base.ui.forms import posted, refusals_as_messages, render_form
from cordee.delivery.access import ABSENT, inside_for
from cordee.delivery.sheets.actions import keep_totals, known_hours, signed_totals
from cordee.delivery.sheets.forms import MOST_BYTES, SheetForm
from cordee.delivery.tabs import frame_of
from cordee.members.acting import viewer_of


@takes_files(MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose a file, then read its totals over; nothing of the file is kept."""
    access = inside_for(request.user, pk)
    if not access.states:
        raise Http404(ABSENT)
    if signed := request.POST.get("totaux"):
        with refusals_as_messages(request):
            kept = keep_totals(access=access, signed=signed, now=timezone.now())
            told = french.count(kept, "ligne notée", "lignes notées")
            messages.success(request, f"C’est fait\u00a0: {told}. Rien d’autre n’est gardé.")
            return redirect("delivery:hours", pk)
        return redirect("delivery:sheet", pk)
    on = viewer_of(request).on
    form = SheetForm(posted(request), request.FILES or None, access=access, on=on)
    context = frame_of(access, "delivery:delivery") | {"form": form, "title": "Déposer un relevé"}
    if not form.is_valid():
        return render_form(request, "delivery/sheets/choose.html", context)
    known = known_hours(form.partner)
    rows = [
        (form.lots[str(place[0])], place[1].label, place[2], known.get(place), minutes)
        for place, minutes in sorted(form.read.minutes.items())
    ]
    whole = french.hours(sum(form.read.minutes.values()))
    context |= {
        "title": f"Ce relevé compte {whole}",
        "partner": form.partner,
        "lots": form.lots,
        "rows": rows,
        "left_out": form.read.left_out.items(),
        "sheets": form.read.sheets,
        "signed": signed_totals(
            form.partner,
            form.read.minutes,
            by=request.user.pk,
            replaces=form.cleaned_data["remplace"],
        ),
    }
    return render_form(request, "delivery/sheets/preview.html", context)

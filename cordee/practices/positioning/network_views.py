"""What a network reads of positionings, in bands; the pairs it proposes; the grid it makes its
own. Of visits it reads how many took place, and nothing of what was written."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.files.storing import to_save
from cordee.base.found import first_or_404, number
from cordee.base.ui import panels
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.members.actions.undoable import keep_row
from cordee.members.network_access import counted_for, desk_for, staff_desk_for
from cordee.members.sharing import FigureClass
from cordee.practices.models import PositioningGrid, Visit
from cordee.practices.positioning import access, actions, bands, grid, pairs
from cordee.practices.positioning.forms import GridFileForm
from cordee.practices.positioning.views import EDIT, FRAME
from cordee.rules.trades import TRADES


@require_safe
def positionings(request: SignedInRequest, slug: str) -> HttpResponse:
    """Bands of one function, and how many visits took place this year."""
    on = timezone.localdate()
    found = counted_for(request.user, slug, FigureClass.POSITIONING, on)
    members = found.desk.structures(on).order_by().values("pk")
    made = Visit.objects.filter(visited__in=members).made(on.replace(month=1, day=1), on)
    context = FRAME | {
        "found": found,
        "network": found.desk.network,
        "bands": bands.bands_of(found, request.GET.get("fonction", "")),
        "visits": made.count(),
        "year": on.year,
    }
    template, title = "practices/positioning/network.html", "Où vos membres disent en être"
    return panels.shown(request, template, context, title=title)


@EDIT
def proposals(request: SignedInRequest, slug: str) -> HttpResponse:
    """Pairs of members of one trade, and what proposes one of them to both."""
    desk, on = desk_for(request.user, slug), timezone.localdate()
    if request.method == "POST":
        one, other = (
            access.member_of(desk, number(request.POST.get(side, "")) or 0, on)
            for side in ("visiting", "visited")
        )
        row = Visit(visiting=one, visited=other, proposed_by=desk.network, noted_by=request.user)
        row.grid = pairs.grid_of(other, on)
        with refusals_as_messages(request):
            actions.ask_visit(visit=row, by=request.user)
            messages.success(request, f"C’est proposé à {one.shown_name}, qui choisit le jour.")
    asked = request.GET.get("metier", "")
    trade = asked if asked in TRADES else ""
    context = FRAME | {
        "network": desk.network,
        "trades": [("", "Tous les métiers"), *((key, t.label) for key, t in TRADES.items())],
        "trade": trade,
        "pairs": pairs.pairs(request.user, desk, trade, on),
        "proposed": access.proposals_of(desk, on).select_related("visited", "visiting"),
    }
    return render(request, "practices/positioning/pairs.html", context)


@require_POST
def withdraw(request: SignedInRequest, slug: str, key: int) -> HttpResponse:
    """A proposal taken back; its pair then stands among those to propose."""
    rows = access.proposals_of(desk_for(request.user, slug), timezone.localdate())
    row = first_or_404(rows.filter(pk=key), "Cette proposition n’attend plus de jour.")
    with refusals_as_messages(request):
        now = timezone.now()
        keep_row(row=row, owner=row.visited, is_kept=False, by=request.user, now=now)
        messages.success(request, "La proposition est retirée. Vous pouvez la refaire.")
    return redirect("practices:visit_pairs", slug)


@EDIT
def network_grid(request: SignedInRequest, slug: str) -> HttpResponse:
    """The grid with which members begin; another one sent."""
    network = staff_desk_for(request.user, slug).network
    form = GridFileForm(posted(request), request.FILES or None)
    if form.is_valid():
        with refusals_in(form, on="file"):
            actions.keep_grid(network=network, text=form.cleaned_data["file"], by=request.user)
            messages.success(request, "Vos membres commencent avec cette grille.")
            return redirect("practices:network_grid", slug)
    newest = PositioningGrid.objects.newest_of(network)
    taken_back = PositioningGrid.objects.filter(network=network, taken_back_at__isnull=False)
    context = FRAME | {
        "network": network,
        "grid": newest,
        "value": newest.value if newest else grid.read(grid.own_text()),
        "taken_back": taken_back,
        "form": form,
    }
    return render_form(request, "practices/positioning/grid.html", context)


@require_safe
def grid_file(request: SignedInRequest, slug: str) -> HttpResponse:
    """The one in force, else ours: what one changes to make one's own."""
    newest = PositioningGrid.objects.newest_of(staff_desk_for(request.user, slug).network)
    text = newest.text if newest else grid.own_text()
    return to_save("grille.toml", text, "text/plain; charset=utf-8")


@require_POST
def keep_grid(request: SignedInRequest, slug: str, key: int, *, is_kept: bool) -> HttpResponse:
    """Taken back, members begin with the one before, else with ours; positionings keep theirs."""
    row, by = access.grid_for(request.user, slug, key), request.user
    with refusals_as_messages(request):
        keep_row(row=row, owner=row.network, is_kept=is_kept, by=by, now=timezone.now(), of="grid")
        messages.success(request, "La grille est remise." if is_kept else "La grille est retirée.")
    return redirect("practices:network_grid", slug)

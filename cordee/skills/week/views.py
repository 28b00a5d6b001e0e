"""« La semaine »: what is planned for a Monday, as last Monday was or as it was kept."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui import french
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.members.models import RoleSeat
from cordee.skills import access
from cordee.skills.week import page
from cordee.skills.week.actions import keep_board
from cordee.skills.week.forms import BoardForm
from cordee.skills.week.plan import Day, day_asked, read_day

SEVEN_DAYS = timedelta(days=7)
EDIT = require_http_methods(["GET", "HEAD", "POST"])


@EDIT
def week(request: SignedInRequest, pk: int) -> HttpResponse:
    """The board of a day; posted, what is shown is kept as it is."""
    day = _day(request, pk)
    if request.method == "POST":
        with refusals_as_messages(request):
            keep_board(day=day, plan=day.plan, seen=request.POST.get("seen", ""), by=request.user)
            messages.success(request, "C’est gardé.")
        return redirect(_address("week", day))
    context = {
        "structure": day.structure,
        "day": day,
        "weekday": page.weekday(day.on),
        "title": page.title_of(day),
        "standing": page.standing_of(day),
        "nobody": page.nobody_of(day),
        "groups": page.groups_of(day),
        "others": [day.on - SEVEN_DAYS, day.on + SEVEN_DAYS],
    }
    return render(request, "skills/week/board.html", context)


@EDIT
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sheet to fill in. Where somebody kept another one meanwhile, what was typed stays."""
    day = _day(request, pk)
    form = BoardForm(posted(request), day=day)
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        with refusals_in(form):
            keep_board(day=day, plan=form.plan, seen=seen, by=request.user)
            messages.success(request, "C’est gardé.")
            return redirect(_address("week", day))
        # Read now: kept again, it replaces what was kept meanwhile.
        form.data["seen"] = day.plan.mark
    context = {
        "structure": day.structure,
        "form": form,
        "title": f"Changer {page.weekday(day.on)} {french.day(day.on, day.today)}",
        "board": _address("week", day),
        "titles": sorted({title for title, *_ in form.situations.values()}),
        "team": RoleSeat.objects.filter(structure=day.structure).people(),
    }
    return render_form(request, "skills/week/change.html", context)


def _day(request: SignedInRequest, pk: int) -> Day:
    structure, today = access.taught_structure_for(request.user, pk), timezone.localdate()
    return read_day(structure, day_asked(request.GET.get("jour", ""), today), today)


def _address(route: str, day: Day) -> str:
    return reverse(f"skills:{route}", args=[day.structure.pk], query={"jour": f"{day.on:%Y-%m-%d}"})

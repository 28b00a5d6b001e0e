"""« Nous l’avons reprise, adaptée, essayée sans succès »; « elle tient toujours »; « en faire une
fiche »."""

import contextlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base import limits
from cordee.base.found import first_or_404
from cordee.base.ui import panels
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.practices.access import may_write, published_sheet_for, sheet_for, written_sheet_for
from cordee.practices.models import Reuse
from cordee.practices.reuse import access, actions
from cordee.practices.reuse.forms import ReuseForm
from cordee.practices.reuse.records import begin, sheet_of
from cordee.practices.reuse.sources import record_for
from cordee.practices.reuse.validity import range_of_validity

TITLE = "Reprises ailleurs"
FROM_RECORD = "En faire une fiche"
SHOWN = 3


@login_not_required
@never_cache
@require_safe
def reuses(request: HttpRequest, pk: int) -> HttpResponse:
    """What others did with it, read with the names of today; a panel of the sheet."""
    limits.count_visit(request)
    user, sheet = request.user, sheet_for(request.user, pk)
    rows = list(sheet.reuses.elsewhere().select_related("structure__department"))
    context: dict[str, Any] = {
        "sheet": sheet,
        "range": range_of_validity(rows),
        "rows": rows[:SHOWN] if request.headers.get("HX-Request") else rows,
        "count": len(rows),
    }
    if user.is_authenticated:
        context |= {
            "own": access.own_reuses_for(user, sheet).select_related("structure"),
            "may_say": access.reusers_for(user, sheet).exists(),
            "writes": may_write(user, sheet),
        }
    return panels.shown(request, "practices/reuse/panel.html", context, title=TITLE)


@require_http_methods(["GET", "HEAD", "POST"])
def say(request: SignedInRequest, pk: int, key: int | None = None) -> HttpResponse:
    sheet = published_sheet_for(request.user, pk)
    row = access.reuse_for(request.user, sheet, key) if key else Reuse(sheet=sheet)
    own = [row.structure] if key else list(access.reusers_for(request.user, sheet))
    if not own:
        said = access.own_reuses_for(request.user, sheet).in_force()
        return redirect("practices:edit_reuse", pk, first_or_404(said, access.NOT_YOURS).pk)
    form = ReuseForm(posted(request), instance=row, own=own)
    if form.is_valid():
        is_named = form.cleaned_data["is_named"]
        with refusals_in(form):
            actions.write_reuse(row=row, is_named=is_named, by=request.user, now=timezone.now())
            messages.success(request, "C’est dit, et ses autrices le savent. Merci pour elles.")
            return redirect(sheet)
    context = {"form": form, "sheet": sheet, "is_new": not key}
    return render_form(request, "practices/reuse/say.html", context)


@require_POST
def keep(request: SignedInRequest, pk: int, key: int, *, is_kept: bool) -> HttpResponse:
    row = access.reuse_for(request.user, published_sheet_for(request.user, pk), key)
    with refusals_as_messages(request):
        actions.keep_reuse(row=row, is_kept=is_kept, by=request.user, now=timezone.now())
        words = "C’est remis." if is_kept else "C’est retiré. Vous pouvez le remettre."
        messages.success(request, words)
    return redirect(row.sheet)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """The way from a mail or from the day, and the button of the sheet."""
    sheet = written_sheet_for(request.user, pk)
    if request.method != "POST":
        return render(request, "practices/reuse/confirm.html", {"sheet": sheet})
    with refusals_as_messages(request):
        actions.confirm_sheet(sheet=sheet, by=request.user, now=timezone.now())
        messages.success(request, "C’est confirmé\u00a0: la fiche revient devant, pour un an.")
    return redirect(sheet)


@require_safe
def record_panel(request: SignedInRequest, kind: str, key: str) -> HttpResponse:
    """The way to a sheet, on the page of what was done. It says nothing of what is not theirs."""
    context: dict[str, Any] = {"kind": kind, "key": key}
    with contextlib.suppress(Http404):
        record_for(request.user, kind, key, timezone.localdate())
        context |= {"may_tell": True, "known": sheet_of(kind, key)}
    return panels.shown(request, "practices/reuse/record_panel.html", context, title=FROM_RECORD)


@require_http_methods(["GET", "HEAD", "POST"])
def from_record(request: SignedInRequest, kind: str, key: str) -> HttpResponse:
    """The facts that are there, each with its source; then the draft that holds them."""
    now = timezone.now()
    record = record_for(request.user, kind, key, timezone.localdate(now))
    if (known := sheet_of(kind, key)) is not None:
        return redirect(known)
    if request.method == "POST":
        with refusals_as_messages(request):
            agrees, by = bool(request.POST.get("accord")), request.user
            sheet = begin(record=record, kind=kind, key=key, with_guarded=agrees, by=by, now=now)
            messages.success(request, "Le brouillon est là. Rien n’est publié.")
            return redirect(sheet)
    return render(request, "practices/reuse/from_record.html", {"record": record})

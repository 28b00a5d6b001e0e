"""« Visites croisées » of a structure: asked, agreed on, told, read, published or not."""

from zlib import crc32

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.members.access import directs, edited_structure_for, structure_for
from cordee.members.actions.undoable import keep_row
from cordee.practices.models import Visit
from cordee.practices.positioning import access, actions, pages, pairs
from cordee.practices.positioning.access import VisitAccess
from cordee.practices.positioning.forms import ReportForm, VisitForm
from cordee.practices.positioning.views import EDIT, FRAME, ask_function


@require_safe
def visits(request: SignedInRequest, pk: int) -> HttpResponse:
    """All of one's own; of another structure, those whose report it published, also on its page."""
    structure = structure_for(request.user, pk)
    context = FRAME | {
        "structure": structure,
        "is_own": directs(request.user, structure),
        "visits": access.visits_for(request.user, structure),
    }
    if request.headers.get("HX-Request"):
        return render(request, "practices/positioning/published.html", context)
    return render(request, "practices/positioning/visits.html", context)


@EDIT
def ask(request: SignedInRequest, pk: int, key: int | None = None) -> HttpResponse:
    """A visit to make, or another day of one that is not told nor refused yet."""
    structure = edited_structure_for(request.user, pk)
    visit = Visit(visiting=structure, noted_by=request.user)
    if key is not None:
        visit = access.own_visit_for(request.user, pk, key, "visiting")
        if not VisitAccess(visit, is_visited=False, is_visiting=True).may_plan:
            raise Http404("Le jour de cette visite ne change plus.")
    near = pairs.near(request.user, structure) if key is None else None
    form = VisitForm(posted(request), instance=visit, near=near)
    if form.is_valid():
        visit = form.instance
        if key is None:
            visit.grid = pairs.grid_of(visit.visited, timezone.localdate())
        with refusals_in(form):
            actions.ask_visit(visit=visit, by=request.user)
            messages.success(request, f"{visit.visited.shown_name} reçoit votre demande.")
            return redirect("practices:visit", pk, visit.pk)
    context = FRAME | {"structure": structure, "visit": visit, "form": form}
    return render_form(request, "practices/positioning/visit_edit.html", context)


@require_safe
def visit(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    found = access.visit_for(request.user, pk, key)
    grid, notes = found.visit.grid.value, found.visit.notes
    report = [(each.name, *notes[each.key]) for each in grid.criteria if each.key in notes]
    context = FRAME | {
        "structure": structure_for(request.user, pk),
        "access": found,
        "visit": found.visit,
        "gestures": pages.gestures_of(found),
        "are_together": not found.visit.sent_at
        and bool(access.answering_together(request.user, found.visit.pair)),
        "functions": grid.functions,
        "report": report if found.reads_report else [],
    }
    return render(request, "practices/positioning/visit.html", context)


@require_POST
def answer(request: SignedInRequest, pk: int, key: int, *, is_agreed: bool) -> HttpResponse:
    row = access.own_visit_for(request.user, pk, key, "visited")
    with refusals_as_messages(request):
        actions.answer_visit(visit=row, is_agreed=is_agreed, by=request.user)
        messages.success(request, f"Votre {'oui' if is_agreed else 'non'} est noté.")
    return redirect("practices:visit", pk, key)


@EDIT
def report(request: SignedInRequest, pk: int, key: int, function: str) -> HttpResponse:
    """One function of the grid, for who visited; kept, the next one."""
    row = access.own_visit_for(request.user, pk, key, "visiting")
    if not VisitAccess(row, is_visited=False, is_visiting=True).may_report:
        raise Http404(access.ABSENT)
    grid = row.grid.value
    form = ReportForm(posted(request), visit=row, function=grid.function(function))
    if form.is_valid():
        with refusals_in(form):
            actions.note_visit(visit=row, said=form.said, by=request.user)
            again = f"C’est gardé, et renvoyé à {row.visited.shown_name}."
            told = again if row.sent_at else "C’est gardé. Personne d’autre ne le lit encore."
            messages.success(request, told)
            if following := grid.after(function):
                return redirect("practices:visit_report", pk, key, following[0].key)
            return redirect("practices:visit", pk, key)
    said = [f.key for f in grid.functions if any(c.key in row.notes for c in f.criteria)]
    # New as soon as something is kept: what the browser holds is then dropped.
    keep = f"visite-{row.pk}-{function}-{crc32(str(row.notes).encode())}"
    structure = row.visiting
    return ask_function(request, grid, form, said, structure=structure, visit=row, keep=keep)


@require_POST
def pass_on(
    request: SignedInRequest, pk: int, key: int, *, at: str, is_open: bool = True
) -> HttpResponse:
    """The report sent, by who visited; published or not any more, by the visited one."""
    side = "visiting" if at == "sent_at" else "visited"
    row, now = access.own_visit_for(request.user, pk, key, side), timezone.now()
    by, read = request.user, request.POST.get("lu", "")
    with refusals_as_messages(request):
        actions.pass_on(visit=row, at=at, is_open=is_open, by=by, now=now, read=read)
        who = row.visited.shown_name if at == "sent_at" else "Qui est inscrit sur Cordée"
        messages.success(request, f"{who} peut le lire." if is_open else "Il n’est plus publié.")
    return redirect("practices:visit", pk, key)


@require_POST
def keep(request: SignedInRequest, pk: int, key: int, *, is_kept: bool) -> HttpResponse:
    """Called off by either side, or put back."""
    row, now = access.own_visit_for(request.user, pk, key), timezone.now()
    with refusals_as_messages(request):
        keep_row(row=row, owner=row.visited, is_kept=is_kept, by=request.user, now=now)
        messages.success(request, "La visite est remise." if is_kept else "La visite est retirée.")
    return redirect("practices:visits", pk)

"""Commissions of a network: what they produced, their meetings, the time given to them."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.base import files
from cordee.base.limits import takes_files
from cordee.base.ui import french, panels
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.members.actions.undoable import keep_row
from cordee.practices.commissions import access, actions, finding, forms, pages
from cordee.practices.commissions.tabs import frame_of
from cordee.practices.models import (
    Commission,
    CommissionFile,
    CommissionSeat,
    GivenHours,
    Meeting,
    MeetingTask,
    Product,
    Session,
)

MINUTES_FOUND = "Dans les comptes rendus de vos commissions"


class Part(NamedTuple):
    """What addresses name: its rows, its form, the title of a new one, "" where none is added so;
    what its verb in the journal ends with, unless it is the row."""

    model: Any
    form: type[forms.PartForm] | None = None
    adding: str = ""
    editing: str = "Modifier"
    of: str = ""


PARTS = {
    "commissions": Part(Commission, forms.CommissionForm, "Ouvrir une commission"),
    "sessions": Part(Session, forms.SessionForm, "Annoncer une session"),
    "places": Part(CommissionSeat, forms.SeatForm, "Ajouter une structure"),
    "reunions": Part(Meeting, forms.MeetingForm, "Annoncer une réunion"),
    "comptes-rendus": Part(Meeting, forms.MinutesForm, editing="Compte rendu\u00a0:", of="minutes"),
    "taches": Part(MeetingTask, forms.TaskForm, "Ajouter ce qui est à faire"),
    "heures": Part(GivenHours, forms.HoursForm, "Noter du temps donné"),
    "fiches": Part(Product, forms.ProductForm, "Ajouter une fiche produite"),
    "fichiers": Part(CommissionFile),
}


# --- Read -----------------------------------------------------------------------------------------


@require_safe
def commissions(request: SignedInRequest, slug: str) -> HttpResponse:
    found = access.inside_for(request.user, slug)
    rows, on = list(pages.listed(found)), timezone.localdate()
    ended = [row for row in rows if row.ends_on and row.ends_on < on]
    running = [row for row in rows if row not in ended]
    told = french.count(len(running), "commission au travail", "commissions au travail")
    context = frame_of(found) | {
        "title": told if running else "Aucune commission au travail",
        "rows": running,
        "ended": ended,
        "taken_back": pages.gone({"commissions": access.commissions_for(found)}),
    }
    return render(request, "practices/commissions/list.html", context)


@require_safe
def own(request: SignedInRequest) -> HttpResponse:
    """The way from the menu: to the network of the user where most commissions are."""
    network = access.own_network_for(request.user)
    if network is None:
        return redirect("networks:index")
    return redirect("practices:commissions", network.slug)


@require_safe
def panel(request: SignedInRequest, slug: str) -> HttpResponse:
    found = access.inside_for(request.user, slug)
    context = {"network": found.network, "rows": pages.listed(found)[:2]}
    title = "Commissions et sessions"
    return panels.shown(request, "practices/commissions/panel.html", context, title=title)


@require_safe
def minutes_found(request: SignedInRequest) -> HttpResponse:
    """Under what answers a question, what minutes say of it."""
    context = {"rows": finding.minutes_answering(request.user, request.GET.get("q", ""))}
    template = "practices/commissions/minutes_found.html"
    return panels.shown(request, template, context, title=MINUTES_FOUND)


@require_safe
def commission(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    found = access.inside_for(request.user, slug)
    row = access.commission_for(found, pk)
    own = {"commission": row, "row": row, "sort": "commissions"}
    context = frame_of(found) | own | pages.page_of(found, row)
    return render(request, "practices/commissions/commission.html", context)


@require_safe
def meeting(request: SignedInRequest, slug: str, key: int) -> HttpResponse:
    found = access.inside_for(request.user, slug)
    row = access.meeting_for(found, key)
    reads = row.published_at or access.reads_drafts(found, row.commission)
    tasks = found.read(row.tasks.all()).select_related("structure")
    context = frame_of(found) | {
        "title": str(row),
        "commission": row.commission,
        "meeting": row,
        "row": row,
        "sort": "reunions",
        "reads": reads,
        "agenda": pages.lines_of(row.agenda),
        "minutes": pages.minutes_of(row),
        "tasks": tasks if reads else (),
        "own": {each.pk for each in found.own},
    }
    return render(request, "practices/commissions/meeting.html", context)


@require_safe
def file(request: SignedInRequest, slug: str, key: int) -> HttpResponse:
    """One file, to save: for who sits in the commission."""
    return files.download(access.file_for(access.inside_for(request.user, slug), key).stored)


# --- Written --------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def edit(
    request: SignedInRequest, slug: str, sort: str, key: int | None = None, of: int | None = None
) -> HttpResponse:
    """Add or correct what an address names; who directs a member notes hours and nothing else."""
    found, part = _named(request, slug, sort)
    if part.form is None or not (key or part.adding):
        raise Http404(access.ABSENT)
    row = access.part_for(found, part.model, key) if key else _new(found, part.model, of or 0)
    title = f"{part.editing} «\u00a0{row}\u00a0»" if key else part.adding
    # The date on which most can come, from the page of a letter.
    initial = {} if key else {"begins_at": request.GET.get("le", "")}
    back = row.get_absolute_url()
    form = part.form(posted(request), instance=row, initial=initial, found=found)
    if form.is_valid():
        with refusals_in(form):
            said: Any = {"network": found.network, "by": request.user, "of": part.of}
            kept = actions.write_row(row=row, **said)
            messages.success(request, "C’est noté.")
            return redirect(kept)
    above = row if part.model is Commission else getattr(row, "commission", None)
    frame = frame_of(found, "sessions" if part.model is Session else "commissions")
    context = frame | {"commission": above, "form": form, "title": title, "back": back}
    return render_form(request, "practices/commissions/form.html", context)


@require_POST
def keep(
    request: SignedInRequest, slug: str, sort: str, key: int, *, is_kept: bool
) -> HttpResponse:
    """Take back what an address names, or put it back."""
    found, part = _named(request, slug, sort)
    row = access.part_for(found, part.model, key)
    with refusals_as_messages(request):
        keep_row(row=row, owner=found.network, is_kept=is_kept, **by_now(request))
        messages.success(request, "C’est remis." if is_kept else "C’est retiré.")
    return redirect(row)


@require_POST
def publish(request: SignedInRequest, slug: str, key: int) -> HttpResponse:
    """Show the minutes to the members; or back to a draft."""
    row = access.meeting_for(access.writer_for(request.user, slug), key)
    is_published = request.POST.get("fait") == "publier"
    with refusals_as_messages(request):
        actions.publish_minutes(meeting=row, is_published=is_published, **by_now(request))
        shown = "Les membres du réseau le lisent." if is_published else "C’est un brouillon."
        messages.success(request, shown)
    return redirect(row)


@require_POST
def done(request: SignedInRequest, slug: str, key: int) -> HttpResponse:
    """What is to be done is done; or to do again."""
    found = access.inside_for(request.user, slug)
    task, is_done = access.task_for(found, key), request.POST.get("fait") == "oui"
    said: Any = {"is_kept": not is_done, "of": "task_to_do", "at": "done_at", **by_now(request)}
    keep_row(row=task, owner=found.network, **said)
    messages.success(request, "C’est fait." if is_done else "C’est de nouveau à faire.")
    return redirect(task)


@takes_files(files.MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def add_file(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    found = access.writer_for(request.user, slug)
    row = access.commission_for(found, pk)
    form = forms.CommissionFileForm(posted(request), request.FILES or None)
    if form.is_valid():
        sent, words = form.cleaned_data["file"], form.cleaned_data["words"]
        said: Any = {"name": sent.name, "content": sent.read(), "words": words, **by_now(request)}
        with refusals_in(form, on="file"):
            actions.add_file(commission=row, **said)
            messages.success(request, "Le fichier est gardé. La commission peut le lire.")
            return redirect(row)
    said = {"form": form, "title": "Ajouter un fichier", "back": row.get_absolute_url()}
    context = frame_of(found) | {"commission": row} | said
    return render_form(request, "practices/commissions/form.html", context)


def _named(request: SignedInRequest, slug: str, sort: str) -> tuple[access.Inside, Part]:
    """Who writes, and what; or 404."""
    found, part = access.inside_for(request.user, slug), PARTS.get(sort)
    if part is None or not (found.writes or (found.own and part.model is GivenHours)):
        raise Http404(access.ABSENT)
    return found, part


def _new(found: access.Inside, sort: Any, of: int) -> Any:
    """A row of the network, of its commission or, of what is to be done, of its meeting."""
    if sort is MeetingTask:
        return MeetingTask(meeting=access.meeting_for(found, of))
    if sort in (Commission, Session):
        return sort(network=found.network)
    return sort(commission=access.commission_for(found, of))

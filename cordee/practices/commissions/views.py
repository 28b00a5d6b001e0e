"""Commissions of a network: what they produced, their meetings, the time given to them."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.base import files
from cordee.base.limits import takes_files
from cordee.base.ui import french, panels
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.members.actions.undoable import keep_row
from cordee.members.models.undoable import Undoable
from cordee.opportunities.access import networks_of
from cordee.practices.commissions import access, actions, finding, pages
from cordee.practices.commissions.forms import (
    CommissionFileForm,
    CommissionForm,
    HoursForm,
    MeetingForm,
    MinutesForm,
    PartForm,
    ProductForm,
    SeatForm,
    TaskForm,
)
from cordee.practices.commissions.tabs import frame_of
from cordee.practices.models import (
    Commission,
    CommissionFile,
    CommissionSeat,
    GivenHours,
    Meeting,
    MeetingTask,
    Product,
)


class Part(NamedTuple):
    """A part of a commission, as addresses name it: its rows, its form, its titles."""

    model: type[Undoable]
    form: type[PartForm] | None
    adding: str = ""
    editing: str = ""


PARTS = {
    "places": Part(CommissionSeat, SeatForm, "Ajouter une structure", "Corriger une place"),
    "reunions": Part(Meeting, MeetingForm, "Annoncer une réunion", "Changer la réunion"),
    "taches": Part(
        MeetingTask, TaskForm, "Ajouter ce qui est à faire", "Corriger ce qui est à faire"
    ),
    "heures": Part(GivenHours, HoursForm, "Noter du temps donné", "Corriger du temps donné"),
    "fiches": Part(Product, ProductForm, "Ajouter une fiche produite"),
    "fichiers": Part(CommissionFile, None),
}
MINUTES_FOUND = "Dans les comptes rendus de vos commissions"
type Read = tuple[access.Inside, Commission]


def _read(request: SignedInRequest, slug: str, pk: int) -> Read:
    found = access.inside_for(request.user, slug)
    return found, access.commission_for(found, pk)


def _written(request: SignedInRequest, slug: str, pk: int) -> Read:
    found = access.writer_for(request.user, slug)
    return found, access.commission_for(found, pk)


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
        "taken_back": access.commissions_for(found).filter(taken_back_at__isnull=False),
    }
    return render(request, "practices/commissions/list.html", context)


@require_safe
def own(request: SignedInRequest) -> HttpResponse:
    """The way from the menu: to the network of the user where most commissions are."""
    rows = networks_of(request.user, on=timezone.localdate()).distinct()
    most = rows.annotate(many=Count("commissions", distinct=True)).order_by("-many", "pk")
    network = most.first()
    return (
        redirect("practices:commissions", network.slug) if network else redirect("networks:index")
    )


@require_safe
def panel(request: SignedInRequest, slug: str) -> HttpResponse:
    found = access.inside_for(request.user, slug)
    context = {"network": found.network, "rows": pages.listed(found)[:3]}
    title = "Commissions et sessions"
    return panels.shown(request, "practices/commissions/panel.html", context, title=title)


@require_safe
def minutes_found(request: SignedInRequest) -> HttpResponse:
    """Under what answers a question, what minutes say of it."""
    context = {"rows": finding.minutes_answering(request.user, request.GET.get("q", ""))}
    return panels.shown(
        request, "practices/commissions/minutes_found.html", context, title=MINUTES_FOUND
    )


@require_safe
def commission(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    found, row = _read(request, slug, pk)
    context = frame_of(found) | {"commission": row} | pages.page_of(found, row)
    return render(request, "practices/commissions/commission.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, slug: str, pk: int | None = None) -> HttpResponse:
    found = access.writer_for(request.user, slug)
    row = access.commission_for(found, pk) if pk else Commission(network=found.network)
    form = CommissionForm(posted(request), instance=row, found=found, commission=row)
    if form.is_valid():
        with refusals_in(form):
            kept = actions.write_row(row=row, network=found.network, by=request.user)
            return redirect("practices:commission", slug, kept.pk)
    title = "Changer la commission" if pk else "Ouvrir une commission"
    back = reverse("practices:commission", args=[slug, pk]) if pk else _home(slug)
    return _form_page(request, found, row if pk else None, form, title, back)


@require_POST
def keep(request: SignedInRequest, slug: str, pk: int, *, is_kept: bool) -> HttpResponse:
    found, row = _written(request, slug, pk)
    _keep(request, found, row, is_kept)
    return redirect("practices:commissions", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_part(
    request: SignedInRequest, slug: str, pk: int, sort: str, key: int | None = None
) -> HttpResponse:
    """Add or correct a part; who directs a member notes its hours and nothing else."""
    found, row = _read(request, slug, pk)
    part = _part(found, sort)
    if part.form is None:
        raise Http404(access.ABSENT)
    instance = access.part_for(found, row, part.model, key) if key else part.model()
    if key is None:
        _hang(request, found, row, instance)
    # The date on which most can come, from the page of a letter.
    initial = {"begins_at": request.GET.get("le", "")} if key is None else {}
    form = part.form(
        posted(request), instance=instance, initial=initial, found=found, commission=row
    )
    back = _page_of(slug, row, instance)
    if form.is_valid():
        with refusals_in(form):
            kept = actions.write_row(row=form.instance, network=found.network, by=request.user)
            messages.success(request, "C’est noté.")
            return redirect(_page_of(slug, row, kept))
    return _form_page(request, found, row, form, part.editing if key else part.adding, back)


@require_POST
def keep_part(
    request: SignedInRequest, slug: str, pk: int, sort: str, key: int, *, is_kept: bool
) -> HttpResponse:
    found, row = _read(request, slug, pk)
    part = access.part_for(found, row, _part(found, sort).model, key)
    _keep(request, found, part, is_kept)
    gone = isinstance(part, Meeting) and not is_kept
    return redirect(_page_of(slug, row, row if gone else part))


@require_safe
def meeting(request: SignedInRequest, slug: str, pk: int, key: int) -> HttpResponse:
    found, row = _read(request, slug, pk)
    one = access.meeting_for(found, row, key)
    drafts = access.reads_drafts(found, row)
    tasks = one.tasks.in_force() if not found.writes else one.tasks.all()
    context = frame_of(found) | {
        "title": str(one),
        "commission": row,
        "meeting": one,
        "reads": drafts or one.published_at,
        "reads_drafts": drafts,
        "minutes": [
            ("Décidé", pages.lines_of(one.decided)),
            ("Appris", pages.lines_of(one.learnt)),
            ("La prochaine fois", pages.lines_of(one.next_time)),
        ],
        "tasks": tasks.select_related("structure") if drafts or one.published_at else (),
        "own": {each.pk for each in found.own},
    }
    return render(request, "practices/commissions/meeting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: SignedInRequest, slug: str, pk: int, key: int) -> HttpResponse:
    found, row = _written(request, slug, pk)
    one = access.meeting_for(found, row, key)
    form = MinutesForm(posted(request), instance=one, found=found, commission=row)
    back = _page_of(slug, row, one)
    if form.is_valid():
        with refusals_in(form):
            actions.write_row(row=one, network=found.network, by=request.user, of="minutes")
            messages.success(request, "Le compte rendu est gardé.")
            return redirect(back)
    return _form_page(request, found, row, form, "Le compte rendu, en trois questions", back)


@require_POST
def publish(request: SignedInRequest, slug: str, pk: int, key: int) -> HttpResponse:
    """Show the minutes to the members; or back to a draft."""
    found, row = _written(request, slug, pk)
    one, is_published = access.meeting_for(found, row, key), request.POST.get("fait") == "publier"
    with refusals_as_messages(request):
        actions.publish_minutes(meeting=one, is_published=is_published, **by_now(request))
        shown = "Les membres du réseau le lisent." if is_published else "C’est un brouillon."
        messages.success(request, shown)
    return redirect("practices:meeting", slug, pk, key)


@require_POST
def done(request: SignedInRequest, slug: str, pk: int, key: int) -> HttpResponse:
    """What is to be done is done; or to do again."""
    found, row = _read(request, slug, pk)
    task, is_done = access.task_for(found, row, key), request.POST.get("fait") == "oui"
    actions.set_done(task=task, network=found.network, is_done=is_done, **by_now(request))
    messages.success(request, "C’est fait." if is_done else "C’est de nouveau à faire.")
    return redirect("practices:meeting", slug, pk, task.meeting_id)


@require_POST
def sit(request: SignedInRequest, slug: str, pk: int, key: int) -> HttpResponse:
    """« C’est moi »: who has a seat in the structure says that they sit there."""
    found, row = _read(request, slug, pk)
    seat, is_me = access.seat_for(found, row, key), request.POST.get("fait") == "oui"
    actions.take_seat(seat=seat, network=found.network, is_me=is_me, by=request.user)
    messages.success(request, "C’est noté.")
    return redirect("practices:commission", slug, pk)


@takes_files(files.MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def add_file(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    found, row = _written(request, slug, pk)
    bound = request.method == "POST"
    form = CommissionFileForm(posted(request), request.FILES if bound else None)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        with refusals_in(form, on="file"):
            actions.add_file(
                commission=row,
                name=sent.name,
                content=sent.read(),
                words=form.cleaned_data["words"],
                **by_now(request),
            )
            messages.success(request, "Le fichier est gardé. La commission peut le lire.")
            return redirect("practices:commission", slug, pk)
    return _form_page(request, found, row, form, "Ajouter un fichier", _page_of(slug, row, row))


@require_safe
def file(request: SignedInRequest, slug: str, pk: int, key: int) -> HttpResponse:
    """One file, to save: for who sits in the commission."""
    return files.download(access.file_for(*_read(request, slug, pk), key).stored)


def _part(found: access.Inside, sort: str) -> Part:
    """What an address names, for who may write it; or 404."""
    part = PARTS.get(sort)
    if part is None or not (found.writes or (found.own and part.model is GivenHours)):
        raise Http404(access.ABSENT)
    return part


def _hang(request: SignedInRequest, found: access.Inside, row: Commission, part: Any) -> None:
    """A new part hangs on its commission; what is to be done, on the meeting that the address
    names."""
    if isinstance(part, MeetingTask):
        key = request.GET.get("reunion", "")
        part.meeting = access.meeting_for(found, row, int(key) if key.isdecimal() else 0)
    else:
        part.commission = row


def _page_of(slug: str, row: Commission, part: Any) -> str:
    """The page on which a part stands."""
    key = part.meeting_id if isinstance(part, MeetingTask) else part.pk
    if key and isinstance(part, Meeting | MeetingTask):
        return reverse("practices:meeting", args=[slug, row.pk, key])
    return reverse("practices:commission", args=[slug, row.pk])


def _keep(request: SignedInRequest, found: access.Inside, row: Undoable, is_kept: bool) -> None:
    with refusals_as_messages(request):
        keep_row(row=row, owner=found.network, is_kept=is_kept, **by_now(request))
        messages.success(request, "C’est remis." if is_kept else "C’est retiré.")


def _home(slug: str) -> str:
    return reverse("practices:commissions", args=[slug])


def _form_page(
    request: SignedInRequest,
    found: access.Inside,
    row: Commission | None,
    form: Any,
    title: str,
    back: str,
) -> HttpResponse:
    context = frame_of(found) | {"commission": row, "form": form, "title": title, "back": back}
    return render_form(request, "practices/commissions/form.html", context)

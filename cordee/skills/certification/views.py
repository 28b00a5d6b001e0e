"""« CQP »: groups, what each candidate lacks before the jury, its signed minutes, the file."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import first_or_404, number
from cordee.base.ui import french
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.economics.dossiers.views import to_file
from cordee.members.actions.undoable import keep_row
from cordee.rules import afest
from cordee.skills import access
from cordee.skills.certification import actions
from cordee.skills.certification.forms import SORTS, SessionForm
from cordee.skills.certification.papers import jury_file
from cordee.skills.certification.road import Road, families_of, road_of
from cordee.skills.models import Candidate, Cohort, JuryMinutes
from cordee.skills.tabs import frame_of, withdrawn

HERE = "skills:cohorts"


@require_safe
def cohorts(request: SignedInRequest, pk: int) -> HttpResponse:
    """Groups; and for supervisors, until when two titles are registered: a day is asked, not
    kept."""
    structure, on = access.training_structure_for(request.user, pk), timezone.localdate()
    rows = list(structure.cohorts.all())
    kept = [row for row in rows if row.taken_back_at is None]
    preparing = sum(row.jury_on is None or row.jury_on >= on for row in kept)
    title = "Un groupe prépare le CQP" if preparing else "Aucun groupe ne prépare le CQP"
    if preparing > 1:
        title = f"{french.in_letters(preparing).capitalize()} groupes préparent le CQP"
    form = SessionForm(request.GET or None)
    end = max(form.cleaned_data["fin"], on) if form.is_valid() else on
    context = frame_of(request.user, structure, HERE) | {
        "title": title,
        "cohorts": kept,
        "taken_back": [row for row in rows if row.taken_back_at],
        "form": form,
        "titles": [
            (afest.registration(code, on=on), afest.registration_findings(code, on=end))
            for code in ("eti", "etaie")
        ],
    }
    return render(request, "skills/certification/list.html", context)


@require_safe
def cohort(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    """A group, and what lacks to each of its files, in the order of names."""
    structure, on = access.training_structure_for(request.user, pk), timezone.localdate()
    found = access.certification_row(structure, Cohort, key)
    if out := _withdrawn(request, found):
        return out
    rows, families = Candidate.objects.filter(cohort=found).with_file(), families_of(structure)
    roads = [road_of(row, families, on) for row in rows if row.taken_back_at is None]
    lacking = sum(bool(road.lacks) for road in roads)
    title = "Rien ne manque aux dossiers" if roads else "Ce groupe attend ses candidats"
    if lacking:
        title = f"Il manque quelque chose à {french.count(lacking, 'dossier')}"
    context = frame_of(request.user, structure, HERE) | {
        "title": title,
        "cohort": found,
        "roads": roads,
        "taken_back": [row for row in rows if row.taken_back_at],
    }
    return render(request, "skills/certification/cohort.html", context)


@require_safe
def candidate(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    road, reads = _road(request, pk, key)
    row, lacks = road.candidate, road.lacks
    if out := _withdrawn(request, row):
        return out
    is_decided, jury_on = bool(row.minutes.all()), row.cohort.jury_on
    title = "le jury a décidé" if is_decided else "rien ne manque"
    if lacks:
        title = f"il manque {french.in_letters(lacks)} chose{'s' if lacks > 1 else ''}"
    context = frame_of(request.user, row.cohort.structure, HERE) | {
        "title": f"{row.learner}\u00a0: {title}",
        "row": row,
        "road": road,
        "reads": reads,
        # What comes next is the one filled button; nothing does after a decision.
        "is_decided": is_decided,
        "jury_has_met": jury_on is not None and jury_on <= road.on,
        "taken_back": JuryMinutes.objects.filter(candidate=row, taken_back_at__isnull=False),
    }
    return render(request, "skills/certification/candidate.html", context)


@require_safe
def file(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    """Whole, or not at all: it holds what was seen of her."""
    road, reads = _road(request, pk, key)
    if not reads or _withdrawn(request, road.candidate):
        raise Http404(access.ABSENT)
    return to_file(request, jury_file(road))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, pk: int, sort: str, key: int = 0) -> HttpResponse:
    """A row of one sort, new or corrected. New minutes are those of `?candidature=`."""
    structure, (title, form_class) = access.taught_structure_for(request.user, pk), _sort(sort)
    model: Any = form_class._meta.model
    if key:
        row = access.certification_row(structure, model, key)
    elif model is Cohort:
        row = Cohort(structure=structure)
    elif model is JuryMinutes:
        whose = number(request.GET.get("candidature", "")) or 0
        row = JuryMinutes(candidate=access.certification_row(structure, Candidate, whose))
    else:
        raise Http404(access.ABSENT)
    if row.taken_back_at:
        raise Http404("C’est retiré. Vous pouvez le remettre, puis le corriger.")
    form = form_class(posted(request), instance=row)
    if form.is_valid():
        with refusals_in(form):
            learners = form.cleaned_data.get("learners", ())
            row = actions.write(row=row, owner=structure, learners=learners, by=request.user)
            return _to(row, pk)
    context = {"title": title, "form": form, "sort": sort, "key": key, "back": _to(row, pk).url}
    context |= frame_of(request.user, structure, HERE)
    return render_form(request, "skills/certification/edit.html", context)


@require_POST
def keep(request: SignedInRequest, pk: int, sort: str, key: int, *, is_kept: bool) -> HttpResponse:
    structure, now = access.taught_structure_for(request.user, pk), timezone.now()
    row = access.certification_row(structure, _sort(sort)[1]._meta.model, key)
    with refusals_as_messages(request):
        keep_row(row=row, owner=structure, is_kept=is_kept, by=request.user, now=now, of="cqp")
        words = "C’est remis." if is_kept else "C’est retiré. Vous pouvez le remettre plus bas."
        messages.success(request, words)
    return _to(row.cohort if isinstance(row, Candidate) else row, pk)


def _road(request: SignedInRequest, pk: int, key: int) -> tuple[Road, bool]:
    """A candidate on this day; and whether the user reads what was seen and decided of her."""
    structure = access.training_structure_for(request.user, pk)
    rows = Candidate.objects.filter(cohort__structure=structure, pk=key).with_file()
    row = first_or_404(rows, access.ABSENT)
    road = road_of(row, families_of(structure), timezone.localdate())
    return road, access.reads_of(request.user, row.learner)


def _withdrawn(request: SignedInRequest, row: Cohort | Candidate) -> HttpResponse | None:
    """All that is shown of a row that was taken back, or whose group was; or None."""
    cohort = row if isinstance(row, Cohort) else row.cohort
    for sort, each in (("groupe", cohort), ("candidature", row)):
        if each.taken_back_at:
            page = reverse("skills:restore_cqp", args=[cohort.structure_id, sort, each.pk])
            what = each.learner if isinstance(each, Candidate) else each
            return withdrawn(request, cohort.structure, HERE, what, page)
    return None


def _sort(word: str) -> tuple[str, Any]:
    if word not in SORTS:
        raise Http404(access.ABSENT)
    return SORTS[word]


def _to(row: Any, pk: int) -> Any:
    """Where a row is shown: minutes with their candidate, a group not kept in the list."""
    if isinstance(row, JuryMinutes):
        row = row.candidate
    if row.pk is None or row.taken_back_at:
        return redirect(HERE, pk)
    return redirect("skills:cohort" if isinstance(row, Cohort) else "skills:candidate", pk, row.pk)

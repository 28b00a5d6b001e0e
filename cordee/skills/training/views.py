"""« AFEST »: what each course lacks, what was done, and the file for who funds it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import first_or_404
from cordee.base.masking import SOURCES_AT_LEAST, band
from cordee.base.ui import french, panels
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.economics.dossiers.views import to_file
from cordee.members.actions.undoable import keep_row
from cordee.members.network_access import counted_for
from cordee.members.sharing import FigureClass
from cordee.skills import access
from cordee.skills.models import Course, Learner, ReflexiveSequence
from cordee.skills.tabs import frame_of, withdrawn
from cordee.skills.training import actions, numbers
from cordee.skills.training.forms import EVENTS, STEPS, DoneForm, OpeningForm
from cordee.skills.training.papers import funder_file
from cordee.skills.training.standing import Place, place_of

EDIT = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def courses(request: SignedInRequest, pk: int) -> HttpResponse:
    structure, on = access.training_structure_for(request.user, pk), timezone.localdate()
    kept = Course.objects.filter(learner__structure=structure).with_events()
    rows = list(kept.order_by("learner__pseudonym", "pk"))
    places = [place_of(row, on) for row in rows if row.taken_back_at is None]
    running = [each for each in places if each.course.ended_on is None]
    lacking = sum(each.since is None for each in running)
    title = "Rien ne manque aux parcours AFEST" if running else "Aucun parcours AFEST en cours"
    if lacking:
        title = "Un parcours n’est pas encore une AFEST"
    if lacking > 1:
        title = f"{french.in_letters(lacking).capitalize()} parcours ne sont pas encore des AFEST"
    context = frame_of(request.user, structure, "skills:courses") | {
        "title": title,
        "running": running,
        "ended": [each for each in places if each.course.ended_on],
        "taken_back": [row for row in rows if row.taken_back_at],
        "year": on.year,
    }
    totals = numbers.of_structure(structure, on.replace(month=1, day=1), on)
    is_masked = bool(totals.learners) and not (context["teaches"] or totals.is_shown)
    context |= {"is_masked": is_masked, "totals": None if is_masked else totals}
    return render(request, "skills/training/list.html", context)


@EDIT
def add_course(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = access.taught_structure_for(request.user, pk)
    course = Course(learner=Learner(structure=structure))
    initial = {"learner": request.GET.get("personne", "")}
    form = OpeningForm(posted(request), course=course, instance=course, initial=initial)
    if form.is_valid():
        fields = form._meta.fields or ()
        row = actions.write_course(course=form.instance, fields=fields, by=request.user)
        return redirect("skills:course", pk, row.pk)
    return _edit(request, course, form, "Ouvrir un parcours AFEST")


@require_safe
def course(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    place, shows_words = _place(request, pk, key)
    if place.course.taken_back_at:
        page = reverse("skills:restore_event", args=[pk, key, "parcours", key])
        structure = place.course.learner.structure
        return withdrawn(request, structure, "skills:courses", place.course, page)
    context = frame_of(request.user, place.course.learner.structure, "skills:courses") | {
        "title": place.title,
        "place": place,
        "course": place.course,
        "next_words": STEPS[place.next_step][0] if place.next_step else "",
        "gestures": [(slug, words) for slug, (words, _) in EVENTS.items()],
        "shows_words": shows_words,
        "taken_back": [
            (slug, form._meta.model._meta.verbose_name.capitalize(), event)
            for slug, (_, form) in EVENTS.items()
            for event in access.events_of(place.course, form._meta.model)
            if event.taken_back_at
        ],
    }
    return render(request, "skills/training/course.html", context)


@EDIT
def step(
    request: SignedInRequest, pk: int, key: int, step: str, event: int | None = None
) -> HttpResponse:
    """One step of a course: what it says once, or an event, new or corrected."""
    course = access.edited_course_for(request.user, pk, key)
    row = _row(course, step, event)
    if course.taken_back_at or row.taken_back_at:
        raise Http404("C’est retiré. Vous pouvez le remettre, puis le corriger.")
    words, form_class = STEPS[step]
    form = form_class(posted(request), course=course, instance=row, initial=request.GET.dict())
    if form.is_valid():
        fields, by = form._meta.fields or (), request.user
        with refusals_in(form):
            if row is course:
                chosen = getattr(form, "chosen", None)
                actions.write_course(course=course, fields=fields, chosen=chosen, by=by)
            else:
                parts = getattr(form, "parts", None)
                actions.write_event(course=course, row=row, parts=parts, by=by)
            return redirect("skills:course", pk, key)
    place = place_of(course, timezone.localdate()) if step == "fin" else None
    return _edit(request, course, form, words, step=step, event=event, place=place)


@require_POST
def keep(
    request: SignedInRequest, pk: int, key: int, step: str, event: int, *, is_kept: bool
) -> HttpResponse:
    """Take an event back, or the course itself (« parcours »); or put it back."""
    course = access.edited_course_for(request.user, pk, key)
    row = course if step == "parcours" else _row(course, step, event)
    with refusals_as_messages(request):
        by, now, owner = request.user, timezone.now(), course.learner.structure
        keep_row(row=row, owner=owner, is_kept=is_kept, by=by, now=now, of="event")
        words = "C’est remis." if is_kept else "C’est retiré. Vous pouvez le remettre plus bas."
        messages.success(request, words)
    if row is course:
        return redirect("skills:courses", pk)
    return redirect("skills:course", pk, key)


@require_safe
def course_file(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    place, shows_words = _place(request, pk, key)
    if place.course.taken_back_at:
        raise Http404(access.ABSENT)
    return to_file(request, funder_file(place, shows_words=shows_words))


@require_safe
def network(request: SignedInRequest, slug: str) -> HttpResponse:
    """Bands of a total, for who works in the network; never a number of one member.

    Of the three structures at least, none is one that the reader knows from within.
    """
    on = timezone.localdate()
    counted = counted_for(request.user, slug, FigureClass.LEARNING, on)
    found = numbers.of_structures(counted.opened, on.replace(month=1, day=1), on)
    totals = numbers.Totals.of(found.values())
    is_shown = totals.is_shown and len(found.keys() - counted.own) >= SOURCES_AT_LEAST
    context = {
        "network": counted.desk.network,
        "year": on.year,
        "counted": counted,
        "bands": {
            "heures d’AFEST": band(totals.hours),
            "heures d’entraînement au poste, pas encore une AFEST": band(totals.training_hours),
            "personnes qui ont appris": band(totals.learners),
            "critères acquis": band(totals.acquired),
            "unités du CQP acquises": band(totals.units),
        }
        if is_shown
        else {},
    }
    title = "Ce que vos membres apprennent au travail"
    return panels.shown(request, "skills/training/network.html", context, title=title)


def _place(request: SignedInRequest, pk: int, key: int) -> tuple[Place, bool]:
    """A course on this day; and whether the user reads what was seen and said of the person."""
    row = access.course_for(request.user, pk, key)
    return place_of(row, timezone.localdate()), access.reads_of(request.user, row.learner)


def _row(course: Course, step: str, event: int | None) -> Any:
    """What a step writes: the course, an event of it, or a new one; or 404."""
    if step not in STEPS or (event is not None and step not in EVENTS):
        raise Http404("Cette étape n’existe pas.")
    if step not in EVENTS:
        return course
    model = STEPS[step][1]._meta.model
    if event is not None:
        return first_or_404(access.events_of(course, model).filter(pk=event), access.ABSENT)
    if model is ReflexiveSequence:
        return model(structure=course.learner.structure)
    return model(course=course)


def _edit(
    request: SignedInRequest, course: Course, form: DoneForm, title: str, **more: Any
) -> HttpResponse:
    context = {"structure": course.learner.structure, "course": course, "form": form}
    return render_form(request, "skills/training/edit.html", context | {"title": title} | more)

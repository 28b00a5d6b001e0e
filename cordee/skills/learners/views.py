"""Who learns, for who teaches: the home page of the room, and each person."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.base.ui import french
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.base.ui.qr import qr_code
from cordee.skills import access
from cordee.skills.field.actions import observe as write_observed
from cordee.skills.frameworks.in_use import frameworks_of
from cordee.skills.learners import actions, card, pages, papers
from cordee.skills.learners.forms import LearnerForm, ObservationForm
from cordee.skills.models import Learner
from cordee.skills.tabs import frame_of

EDIT = require_http_methods(["GET", "HEAD", "POST"])
HOME = "skills:home"


@require_safe
def home(request: SignedInRequest, pk: int) -> HttpResponse:
    """The first page of learning at work in a structure: who learns, and what waits."""
    structure = access.training_structure_for(request.user, pk)
    today = timezone.localdate()
    rows = list(access.learners_shown_to(request.user, structure))
    here = [row for row in rows if not row.is_gone(today)]
    how_many = structure.learners.present(today).count()
    title = "Personne n’apprend encore ici"
    if how_many:
        title = f"{french.count(how_many, 'personne apprend', 'personnes apprennent')} au travail"
    if len(here) < how_many:
        opened = french.count(len(here), "page vous est ouverte", "pages vous sont ouvertes")
        title += f", {opened if here else 'aucune page ne vous est ouverte'}"
    context = frame_of(request.user, structure, HOME) | {
        "title": title,
        "learners": here,
        "gone": [row for row in rows if row.is_gone(today)],
    }
    return render(request, "skills/home.html", context)


@EDIT
def edit_learner(request: SignedInRequest, pk: int, key: int | None = None) -> HttpResponse:
    structure = access.taught_structure_for(request.user, pk)
    learner = access.learner_for(request.user, pk, key) if key else Learner(structure=structure)
    form = LearnerForm(posted(request), instance=learner)
    if not key:
        del form.fields["left_on"]
    if form.is_valid():
        with refusals_in(form):
            kept = actions.write_learner(learner=form.instance, by=request.user)
            messages.success(request, "C’est gardé.")
            return redirect("skills:learner", pk, kept.pk)
    title = "Corriger, ou noter un départ" if key else "Ajouter une personne qui apprend"
    context = frame_of(request.user, structure, HOME) | {"form": form, "title": title, "key": key}
    return render_form(request, "skills/learners/edit.html", context)


@require_safe
def learner(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    """What was seen, by competence, her disagreements beside."""
    found = access.observed_learner_for(request.user, pk, key)
    known = pages.known_of(found)
    acquired = sum(len(each.acquired) for each in known)
    context = frame_of(request.user, found.structure, HOME) | {
        "known": known,
        "learner": found,
        "badges": access.badges_of(found),
        "taken_back": found.observations.filter(taken_back_at__isnull=False, seen_by=request.user),
    }
    title = f"Ce que {found} apprend"
    if acquired:
        title = f"{found} sait faire {french.count(acquired, 'chose')}"
    elif not any(each.standing for each in known):
        title = f"Rien n’est encore noté pour {found}"
    return render(request, "skills/learners/learner.html", context | {"title": title})


@never_cache
@EDIT
def print_card(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    """The card is on the answer to one button, and nowhere else afterwards."""
    found = access.learner_for(request.user, pk, key)
    if request.method != "POST":
        messages.info(request, "Une carte ne se montre qu’une fois. Perdue, imprimez-en une autre.")
        return redirect("skills:learner", pk, key)
    token, names = actions.print_card(learner=found, **by_now(request))
    address = settings.SITE_ADDRESS + reverse("card:page", args=[token])
    context = frame_of(request.user, found.structure, HOME) | {
        "title": f"La carte de {found}",
        "learner": found,
        "address": address,
        "drawn": qr_code(address, label="Code de la carte"),
        "pictures": [(name, card.PICTURES[name]) for name in names],
    }
    return render(request, "skills/learners/card.html", context)


@EDIT
def observe(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    """First what was done, then what was seen in it."""
    found = access.learner_for(request.user, pk, key)
    frameworks = frameworks_of(found.structure)
    task = pages.task_of(frameworks, request.GET.get("quoi", ""))
    context = frame_of(request.user, found.structure, HOME) | {"learner": found, "task": task}
    if task is None:
        tasks = [(each.name, list(pages.tasks_of(each))) for each in frameworks.values()]
        context |= {"title": f"Qu’a fait {found}\u202f?", "tasks": tasks}
        return render(request, "skills/learners/tasks.html", context)
    on = timezone.localdate()
    form = ObservationForm(posted(request), task=task, learners=[found], initial={"seen_on": on})
    if form.is_valid():
        with refusals_in(form):
            # What somebody else noted before stands on her page: what is written comes after.
            said = form.cleaned_data | {"newest": None}
            write_observed(structure=found.structure, task=task, **said, by=request.user, today=on)
            messages.success(request, "C’est noté.")
            return redirect("skills:learner", pk, key)
    context |= {"title": task.title, "form": form}
    return render_form(request, "skills/learners/observe.html", context)


@require_POST
def keep_observation(
    request: SignedInRequest, pk: int, key: int, observation: int, *, is_kept: bool
) -> HttpResponse:
    row = access.own_observation(access.learner_for(request.user, pk, key), observation)
    with refusals_as_messages(request):
        actions.keep_observation(observation=row, is_kept=is_kept, **by_now(request))
        told = "remise." if is_kept else "retirée. Vous pouvez la remettre plus bas."
        messages.success(request, f"L’observation est {told}")
        if not is_kept and (badge := pages.badge_stating(row)):
            address = reverse("skills:badge", args=[pk, key, badge.pk])
            named = french.day(timezone.localdate(badge.issued_at), timezone.localdate())
            link = format_html('<a href="{}">Une attestation du {}</a>', address, named)
            cure = "dit encore cette phrase\u00a0: retirez-la aussi si elle n’est plus vraie."
            messages.warning(request, format_html("{} {}", link, cure))
    return redirect("skills:learner", pk, key)


@require_safe
def take_away(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    """What the structure keeps, where the law asks it to."""
    return papers.file_of(access.learner_for(request.user, pk, key), request.GET.get("format", ""))


@EDIT
def erase_learner(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    """Confirmed with her, by who follows her; the file to keep is offered first."""
    found = access.learner_for(request.user, pk, key)
    if request.method == "POST":
        actions.erase(learner=found, by=request.user)
        messages.success(request, "Tout est effacé. Seuls des totaux restent.")
        return redirect(HOME, pk)
    context = frame_of(request.user, found.structure, HOME) | {
        "title": f"Effacer tout ce qui est gardé de {found}\u202f?",
        "learner": found,
        "badges": access.badges_in_force(found),
    }
    return render(request, "skills/learners/erase.html", context)

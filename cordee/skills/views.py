"""The first page of learning at work in a structure: who learns, and what waits."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui import french
from cordee.skills import access
from cordee.skills.tabs import frame_of


@require_safe
def home(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = access.training_structure_for(request.user, pk)
    frame = frame_of(request.user, structure, "skills:home")
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
    context = frame | {
        "title": title,
        "learners": here,
        "gone": [row for row in rows if row.is_gone(today)],
    }
    return render(request, "skills/home.html", context)

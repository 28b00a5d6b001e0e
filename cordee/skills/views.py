"""The first page of learning at work in a structure: who learns, and what waits."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui import french
from cordee.skills import access
from cordee.skills.tabs import frame_of


@require_safe
def home(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = access.training_structure_for(request.user, pk)
    frame = frame_of(request.user, structure, "skills:home")
    learners = structure.learners.present()
    how_many = learners.count()
    title = "Personne n’apprend encore ici"
    if how_many:
        title = f"{french.count(how_many, 'personne apprend', 'personnes apprennent')} au travail"
    return render(
        request,
        "skills/home.html",
        frame | {"title": title, "learners": learners if frame["teaches"] else ()},
    )

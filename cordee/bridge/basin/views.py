"""« Le bassin »: which trades are asked for and learnt, in a department or for a network."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.masking import SOURCES_AT_LEAST
from cordee.base.ui import panels
from cordee.bridge.basin.trades import basin_of, learning_in
from cordee.bridge.tabs import frame_of
from cordee.members.models import Structure
from cordee.members.network_access import counted_for
from cordee.members.sharing import FigureClass
from cordee.mobilisation.watch.reach import territory_of
from cordee.skills.access import training_structure_for


@require_safe
def around(request: SignedInRequest, pk: int) -> HttpResponse:
    """In the department of a structure. It reads who learns at home: others open it to networks."""
    structure = training_structure_for(request.user, pk)
    code = structure.department_id
    near = Structure.objects.active().filter(department=code)
    said = basin_of(request.user, {code} if code else (), near, learning_in({pk}, (), at_least=1))
    context = frame_of(request.user, structure, "bridge:basin") | said
    return render(request, "bridge/basin/structure.html", context)


@require_safe
def network(request: SignedInRequest, slug: str) -> HttpResponse:
    """In the territory of a network, of its members."""
    on = timezone.localdate()
    found = counted_for(request.user, slug, FigureClass.LEARNING, on)
    learning = learning_in(found.opened, found.own, at_least=SOURCES_AT_LEAST)
    near = found.desk.network_structures(on)
    said = basin_of(request.user, territory_of(found.desk), near, learning)
    context = {"network": found.desk.network} | said
    title = "Former pour les marchés qui viennent"
    return panels.shown(request, "bridge/basin/network.html", context, title=title)

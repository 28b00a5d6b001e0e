"""« Pour vous »: what is open, ranked for one's own structure."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.base.request_values import number
from cordee.members.acting import viewer_of
from cordee.members.models import Structure
from cordee.opportunities.verdicts import for_you
from cordee.opportunities.views.listing import asked, links_to_namesakes, tabs_of

PAGE_SIZE = 20


@require_safe
def list_for_you(request: HttpRequest) -> HttpResponse:
    """By verdict, then distance; who directs nothing is led to the whole list."""
    viewer, now = viewer_of(request), timezone.now()
    structures = list(Structure.objects.filter(pk__in=viewer.structure_ids).order_by("name", "pk"))
    if not structures:
        return redirect("opportunities:list")
    chosen = number(request.GET.get("structure", ""))
    structure = next((each for each in structures if each.pk == chosen), structures[0])
    form, filters, rows = asked(request, now)
    found = for_you.verdicts_for(viewer, structure, now)
    fitting = found.filter(kind__in=for_you.FITTING).count()
    if filters.words or filters.around:
        found = found.filter(opportunity__in=filters.apply(rows, now).order_by().values("pk"))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "title": for_you.fitting_words(fitting),
        "structure": structure,
        "others": [each for each in structures if each != structure],
        "form": form,
        "filters": filters,
        "place_links": links_to_namesakes(request, filters),
        "tabs": tabs_of(request, "for_you"),
        "page": page,
        "contracts": for_you.contracts_of(page, viewer.on),
        "pending": for_you.PENDING if for_you.is_pending(structure) else "",
        "is_narrowed": bool(filters.words or filters.around),
    }
    return render(request, "opportunities/for_you.html", context)

"""What everybody reads, without account: sheets, their versions, on screen and on paper.

No cache keeps a page: a name taken back is gone at the next opening.
"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cordee.base import limits
from cordee.base.documents import document_from_text, short_fingerprint
from cordee.base.documents.plain import on_screen
from cordee.base.documents.rewording import reworded
from cordee.base.files.storing import to_save
from cordee.base.found import page_of
from cordee.base.ui import french
from cordee.base.ui.forms import chips_of, read_filters
from cordee.dossier.writing import RENDER, TYPES
from cordee.members.models import Network
from cordee.practices import access
from cordee.practices.models import Sheet
from cordee.practices.sheets import pages
from cordee.practices.sheets.finding.forms import SheetFilters
from cordee.practices.sheets.finding.search import answering, in_order
from cordee.practices.sheets.standing import standing_of
from cordee.practices.sheets.texts import document_of, nameless_document

LINES = 20


def _open_to_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    return login_not_required(never_cache(require_safe(view)))


@_open_to_all
def sheets(request: HttpRequest) -> HttpResponse:
    """What answers a question best; without one, all that is published, by title."""
    limits.count_visit(request)
    form = read_filters(SheetFilters, request.GET)
    question = form.cleaned_data.get("q", "")
    rows = form.narrowed(Sheet.objects.published())
    found = answering(rows, question, on=timezone.localdate()) if question else None
    rows = rows.for_list()
    ordered = rows.confirmed_first(timezone.localdate()) if found is None else found
    page = page_of(request, ordered, LINES)
    if found is not None:
        page.object_list = list(in_order(page.object_list, rows.order_by()))
    chips = chips_of(form)
    if page.paginator.count:
        words = ("réponse", "réponses") if question else ("pratique publiée", "pratiques publiées")
        title = french.count(page.paginator.count, *words)
    else:
        title = "Rien ne correspond" if chips else "Aucune pratique n’est encore publiée"
    places = access.places_written_for(request.user).values()
    context = {
        "title": title,
        "form": form,
        "chips": chips,
        "page": page,
        "question": question,
        "unfinished": [] if chips else pages.unfinished(request.user),
        "networks": [each for each in places if isinstance(each, Network)],
        "may_start": places,
    }
    return render(request, "practices/sheets/list.html", context)


@_open_to_all
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The version that everybody reads; to who writes, the draft of one that has none."""
    limits.count_visit(request)
    row = access.sheet_for(request.user, pk)
    context = pages.frame_of(request.user, row, "practices:sheet")
    context["standing"] = standing_of(row, now=timezone.now())
    if row.latest_number:
        context["version"] = version = access.version_of(row, row.latest_number)
        context["versions"] = list(row.versions.defer("text", "sections"))
        document = document_of(version)
        context["others"] = pages.others_of(row) if row.is_monograph else []
    else:
        document = nameless_document(row, row.title, row.draft.sections, number=1)
    context |= pages.told_of(row, document)
    return render(request, "practices/sheets/sheet.html", context)


@_open_to_all
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A version as it was published, with the names of today; what it says otherwise than the one
    before it."""
    limits.count_visit(request)
    row = access.sheet_for(request.user, pk)
    version = access.version_of(row, number)
    texts = [each.text for each in row.versions.filter(number__in=(number - 1, number))]
    context = pages.frame_of(request.user, row, title=f"Version {number}") | {
        "version": version,
        "blocks": on_screen(document_of(version)),
        "changes": reworded(*map(document_from_text, reversed(texts))) if number > 1 else [],
        "fingerprint": short_fingerprint(version.sha256),
    }
    return render(request, "practices/sheets/version.html", context)


@_open_to_all
def version_file(request: HttpRequest, pk: int, number: int, extension: str) -> HttpResponse:
    """The same as a file."""
    limits.count_visit(request)
    version = access.version_of(access.sheet_for(request.user, pk), number)
    if extension not in RENDER:
        raise Http404("Une fiche se lit en PDF ou en DOCX.")
    name = f"pratique-{pk}-version-{number}.{extension}"
    return to_save(name, RENDER[extension](document_of(version)), TYPES[extension])

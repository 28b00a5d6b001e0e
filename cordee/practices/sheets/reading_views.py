"""What everybody reads, without account: sheets, their versions, on screen and on paper.

No cache keeps a page: a name taken back is gone at the next opening.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cordee.base import limits
from cordee.base.documents.plain import on_screen, short_fingerprint
from cordee.base.files.storing import to_save
from cordee.dossier.writing import RENDER, TYPES
from cordee.practices import access
from cordee.practices.sheets.texts import document_of, nameless_document


@login_not_required
@never_cache
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The version that everybody reads; to who writes, the draft of one that has none."""
    limits.count_visit(request)
    sheet = access.sheet_for(request.user, pk)
    if sheet.latest_number:
        version = access.version_for(request.user, pk, sheet.latest_number)
        document = document_of(version)
    else:
        version = None
        document = nameless_document(sheet, sheet.title, sheet.draft.sections, number=1)
    context = {"sheet": sheet, "version": version, "blocks": on_screen(document)}
    return render(request, "practices/sheets/sheet.html", context)


@login_not_required
@never_cache
@require_safe
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A version as it was published, with the names of today."""
    limits.count_visit(request)
    version = access.version_for(request.user, pk, number)
    context = {
        "sheet": version.sheet,
        "version": version,
        "blocks": on_screen(document_of(version)),
        "fingerprint": short_fingerprint(version.sha256),
    }
    return render(request, "practices/sheets/version.html", context)


@login_not_required
@require_safe
def version_file(request: HttpRequest, pk: int, number: int, extension: str) -> HttpResponse:
    """The same as a file."""
    limits.count_visit(request)
    version = access.version_for(request.user, pk, number)
    if extension not in RENDER:
        raise Http404("Une fiche se lit en PDF ou en DOCX.")
    name = f"pratique-{pk}-version-{number}.{extension}"
    return to_save(name, RENDER[extension](document_of(version)), TYPES[extension])

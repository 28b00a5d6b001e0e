"""A text that was approved, read again as it was: on the screen, as DOCX and as PDF."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from cordee.alliances.access import paper_reader_for
from cordee.alliances.approvals.access import text_for
from cordee.alliances.models import AllianceParty, ApprovedText
from cordee.alliances.state.convention import standing_sha256
from cordee.alliances.state.paper import kept_convention
from cordee.base.documents import Document
from cordee.base.documents.on_screen import on_screen
from cordee.base.documents.plain import document_to_plain
from cordee.dossier.writing import RENDER, TYPES


@require_safe
def read(request: HttpRequest, pk: uuid.UUID, text_pk: int) -> HttpResponse:
    """The kept text and who approved it, whatever sheets say since."""
    text, counts, document = _read(request, pk, text_pk)
    context = {
        "alliance": text.alliance,
        "text": text,
        "counts": counts,
        "document": document_to_plain(document),
        "blocks": on_screen(document),
    }
    return render(request, "alliances/approvals/approved_text.html", context)


@require_safe
def download(request: HttpRequest, pk: uuid.UUID, text_pk: int, extension: str) -> HttpResponse:
    """The same as a file."""
    text, _, document = _read(request, pk, text_pk)
    if extension not in RENDER:
        raise Http404("Un texte approuvé se prend en PDF ou en DOCX.")
    name = f"{slugify(document.title)[:60]}-{text.sha256[:8]}.{extension}"
    return HttpResponse(
        RENDER[extension](document),
        content_type=TYPES[extension],
        headers={
            "Content-Disposition": content_disposition_header(True, name),
            "Cache-Control": "private, no-store",
        },
    )


def _read(request: HttpRequest, pk: uuid.UUID, text_pk: int) -> tuple[ApprovedText, bool, Document]:
    """The text, whether it is the one that stands, and the document that it was."""
    access = paper_reader_for(request.user, pk)
    text = text_for(access, text_pk)
    counts = text.sha256 == standing_sha256(access.alliance, on=timezone.localdate())

    def seen(party: AllianceParty) -> bool:
        return access.reads_shares or access.names(party)

    return text, counts, kept_convention(text, counts=counts, seen=seen)

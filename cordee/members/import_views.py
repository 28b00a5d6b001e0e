"""Importing a list from the browser: choose a file, read what it would do, agree."""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.models import User
from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.base.limits import takes_files
from cordee.base.outages import outage_of
from cordee.base.queue import turn_of
from cordee.base.tables import csv_response
from cordee.base.ui.forms import posted, refusals_as_messages
from cordee.members import access, import_parts, list_columns
from cordee.members.acting import network_of
from cordee.members.actions import imports
from cordee.members.forms import MOST_BYTES, ColumnsForm, ListForm
from cordee.members.import_parts import progress_of
from cordee.members.import_report import LINE_COLUMNS, REPORT_COLUMNS, Outcome, line_rows
from cordee.members.models import Network, StructureImport
from cordee.members.tasks import import_list

logger = logging.getLogger(__name__)
# What a page shows of a report; the whole of it is in the CSV.
MOST_REMARKS = 100
LINES_A_PAGE = 20


@takes_files(MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: SignedInRequest) -> HttpResponse:
    network = access.network_of_staff(request.user, network_of(request))
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = _received(form, network, request.user)
        if kept is not None:
            columns, is_remembered = _proposed(kept, network)
            # Read at once where somebody chose before, or where every column is recognised.
            if not list_columns.missing(columns) and (is_remembered or all(columns.values())):
                imports.read_received(kept=kept, columns=columns)
            return redirect("members:import", kept.pk)
    past = StructureImport.objects.filter(by=request.user).defer("counts")
    context = {"form": form, "network": network, "imports": past[:10]}
    return render(request, "members/import_list.html", context)


def _received(form: ListForm, network: Network, by: User) -> StructureImport | None:
    """The list kept; None with an error in the form where it cannot be."""
    try:
        return imports.receive_list(
            form.content,
            by=by,
            source=form.cleaned_data["file"].name[:200],
            network=network if form.cleaned_data["are_members"] else None,
            header=form.header,
            sheet=form.cleaned_data["sheet"],
            empty_erases=form.cleaned_data["empty_erases"],
        )
    except ValidationError as refused:
        form.add_error("file", refused)
    except (OSError, DatabaseError) as error:
        words = outage_of(error)
        if not words:
            raise
        logger.error("A list was not received: %s", words)
        form.add_error(
            None,
            f"{words}\u00a0: rien n’est gardé. Prévenez qui héberge Cordée, puis recommencez.",
        )
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which column is which: proposed from the header, chosen, remembered for the next file."""
    network = access.network_of_staff(request.user, network_of(request))
    kept = access.import_for(request.user, pk)
    if not kept.may_be_reread:
        return redirect("members:import", pk)
    proposed, is_remembered = _proposed(kept, network)
    form = ColumnsForm(
        posted(request),
        header=kept.header,
        proposed=kept.columns or proposed,
        samples=imports.samples(kept),
    )
    if form.is_valid():
        imports.save_list_mapping(
            owner=network, header=kept.header, columns=form.columns, by=request.user
        )
        imports.read_received(kept=kept, columns=form.columns)
        return redirect("members:import", pk)
    lacking = list_columns.missing(kept.columns or proposed)
    context = {"kept": kept, "form": form, "is_remembered": is_remembered, "lacking": lacking}
    return render(request, "members/import_columns.html", context)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a list is; once read, what it would change; once imported, what it has changed."""
    kept = access.import_for(request.user, pk)
    if kept.state == StructureImport.State.CHOOSING:
        return redirect("members:import_columns", pk)
    if kept.is_running:
        return render(request, "members/import_running.html", _running(kept))
    read = import_parts.short_report(kept, MOST_REMARKS)
    chosen = _outcome(request)
    lines = import_parts.StoredLines(kept, chosen)
    context = {
        "page": page_of(request, lines, LINES_A_PAGE),
        "chosen": chosen,
        "outcomes": [
            (each, len(import_parts.StoredLines(kept, each))) for each in import_parts.CHANGES_FIRST
        ],
        "lines": len(import_parts.StoredLines(kept, None)),
        "kept": kept,
        "is_waiting": kept.state == StructureImport.State.READ,
        "report": read,
        "erased_title": f"Ce que la liste {'a effacé' if kept.has_written else 'efface'}",
        "most_remarks": MOST_REMARKS,
    }
    return render(request, "members/import_report.html", context)


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """What the waiting page asks for each second; it reloads the page when all is done."""
    kept = access.import_for(request.user, pk)
    if not kept.is_running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "members/import_progress.html", _running(kept))


def _running(kept: StructureImport) -> dict[str, Any]:
    now = timezone.now()
    turn = turn_of(import_list, kept.pk, now)
    return {"kept": kept, "page": progress_of(kept, turn, now)}


@require_POST
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    access.network_of_staff(request.user, network_of(request))
    kept = access.import_for(request.user, pk)
    with refusals_as_messages(request):
        imports.agree_to_import(kept=kept, by=request.user, on=timezone.localdate())
    return redirect("members:import", pk)


@require_safe
def lines_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Line by line, each field that differs: all of them, or those of one outcome."""
    kept = access.import_for(request.user, pk)
    lines = import_parts.lines_of(kept, _outcome(request))
    rows = line_rows(lines, is_written=kept.has_written)
    return csv_response(f"import-{kept.pk}-lignes", LINE_COLUMNS, rows)


@require_safe
def report_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    kept = access.import_for(request.user, pk)
    return csv_response(f"import-{kept.pk}", REPORT_COLUMNS, import_parts.remarks_of(kept))


def _proposed(kept: StructureImport, network: Network) -> tuple[dict[str, str], bool]:
    """(their column → our field, whether somebody chose it before) for the header of a list."""
    key = list_columns.header_key(kept.header)
    known = network.list_mappings.filter(key=key).first()
    if known is not None:
        return dict(known.columns), True
    return list_columns.guess_columns(kept.header), False


def _outcome(request: HttpRequest) -> Outcome | None:
    asked = request.GET.get("devenir", "")
    return next((outcome for outcome in Outcome if outcome.name.lower() == asked), None)

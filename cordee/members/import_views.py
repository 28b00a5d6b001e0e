"""Importing a list from the browser: choose a file, read what it would do, agree."""

from collections.abc import Mapping

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.models import User
from cordee.base.limits import takes_files
from cordee.base.tables import csv_response
from cordee.members import access, actions, list_columns
from cordee.members.acting import network_of
from cordee.members.actions import mappings
from cordee.members.actions import structures as import_actions
from cordee.members.forms import MOST_BYTES, ColumnsForm, ListForm
from cordee.members.import_report import (
    LINE_COLUMNS,
    REPORT_COLUMNS,
    ImportReport,
    Outcome,
    line_rows,
)
from cordee.members.models import Network, StructureImport

# What a page shows of a report; the whole of it is in the CSV.
MOST_REMARKS = 100
LINES_A_PAGE = 50


# Twice what is taken: up to there, the form itself says how large a file may be.
@takes_files(2 * MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    network = access.network_of_staff(request.user, network_of(request))
    assert isinstance(request.user, User)
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = import_actions.receive_list(
            form.rows,
            by=request.user,
            source=form.cleaned_data["file"].name[:200],
            network=network if form.cleaned_data["are_members"] else None,
            header=form.header,
        )
        columns, is_remembered = _proposed(kept, network)
        # Read at once where somebody chose before, or where every needed column is recognised.
        if list_columns.missing(columns) or not (is_remembered or all(columns.values())):
            return redirect("members:import_columns", kept.pk)
        import_actions.preview_received(kept=kept, columns=columns, on=timezone.localdate())
        return redirect("members:import", kept.pk)
    past = StructureImport.objects.filter(by=request.user).defer("report", "waiting_rows")
    context = {"form": form, "network": network, "imports": past[:10]}
    return render(request, "members/import_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column is which: proposed from the header, chosen, remembered for the next file."""
    network = access.network_of_staff(request.user, network_of(request))
    assert isinstance(request.user, User)
    kept = access.import_for(request.user, pk)
    if not kept.is_waiting or not kept.header:
        return redirect("members:import", pk)
    proposed, is_remembered = _proposed(kept, network)
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        header=kept.header,
        proposed=kept.columns or proposed,
        samples=_samples(kept),
    )
    if request.method == "POST" and form.is_valid():
        mappings.keep_list_mapping(
            network=network, header=kept.header, columns=form.columns, by=request.user
        )
        import_actions.preview_received(kept=kept, columns=form.columns, on=timezone.localdate())
        return redirect("members:import", pk)
    context = {"kept": kept, "form": form, "is_remembered": is_remembered}
    return render(request, "members/import_columns.html", context)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    kept = access.import_for(request.user, pk)
    if kept.needs_columns:
        return redirect("members:import_columns", pk)
    read = ImportReport.from_json(kept.report)
    chosen = _outcome(request)
    page = Paginator(read.of(chosen), LINES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "chosen": chosen,
        "outcomes": [(outcome, len(read.of(outcome))) for outcome in Outcome],
        "kept": kept,
        "report": read,
        "remarks": read.remarks[:MOST_REMARKS],
        "most_remarks": MOST_REMARKS,
    }
    return render(request, "members/import_report.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    access.network_of_staff(request.user, network_of(request))
    assert isinstance(request.user, User)
    kept = access.import_for(request.user, pk)
    actions.import_previewed(kept=kept, by=request.user, on=timezone.localdate())
    messages.success(request, "La liste est importée.")
    return redirect("members:import", pk)


@require_safe
def lines_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Line by line, each field that differs: all of them, or those of one outcome."""
    kept = access.import_for(request.user, pk)
    lines = ImportReport.from_json(kept.report).of(_outcome(request)) if kept.report else []
    return csv_response(f"import-{kept.pk}-lignes", LINE_COLUMNS, line_rows(lines))


@require_safe
def report_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    kept = access.import_for(request.user, pk)
    remarks = ImportReport.from_json(kept.report).remarks if kept.report else ()
    return csv_response(f"import-{kept.pk}", REPORT_COLUMNS, remarks)


def _proposed(kept: StructureImport, network: Network) -> tuple[dict[str, str], bool]:
    """(their column → our field, whether somebody chose it before) for the header of a list."""
    key = list_columns.header_key(kept.header)
    known = network.list_mappings.filter(key=key).first()
    if known is not None:
        return dict(known.columns), True
    return list_columns.guess_columns(kept.header), False


def _samples(kept: StructureImport) -> Mapping[str, list[str]]:
    """The first values of each column."""
    rows = (kept.waiting_rows or [])[:20]
    return {
        name: [values[name] for _, values, _ in rows if values.get(name)] for name in kept.header
    }


def _outcome(request: HttpRequest) -> Outcome | None:
    asked = request.GET.get("devenir", "")
    return next((outcome for outcome in Outcome if outcome.name.lower() == asked), None)

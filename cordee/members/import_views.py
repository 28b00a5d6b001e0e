"""Importing a list from the browser: choose a file, read what it would do, agree."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.models import User
from cordee.base.tables import csv_response
from cordee.members import access, actions
from cordee.members.forms import ListForm
from cordee.members.import_report import REPORT_COLUMNS, ImportReport
from cordee.members.models import StructureImport

# What a page shows of a report; the whole of it is in the CSV.
MOST_REMARKS = 100


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    network = access.network_of_staff(request.user)
    assert isinstance(request.user, User)
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = actions.preview_structures(
            form.rows,
            by=request.user,
            source=form.cleaned_data["file"].name[:200],
            network=network if form.cleaned_data["are_members"] else None,
            on=timezone.localdate(),
        )
        return redirect("members:import", kept.pk)
    past = StructureImport.objects.filter(by=request.user).defer("report", "waiting_rows")
    context = {"form": form, "network": network, "imports": past[:10]}
    return render(request, "members/import_list.html", context)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    kept = access.import_for(request.user, pk)
    read = ImportReport.from_json(kept.report)
    context = {
        "kept": kept,
        "report": read,
        "remarks": read.remarks[:MOST_REMARKS],
        "most_remarks": MOST_REMARKS,
    }
    return render(request, "members/import_report.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    access.network_of_staff(request.user)
    assert isinstance(request.user, User)
    kept = access.import_for(request.user, pk)
    actions.import_previewed(kept=kept, by=request.user, on=timezone.localdate())
    messages.success(request, "La liste est importée.")
    return redirect("members:import", pk)


@require_safe
def report_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    kept = access.import_for(request.user, pk)
    remarks = ImportReport.from_json(kept.report).remarks
    return csv_response(f"import-{kept.pk}", REPORT_COLUMNS, remarks)

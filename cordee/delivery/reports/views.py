"""The report for the buyer of a contract, and accepted hours for the software of a facilitator."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.documents.plain import on_screen
from cordee.base.tables import csv_response
from cordee.base.ui.forms import posted
from cordee.delivery.access import facilitated_for, report_for
from cordee.delivery.models import MonthlyHours
from cordee.delivery.reports import papers
from cordee.delivery.reports.exports import ColumnsForm, columns_of, keep_titles, titles_of
from cordee.delivery.standing import standing_of
from cordee.delivery.tabs import form_page, frame_of
from cordee.economics.dossiers.views import to_file
from cordee.members.acting import viewer_of


@require_safe
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """On screen without its months; whole in the file."""
    access, on = report_for(request.user, pk), viewer_of(request).on
    standing = standing_of(access.delivery, on=on)
    if "format" in request.GET:
        return to_file(request, papers.report(standing, on))
    # The first block is the title of the page.
    blocks = on_screen(papers.report(standing, on, by_month=False))[1:]
    context = {"title": standing.title, "blocks": blocks}
    return render(
        request, "delivery/reports/report.html", frame_of(access, "delivery:hours") | context
    )


@require_safe
def export(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Accepted hours, one row a lot, structure, way and month."""
    access = facilitated_for(request.user, pk)
    rows = MonthlyHours.objects.accepted().of_contract(access.delivery)
    rows = rows.select_related("lot__delivery", "partner").order_by("month", "lot__key", "pk")
    return csv_response("heures-acceptees", columns_of(request.user), rows)


@require_http_methods(["GET", "HEAD", "POST"])
def export_columns(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the software of the facilitator calls each column, said once for all contracts."""
    access = facilitated_for(request.user, pk)
    told = [
        title if title.lower() == said else f"{title} = {said}"
        for title, said in titles_of(request.user)
    ]
    form = ColumnsForm(posted(request), initial={"titres": " ; ".join(told)})
    if form.is_valid():
        titles = form.cleaned_data["titres"]
        keep_titles(titles=titles, delivery=access.delivery, by=request.user)
        messages.success(request, "C’est noté pour tous les marchés que vous suivez.")
        return redirect("delivery:report", pk)
    title, back = "Les colonnes de votre logiciel", "delivery:report"
    return form_page(request, form, title, access.delivery, back=back, access=access)

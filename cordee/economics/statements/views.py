"""« Mes comptes » of who directs a structure: what was stated, and stating it (again)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.limits import takes_files
from cordee.base.tables import csv_response, xlsx_response
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.economics import access, actions
from cordee.economics.models import AccountingYear, YearStatement
from cordee.economics.statements import pages
from cordee.economics.statements.files import BALANCE, MOST_BYTES, TEMPLATE, template_rows
from cordee.economics.statements.forms import (
    DetailForm,
    FiguresForm,
    FileForm,
    TermsForm,
    carried_file,
    initial_of,
    initial_of_statement,
    month_in_course,
)
from cordee.economics.tabs import frame_of
from cordee.members.acting import viewer_of
from cordee.members.actions.imports import save_list_mapping
from cordee.members.forms import ColumnsForm
from cordee.members.models import Chantier
from cordee.members.today.way_back import page_before, redirect_after
from cordee.rules.months import month_number

EDIT = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def accounts(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every year of a chantier: what stands, and its history."""
    context, chantier = _frame(request, pk)
    years = pages.stated_years(chantier)
    asked, now = _month(request), month_number(viewer_of(request).on)
    wanted = [each for each in years if each.first_month == asked]
    begun = [each for each in years if each.first_month <= now]
    # The year in course, else the last one: years are the last first.
    shown = next(iter([*wanted, *begun, *years]), None)
    if shown is None:
        title = "Vos comptes sont inconnus"
    elif (strongest := shown.strongest) is None:
        title = f"Aucun budget n’est dit pour {shown.name}"
    else:
        title = f"Vos comptes {shown.name}\u00a0: {pages.basis_of(strongest)}"
    # Nothing is asked where fewer than two years were stated.
    back = pages.came_back(chantier, viewer_of(request).on) if len(years) > 1 else []
    context |= {"years": years, "title": title, "came_back": next(iter(back), None)}
    return render(request, "economics/statements/accounts.html", context)


@EDIT
def state(request: SignedInRequest, pk: int, *, in_detail: bool = False) -> HttpResponse:
    """Three figures in a minute; or the same year line by line."""
    context, chantier = _frame(request, pk)
    known = _known(request, chantier)
    in_course = month_in_course((each.first_month for each in known["known"]), known["on"])
    standing = _standing(request, chantier, default=in_course)
    initial = _year_initial(request, standing)
    if standing is not None:
        initial |= initial_of_statement(standing)
    kind = DetailForm if in_detail else FiguresForm
    form = kind(posted(request), initial=initial, **known)
    if form.is_valid():
        with refusals_in(form, {"until_month": "jusque"}):
            stated = form.state(chantier, request.user)
            return _said(request, chantier, stated.first_month, stated.basis)
    if in_detail:
        context |= {"form": form, "title": "Vos comptes, poste par poste"}
        return render_form(request, "economics/statements/detail.html", context)
    context |= {"form": form, "title": "Trois chiffres suffisent"}
    return render_form(request, "economics/statements/state.html", context)


@takes_files(MOST_BYTES)
@EDIT
def from_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a file would change, line by line, in the form that states it; nothing is written."""
    context, chantier = _frame(request, pk)
    known = _known(request, chantier)
    initial = _year_initial(request, _standing(request, chantier))
    structure = context["structure"]
    sent = request.FILES or carried_file(request.POST) or None
    form = FileForm(posted(request), sent, initial=initial, structure=structure, **known)
    if form.is_valid() and form.asks_columns:
        asked = ColumnsForm(
            request.POST if "contenu" in request.POST else None,
            header=form.opened.header,
            proposed=form.columns,
            samples=form.samples,
            fields=BALANCE,
        )
        if not asked.is_valid():
            carried = [
                (name, request.POST.get(name, "")) for name in form.fields if name != "fichier"
            ]
            context |= {"form": asked, "carried": [*carried, ("contenu", form.carried)]}
            context["title"] = "Que dit chaque colonne\u202f?"
            return render_form(request, "economics/statements/columns.html", context)
        save_list_mapping(
            owner=structure,
            header=form.opened.header,
            columns=asked.columns,
            fields=BALANCE,
            by=request.user,
        )
        form.read_with(asked.columns)
    if not form.is_valid():
        context |= {"form": form, "title": "Vos comptes depuis un fichier"}
        return render_form(request, "economics/statements/file.html", context)
    of_year = YearStatement.objects.of_year(chantier, form.place["first_month"])
    before = of_year.standing().get(form.place["basis"])
    read = YearStatement(**form.place, amounts=form.read.amounts, choices=form.read.choices)
    # What was chosen of a grey zone holds until it is chosen again.
    for key, choice in before.choices.items() if before is not None else ():
        if key in read.amounts:
            read.choices.setdefault(key, choice)
    same = before is not None and read.says_the_same_as(before)
    place = {name: form.cleaned_data[name] for name in ("annee", "mois", "nature", "jusque")}
    filled = DetailForm(initial=place | initial_of(read.amounts, read.choices), **known)
    for field in [*filled.asked, *filled.lacking]:
        field.field.required = True
    context |= {
        "form": filled,
        "title": "Ce fichier ne change rien" if same else "Ce que ce fichier change",
        "changes": [] if same else pages.changes(before, read),
        "sheet": form.opened.sheet,
        "place": f"{read.name}, {pages.basis_of(read)}",
        "action": reverse("economics:detail", args=[pk]) + f"?chantier={chantier.pk}",
    }
    return render(request, "economics/statements/preview.html", context)


@require_safe
def as_file(request: SignedInRequest, pk: int, *, is_workbook: bool = False) -> HttpResponse:
    """What stands of a year as our template, which is read back; empty where nothing stands."""
    _, chantier = _frame(request, pk)
    standing = _standing(request, chantier)
    year = standing.name if standing is not None else str(viewer_of(request).on.year)
    name, rows = f"comptes-{year}", template_rows(standing, year)
    if is_workbook:
        return xlsx_response(name, TEMPLATE, rows, sheet="Comptes")
    return csv_response(name, TEMPLATE, rows)


@EDIT
def terms(request: SignedInRequest, pk: int) -> HttpResponse:
    """A derogation and what a sale costs, for one year whose figures are known."""
    context, chantier = _frame(request, pk)
    years = list(AccountingYear.objects.filter(chantier=chantier))
    asked, now = _month(request), month_number(viewer_of(request).on)
    wanted = [each for each in years if each.first_month == asked]
    running = [each for each in years if each.first_month <= now < each.first_month + each.months]
    year = next(iter([*wanted, *running, *years[-1:]]), None)
    if year is None:
        messages.info(request, "Dites d’abord vos charges et vos recettes.")
        return redirect("economics:state", pk)
    form = TermsForm(posted(request), instance=year)
    if form.is_valid():
        with refusals_in(form):
            actions.set_terms(year=year, by=request.user)
            return _said(request, chantier, year.first_month, year.basis)
    context |= {"form": form, "title": f"Dérogation et coût d’une vente, {year.name}"}
    return render_form(request, "economics/statements/terms.html", context)


@require_POST
def take_back(request: SignedInRequest, pk: int, statement: int) -> HttpResponse:
    """Undo the last word on a basis, or withdraw it where `entierement` is sent."""
    found = access.statement_for(request.user, pk, statement)
    with refusals_as_messages(request):
        now = actions.take_back(
            statement=found, by=request.user, entirely="entierement" in request.POST
        )
        figures = "plus aucun chiffre" if now.is_withdrawn else pages.totals_of(now)
        where = f"{now.name}, {pages.basis_of(now)}"
        messages.success(request, f"C’est fait. {where}\u00a0: {figures}.")
    query = f"?chantier={found.chantier_id}&exercice={found.first_month}"
    return redirect(reverse("economics:accounts", args=[pk]) + query)


def _frame(request: SignedInRequest, pk: int) -> tuple[dict[str, Any], Chantier]:
    """What the frame of the room shows, and the chantier in question; 404 unless one directs it."""
    asked = request.GET.get("chantier", "")
    structure, chantiers = access.capped_chantiers_for(request.user, pk, asked)
    year = request.GET.get("exercice", "")
    route = "economics:accounts"
    context = frame_of(viewer_of(request), structure, chantiers, route, asked=year)
    return context | {"back": page_before(request)}, chantiers.chosen


def _month(request: SignedInRequest) -> int | None:
    asked = request.GET.get("exercice", "")
    return int(asked) if asked.isdecimal() and len(asked) < 6 else None


def _standing(
    request: SignedInRequest, chantier: Chantier, *, default: int | None = None
) -> YearStatement | None:
    """What stands of the year, else the `default` one, and on the basis that the address names."""
    asked = _month(request)
    month = default if asked is None else asked
    if month is None:
        return None
    of_year = YearStatement.objects.of_year(chantier, month)
    basis = request.GET.get("nature", "")
    return of_year.standing().get(basis) if basis else of_year.strongest()


def _year_initial(request: SignedInRequest, standing: YearStatement | None) -> dict[str, Any]:
    month = _month(request)
    initial: dict[str, Any] = {}
    if month is not None:
        initial = {"annee": str(month // 12), "mois": str(month % 12)}
    if standing is not None:
        initial["nature"] = standing.basis
        if standing.until_month is not None:
            initial["jusque"] = str(standing.until_month % 12)
    return initial


def _known(request: SignedInRequest, chantier: Chantier) -> dict[str, Any]:
    return {"known": chantier.statements.all(), "on": viewer_of(request).on}


def _said(
    request: SignedInRequest, chantier: Chantier, first_month: int, basis: str
) -> HttpResponse:
    """The answer, with the way to undo it; then back to where the user came from.

    Else to a page of the same year: the ceiling, where it shows that year.
    """
    on, structure = viewer_of(request).on, chantier.structure_id
    query = f"?chantier={chantier.pk}&exercice={first_month}"
    address = reverse("economics:accounts", args=[structure]) + query
    answer = pages.answer_of(chantier, first_month, on, basis)
    link = format_html('<a href="{}">Corriger ou annuler</a>', address)
    messages.success(request, format_html("C’est noté. {} {}", answer, link))
    years = AccountingYear.objects.not_ended(on).filter(chantier=chantier, first_month=first_month)
    if years.exists():
        address = reverse("economics:ceiling", args=[structure]) + query
    return redirect_after(request, address)

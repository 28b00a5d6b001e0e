"""Correcting the sheet of one's structure: one form for each change, journaled, undone at once."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui.forms import posted, refusals_in
from cordee.members import access, papers
from cordee.members.acting import viewer_of
from cordee.members.actions import checking, sheet_undo
from cordee.members.actions import sheet as sheet_actions
from cordee.members.claim_forms import PlaceForm, SeasonForm, TradesForm
from cordee.members.models import (
    Activity,
    Certification,
    Chantier,
    Closure,
    Convention,
    Crew,
    SheetUndo,
    StruckGuess,
    Structure,
)
from cordee.members.models.capacity import Certainty
from cordee.members.sheet_forms import (
    AnnexForm,
    CrewForm,
    ExceptionForm,
    FteForm,
    IdentityForm,
    PaperForm,
    SheetForm,
)
from cordee.members.sheet_gaps import SheetGaps
from cordee.members.structure_page import SheetPage
from cordee.members.today.way_back import redirect_after

EDIT = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = access.edited_structure_for(request.user, pk)
    now = timezone.now()
    on = timezone.localdate(now)
    context = {
        "structure": structure,
        "page": SheetPage(structure, viewer_of(request)),
        "gaps": SheetGaps(structure, request.user, on, now),
        "undo": SheetUndo.objects.filter(structure=structure).first(),
    }
    return render(request, "members/sheet.html", context)


@EDIT
def trades(request: SignedInRequest, pk: int, chantier: int) -> HttpResponse:
    found = access.edited_row_for(request.user, pk, Chantier, chantier)
    activities = list(Activity.objects.filter(chantier=found).order_by("pk"))
    known = [a for a in activities if a.certainty == Certainty.KNOWN]
    struck = StruckGuess.objects.filter(chantier=found).values_list("trade", flat=True)
    form = TradesForm(
        posted(request),
        known={a.trade: a.proficiency for a in known},
        reasons={a.trade: a.guess_reason for a in activities if a.certainty == Certainty.GUESSED},
        reaches_km={a.trade: a.reach_km for a in activities},
        crafts=[craft for a in activities for craft in a.crafts],
    )
    if request.method == "POST" and form.is_valid():
        sheet_actions.set_trades(
            chantier=found,
            known=form.answer.known,
            struck={*form.answer.struck, *struck} - set(form.answer.known),
            reaches_km=form.reaches_km,
            crafts=form.answer.crafts,
            by=request.user,
        )
        return _changed(request, found.structure, "Vos métiers sont à jour.")
    context = {"structure": found.structure, "chantier": found, "form": form}
    return render(request, "members/sheet_trades.html", context)


@EDIT
def place(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = access.edited_structure_for(request.user, pk)
    reaches = Activity.objects.filter(chantier__structure=structure).values_list("reach_km")
    distinct = {reach for (reach,) in reaches}
    # Where trades go unequally far, none is chosen: leaving the question alone changes nothing.
    reach_km = distinct.pop() if len(distinct) == 1 else None
    form = PlaceForm(posted(request), commune=structure.commune, reach_km=reach_km)
    if request.method == "POST" and form.is_valid():
        sheet_actions.set_place(
            structure=structure,
            commune=form.cleaned_data.get("commune"),
            reach_km=form.answer.reach_km,
            by=request.user,
        )
        return _changed(request, structure, "Votre lieu est à jour.")
    return render(request, "members/sheet_place.html", {"structure": structure, "form": form})


@EDIT
def identity(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = access.edited_structure_for(request.user, pk)

    form = IdentityForm(posted(request), initial=IdentityForm.initial_of(structure))
    write = partial(sheet_actions.set_identity, structure=structure)
    done = "Votre nom, votre site et votre téléphone sont à jour."
    return _edit(request, structure, form, "Nom d’usage, site et téléphone", write, done)


@EDIT
def add_crew(request: SignedInRequest, pk: int, chantier: int) -> HttpResponse:
    found = access.edited_row_for(request.user, pk, Chantier, chantier)

    form = CrewForm(posted(request), trades=_trades_of(found), initial={"heures": 26})
    write = partial(sheet_actions.add_crew, chantier=found)
    done = "L’équipe est ajoutée."
    return _edit(request, found.structure, form, "Ajouter une équipe", write, done)


@EDIT
def crew(request: SignedInRequest, pk: int, crew: int) -> HttpResponse:
    found = access.edited_row_for(request.user, pk, Crew, crew)

    form = CrewForm(posted(request), trades=_trades_of(found.chantier), crew=found)
    write = partial(sheet_actions.change_crew, crew=found)
    done = "L’équipe est modifiée."
    return _edit(request, found.chantier.structure, form, found.name, write, done)


@EDIT
def fte(request: SignedInRequest, pk: int, chantier: int) -> HttpResponse:
    found = access.edited_row_for(request.user, pk, Chantier, chantier)

    declared = found.declared_cfte
    initial = {"etp": None if declared is None else Decimal(declared) / 100}
    form = FteForm(posted(request), initial=initial)
    write = partial(sheet_actions.set_declared_fte, chantier=found)
    done = "Votre taille est à jour."
    return _edit(request, found.structure, form, "Votre taille en ETP", write, done)


@EDIT
def season(request: SignedInRequest, pk: int, chantier: int) -> HttpResponse:
    found = access.edited_row_for(request.user, pk, Chantier, chantier)
    page = SheetPage(found.structure, viewer_of(request))
    form = SeasonForm(posted(request), months=page.months_of(found))
    if request.method == "POST" and form.is_valid():
        sheet_actions.set_season(
            chantier=found,
            percent_by_month=form.percent_by_month,
            by=request.user,
            on=timezone.localdate(),
        )
        return _changed(request, found.structure, "Vos mois sont à jour.")
    context = {"structure": found.structure, "chantier": found, "form": form}
    return render(request, "members/sheet_season.html", context)


@EDIT
def add_exception(request: SignedInRequest, pk: int, chantier: int) -> HttpResponse:
    found = access.edited_row_for(request.user, pk, Chantier, chantier)

    form = ExceptionForm(posted(request), on=timezone.localdate())
    write = partial(sheet_actions.add_exception, chantier=found)
    done = "Ces mois à part sont notés."
    return _edit(request, found.structure, form, "Ajouter des mois à part", write, done)


@EDIT
def add_paper(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = access.edited_structure_for(request.user, pk)
    form = PaperForm(posted(request), initial={"papier": request.GET.get("papier", "")})
    write = partial(sheet_actions.write_paper, paper=Certification(structure=structure))
    usual = list(papers.USUAL.items())
    done = "Le papier est noté."
    return _edit(request, structure, form, "Noter un papier", write, done, usual=usual)


@EDIT
def paper(request: SignedInRequest, pk: int, paper: int) -> HttpResponse:
    found = access.edited_row_for(request.user, pk, Certification, paper)

    form = PaperForm(posted(request), paper=found)
    write = partial(sheet_actions.write_paper, paper=found)
    return _edit(request, found.structure, form, found.name, write, "Le papier est à jour.")


@EDIT
def annex(request: SignedInRequest, pk: int, annex: int | None = None) -> HttpResponse:
    """A financial annex, new or corrected, with what the State gives for one of its posts."""
    if annex is None:
        structure = access.edited_structure_for(request.user, pk)
        found = Convention(structure=structure, state=Convention.State.VALIDE)
    else:
        found = access.edited_row_for(request.user, pk, Convention, annex)
    form = AnnexForm(posted(request), instance=found)
    title = "Noter une annexe financière" if annex is None else f"Annexe {found.number}"

    def done() -> str:
        return f"L’annexe {found.number} est notée."

    return _edit(request, found.structure, form, title, sheet_actions.write_annex, done)


@require_POST
def remove(
    request: SignedInRequest, pk: int, row: int, model: type[models.Model], done: str
) -> HttpResponse:
    """A crew, months apart or a paper goes; « Annuler » on the sheet puts it back."""
    found = access.edited_row_for(request.user, pk, model, row)
    structure = access.edited_structure_for(request.user, pk)
    sheet_actions.remove_row(row=found, structure=structure, by=request.user)
    return _changed(request, structure, done)


@require_POST
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = access.edited_structure_for(request.user, pk)
    try:
        what = sheet_undo.undo_last_change(structure=structure, by=request.user)
        messages.success(request, f"C’est annulé : {what}. Annuler encore refait le changement.")
    except ValidationError as nothing:
        messages.info(request, " ".join(nothing.messages))
    return redirect("members:sheet", pk)


@EDIT
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = access.edited_structure_for(request.user, pk)
    if request.method == "POST":
        checking.close_structure(
            structure=structure,
            source=Closure.Source.DIRECTOR,
            closed_on=timezone.localdate(),
            by=request.user,
        )
        return _changed(
            request, structure, "La structure est notée fermée. Vous pouvez la rouvrir."
        )
    return render(request, "members/sheet_close.html", {"structure": structure})


@require_POST
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = access.closable_structure_for(request.user, pk, on=timezone.localdate())
    checking.reopen_structure(structure=structure, by=request.user)
    messages.success(request, "La structure est rouverte.")
    return redirect("members:structure", pk)


@require_POST
def answer_closure(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the user knows about a closing that the register announces."""
    structure = access.closable_structure_for(request.user, pk, on=timezone.localdate())
    is_closed = request.POST.get("reponse") == "fermee"
    if not is_closed and request.POST.get("reponse") != "ouverte":
        messages.error(request, "Ce choix n’existe pas. Rien n’a changé : recommencez.")
        return redirect("members:structure", pk)
    directs = access.directs(request.user, structure)
    checking.answer_closure(
        structure=structure,
        is_closed=is_closed,
        source=Closure.Source.DIRECTOR if directs else Closure.Source.NETWORK,
        by=request.user,
        now=timezone.now(),
    )
    done = "Elle est notée fermée." if is_closed else "Elle reste ouverte. Nous l’avons noté."
    messages.success(request, done)
    return redirect("members:structure", pk)


def _edit(
    request: SignedInRequest,
    structure: Structure,
    form: SheetForm,
    title: str,
    write: Callable[..., object],
    done: str | Callable[[], str],
    **more: Any,
) -> HttpResponse:
    """One form, one action, back to the sheet; what an action refuses is told beside its field."""
    if form.is_valid():
        with refusals_in(form, {"valid_to": "jusque", "valid_until": "jusque"}):
            write(**form.values, by=request.user)
            return _changed(request, structure, done if isinstance(done, str) else done())
    context = {"structure": structure, "form": form, "title": title, **more}
    return render(request, "members/sheet_edit.html", context)


def _changed(request: HttpRequest, structure: Structure, done: str) -> HttpResponse:
    messages.success(request, done)
    return redirect_after(request, "members:sheet", structure.pk)


def _trades_of(chantier: Chantier) -> list[str]:
    return list(Activity.objects.filter(chantier=chantier).values_list("trade", flat=True))

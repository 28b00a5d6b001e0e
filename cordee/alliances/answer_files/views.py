"""The answer file of a structure: what every form asks again, told once by its director; nobody
else reads or writes it here."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.alliances.answer_files import actions
from cordee.alliances.answer_files.forms import (
    AnswerFileForm,
    ReferenceForm,
    TradeTextsForm,
    TurnoverForm,
    trade_label,
)
from cordee.alliances.models import AnswerFile, PastWork, Turnover
from cordee.base.found import first_or_404
from cordee.base.ui import french, panels
from cordee.base.ui.forms import posted, refusals_in
from cordee.members.access import edited_structure_for
from cordee.members.models import Activity, Structure
from cordee.members.models.capacity import Certainty
from cordee.rules.kinds import Kind

EDIT = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything told, and what is not."""
    structure = edited_structure_for(request.user, pk)
    row = _file_of(structure)
    texts = row.trade_texts if row else {}
    context = {
        "structure": structure,
        "file": row,
        "lines": _lines(row, Kind(structure.kind)),
        "texts": [(trade_label(slug), *held.values()) for slug, held in texts.items()],
        "references": PastWork.objects.filter(structure=structure),
        "turnovers": Turnover.objects.filter(structure=structure),
    }
    return render(request, "alliances/answer_files/show.html", context)


@require_safe
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """On the sheet of a structure: how much of its answer file is told."""
    structure = edited_structure_for(request.user, pk)
    row = _file_of(structure)
    lines = _lines(row, Kind(structure.kind))
    context = {
        "structure": structure,
        "filled": sum(bool(value) for _, value in lines),
        "asked": len(lines),
    }
    return panels.shown(
        request, "alliances/answer_files/panel.html", context, title="Répondre à un marché"
    )


@EDIT
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    structure = edited_structure_for(request.user, pk)
    form = AnswerFileForm(
        posted(request),
        kind=Kind(structure.kind),
        row=_file_of(structure),
        has_references=PastWork.objects.filter(structure=structure).exists(),
        is_whole="tout" in request.GET,
    )
    title = "Ce que tous les formulaires demandent"
    return _kept(request, structure, form, actions.write_answer_file, title)


@EDIT
def edit_texts(request: SignedInRequest, pk: int) -> HttpResponse:
    """How the structure works, trade by trade: what its memos begin from."""
    structure = edited_structure_for(request.user, pk)
    known = Activity.objects.filter(chantier__structure=structure, certainty=Certainty.KNOWN)
    trades, row = known.values_list("trade", flat=True), _file_of(structure)
    form = TradeTextsForm(posted(request), trades=trades, row=row)
    title = "Comment vous travaillez, métier par métier"
    return _kept(request, structure, form, actions.write_trade_texts, title)


@EDIT
def add_reference(request: SignedInRequest, pk: int) -> HttpResponse:
    structure, form = edited_structure_for(request.user, pk), ReferenceForm(posted(request))
    return _kept(request, structure, form, actions.add_past_work, "Ajouter une référence")


@EDIT
def set_turnover(request: SignedInRequest, pk: int) -> HttpResponse:
    structure, form = edited_structure_for(request.user, pk), TurnoverForm(posted(request))
    title = "Le chiffre d’affaires d’un exercice"
    return _kept(request, structure, form, actions.set_turnover, title)


@EDIT
def remove_reference(request: SignedInRequest, pk: int, work: int) -> HttpResponse:
    rows = PastWork.objects.filter(structure=edited_structure_for(request.user, pk), pk=work)
    found = first_or_404(rows.select_related("structure"), "Cette référence n’existe pas, ou plus.")
    return _removed(request, found, f"Retirer la référence « {found.title} » ?")


@EDIT
def remove_turnover(request: SignedInRequest, pk: int, turnover: int) -> HttpResponse:
    rows = Turnover.objects.filter(structure=edited_structure_for(request.user, pk), pk=turnover)
    found = first_or_404(rows.select_related("structure"), "Cet exercice n’existe pas, ou plus.")
    return _removed(request, found, f"Retirer l’exercice {found.year} ?")


def _kept(
    request: HttpRequest,
    structure: Structure,
    form: BaseForm,
    action: Callable[..., Any],
    title: str,
) -> HttpResponse:
    """Write what a form holds and go back, or show the form."""
    if form.is_valid():
        with refusals_in(form):
            action(structure=structure, **form.cleaned_data, by=request.user)
            messages.success(request, "C’est gardé. Tous vos prochains dossiers le reprennent.")
            return redirect("answer_files:show", pk=structure.pk)
    context = {"structure": structure, "form": form, "title": title}
    return render(request, "alliances/answer_files/edit.html", context)


def _removed(request: SignedInRequest, found: PastWork | Turnover, question: str) -> HttpResponse:
    """Ask, then take a row away."""
    if request.method == "POST":
        actions.remove(row=found, by=request.user)
        messages.success(request, "C’est retiré.")
        return redirect("answer_files:show", pk=found.structure_id)
    context = {"structure": found.structure, "question": question}
    return render(request, "alliances/answer_files/remove.html", context)


def _file_of(structure: Structure) -> AnswerFile | None:
    """What a structure told once; None where nothing yet."""
    return AnswerFile.objects.filter(structure=structure).first()


def _lines(row: AnswerFile | None, kind: Kind) -> list[tuple[str, str]]:
    """(label, value) of the file; an empty text is what nobody filled in."""
    form = AnswerFileForm(kind=kind, row=row, has_references=True)
    held = row or AnswerFile()
    return [(str(field.label), _said(getattr(held, name))) for name, field in form.fields.items()]


def _said(value: str | int | None) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return french.count(value, "personne") if isinstance(value, int) else value or ""

"""The answer file of a structure: what every form asks again, told once by its director; nobody
else reads or writes it here."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.validators import MaxValueValidator
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.alliances.answer_files import actions
from cordee.alliances.models import AnswerFile, PastWork, Turnover
from cordee.alliances.models.paperwork import FIRST_YEAR
from cordee.base.found import first_or_404
from cordee.base.ui import french, panels
from cordee.base.ui.fields import EurosFormField, LongTextField
from cordee.base.ui.forms import posted, refusals_in
from cordee.members.access import edited_structure_for
from cordee.members.claim_forms import UNKNOWN, YesNoField
from cordee.members.models import Activity, Structure
from cordee.members.models.capacity import Certainty
from cordee.opportunities.forms import TRADE_CHOICES
from cordee.rules.kinds import SIAE_KINDS, Kind
from cordee.rules.trades import TRADES

# In the order of forms.
ASKED = (
    *("legal_form", "registered_at", "address", "email", "is_small", "permanent_staff"),
    *("insertion_staff", "means", "method"),
)
LONG = 1_500
EVERY_TRADE = "tous"
HAS_BEGUN = MaxValueValidator(lambda: timezone.localdate().year)
EDIT = require_http_methods(["GET", "HEAD", "POST"])


class AnswerFileForm(forms.ModelForm[AnswerFile]):
    """Every field may stay empty: what is missing is told in the documents.

    What was told already is not asked again, save where `is_whole` or where it is sent.
    """

    is_small = YesNoField(
        label="Petite ou moyenne entreprise ?",
        help_text="Presque toutes les structures d’insertion en sont une.",
    )

    class Meta:
        model = AnswerFile
        fields = (*ASKED, "has_no_reference")
        labels: ClassVar = {"has_no_reference": "Nous n’avons pas de référence à donner"}
        help_texts: ClassVar = {
            "legal_form": "Par exemple « Association loi de 1901 » ou « SCIC SA ».",
            "registered_at": "Registre des associations (numéro W…), du commerce ou des métiers.",
            "address": "Rue et numéro. Laissez vide si celle de votre fiche convient.",
            "email": "Celle de la structure, pas celle d’une personne.",
            "permanent_staff": "Un nombre de personnes.",
            "insertion_staff": "Un nombre de personnes, sans aucun nom.",
            "method": "Encadrement, formation, accompagnement. Rien sur une personne.",
        }
        widgets: ClassVar = dict.fromkeys(("means", "method"), forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        kind: Kind,
        row: AnswerFile | None,
        has_references: bool,
        is_whole: bool = True,
    ) -> None:
        is_told = row is not None and row.is_small is not None
        super().__init__(data, instance=row, initial={} if is_told else {"is_small": UNKNOWN})
        if kind not in SIAE_KINDS:
            del self.fields["insertion_staff"]
        if has_references:
            del self.fields["has_no_reference"]
        told = [name for name in self.fields if row and getattr(row, name) not in ("", None, False)]
        if not is_whole and len(told) < len(self.fields):
            for name in set(told) - self.data.keys():
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """What `write_answer_file` takes."""
        return {"values": dict(self.cleaned_data)}


class TradeTextsForm(forms.Form):
    """How a structure works, one text a trade, and one for all of them."""

    def __init__(self, *args: Any, trades: Iterable[str], row: AnswerFile | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        held = row.trade_texts if row else {}
        for slug in dict.fromkeys(("", *trades, *held)):
            self.fields[slug or EVERY_TRADE] = LongTextField(
                label=trade_label(slug),
                initial=held.get(slug, {}).get("text", ""),
                help_text="Déroulement, encadrement, matériel, qualité. Rien sur une personne.",
                rows=5,
                max_length=LONG,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """What `write_trade_texts` takes."""
        typed = self.cleaned_data.items()
        return {"texts": {name.removeprefix(EVERY_TRADE): text for name, text in typed}}


def trade_label(slug: str) -> str:
    """A trade in a few words; "" is all of them."""
    return TRADES[slug].short_label if slug else "Tous vos métiers"


class ReferenceForm(forms.Form):
    """Work done for somebody."""

    title = forms.CharField(label="Quel travail", max_length=200)
    client = forms.CharField(
        label="Pour qui",
        help_text="Une commune, un bailleur, une entreprise : pas une personne.",
        max_length=200,
    )
    trade = forms.ChoiceField(
        label="Dans quel métier", choices=[("", "Non dit"), *TRADE_CHOICES], required=False
    )
    year = forms.IntegerField(label="En quelle année", min_value=FIRST_YEAR, validators=[HAS_BEGUN])
    amount_cents = EurosFormField(label="Montant hors taxes", min_value=0, required=False)


class TurnoverForm(forms.Form):
    """One year."""

    year = forms.IntegerField(label="Exercice", min_value=FIRST_YEAR, validators=[HAS_BEGUN])
    amount_cents = EurosFormField(label="Chiffre d’affaires hors taxes", min_value=0)
    field_cents = EurosFormField(
        label="Dont dans vos métiers principaux", min_value=0, required=False
    )


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

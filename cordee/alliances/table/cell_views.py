"""The page of one cell of the table: everything about it, for who may write it."""

import re
import uuid
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cordee.accounts.requests import SignedInRequest
from cordee.agreement.model import Cell, Line
from cordee.agreement.terms import Terms
from cordee.alliances import access as alliance_access
from cordee.alliances import revisions
from cordee.alliances.access import AllianceAccess
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.models import AllianceRevision
from cordee.alliances.table.edits import editable, keep
from cordee.alliances.table.measures import (
    BY_SLUG,
    CREWS,
    EUROS,
    FTE,
    HOURS,
    MONTHS,
    Measure,
    NotANumber,
    columns_of,
)
from cordee.alliances.table.views import answer
from cordee.base.ui import months
from cordee.base.ui.fields import read_version
from cordee.base.ui.forms import posted, refusals_as_messages

# What a party does of a line that it shares: a place, months or tasks.
MOST_WORDS = 200
WRITTEN_MEANWHILE = (
    "Cette case a changé pendant que vous écriviez. Rien n’est enregistré\u00a0: "
    "relisez votre part."
)


class MeasureField(forms.Field):
    """A figure as its measure is typed; None for nothing."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    is_number = True

    def __init__(self, measure: Measure, label: str = "") -> None:
        super().__init__(label=label or measure.title, required=False)
        self.measure = measure

    def to_python(self, value: Any) -> int | None:
        try:
            return self.measure.read(value or "")
        except NotANumber as wrong:
            raise ValidationError(str(wrong)) from wrong


class MonthField(forms.Field):
    """A month as a number, or None."""

    widget = forms.TextInput(attrs={"type": "month"})

    def to_python(self, value: Any) -> int | None:
        if not (typed := (value or "").strip()):
            return None
        # A long row of figures is no month, and more than Python reads; nor is a year 0.
        found = re.fullmatch(r"(2[0-9]{3})-([0-9]{1,2})", typed)
        if found is None or not 1 <= int(found[2]) <= 12:
            raise ValidationError(
                f"«\u00a0{typed}\u00a0»\u00a0: écrivez un mois, par exemple 2027-03."
            )
        return int(found[1]) * 12 + int(found[2]) - 1

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 12}-{value % 12 + 1:02d}" if isinstance(value, int) else value


class CellForm(forms.Form):
    """Everything that a party says of its part of one line."""

    euros = MeasureField(EUROS)
    etp = MeasureField(FTE)
    heures = MeasureField(HOURS)
    equipes = MeasureField(CREWS)
    debut = MonthField(label="Premier mois", required=False)
    mois = MeasureField(MONTHS, "Nombre de mois")
    travail = forms.CharField(
        label="Ce qu’elle y fait, si d’autres y travaillent aussi",
        max_length=MOST_WORDS,
        required=False,
        help_text="Les zones, les mois ou les tâches, par exemple «\u00a0la rive nord\u00a0». Dans "
        "un groupement conjoint, chacun répond de ce qui est écrit ici.",
    )
    epinglee = forms.BooleanField(
        label="Épingler cette case",
        required=False,
        help_text="«\u00a0Réparer\u00a0» ne change jamais une case épinglée.",
    )

    def __init__(self, held: Cell, line: Line, data: Any = None) -> None:
        said = {slug: each.shown(each.value(held)) for slug, each in BY_SLUG.items()}
        own = {"debut": held.first_month, "travail": held.work, "epinglee": held.pinned}
        super().__init__(data, initial=said | own, auto_id="%s")
        when = months.span(line.first_month, line.months)
        self.fields["debut"].help_text = f"Sans réponse, c’est celui de la prestation ({when})."

    def filled(self, cell: Cell) -> Cell:
        """The cell as it was typed."""
        typed = self.cleaned_data
        figures: dict[str, Any] = {each.field: typed[slug] for slug, each in BY_SLUG.items()}
        work = " ".join(typed["travail"].split()) or None
        return replace(
            cell, **figures, first_month=typed["debut"], work=work, pinned=typed["epinglee"]
        )


@require_http_methods(["GET", "POST"])
def cell(request: SignedInRequest, pk: uuid.UUID, party_pk: int, line: str) -> HttpResponse:
    """Everything about one cell: amounts, months, crews, and its pin.

    A subcontractor opens those of its own row, and neither prices nor what another wrote.
    """
    access = alliance_access.taking_part_for(request.user, pk)
    terms, key = access.alliance.terms, str(party_pk)
    if key not in editable(access, terms) or line not in {each.key for each in terms.lines}:
        raise Http404("Cette case ne vous est pas ouverte.")
    form = CellForm(terms.cell(key, line), terms.line(line), posted(request))
    version = access.alliance.version
    if form.is_bound:
        base = alliance_access.revision_for(access, read_version(request.POST.get("version", "")))
        read, version = base.read(), base.number
        if read.find(key) is None:
            raise Http404("Cette version du tableau n’existe pas.")
        if form.is_valid():
            written = read.with_cell(form.filled(read.cell(key, line)))
            if not access.reads_shares:
                return _own_written(request, access, party_pk, base, written)
            kept = keep(access, base, written, {}, by=request.user, now=timezone.now())
            return answer(request, access, {"mesure": EUROS.slug}, kept)
    back = ("table", "Le tableau", []) if access.reads_shares else ("share", "Ma part", [party_pk])
    context = alliance_context(access, "alliances:table") | {
        "back": reverse(f"alliances:{back[0]}", args=[pk, *back[2]]),
        "back_called": back[1],
        "name": access.called[key],
        "column": next(each for each in columns_of(terms) if each.line.key == line),
        "version": version,
        "form": form,
    }
    return render(request, "alliances/table/cell.html", context)


def _own_written(
    request: SignedInRequest,
    access: AllianceAccess,
    party_pk: int,
    base: AllianceRevision,
    terms: Terms,
) -> HttpResponse:
    """Back to one's part; where somebody wrote there meanwhile, nothing is kept."""
    with refusals_as_messages(request):
        written = revisions.write_terms(
            alliance=access.alliance,
            base=base.number,
            terms=terms,
            by=request.user,
            now=timezone.now(),
        )
        if written.conflicts:
            messages.error(request, WRITTEN_MEANWHILE)
        else:
            messages.success(request, "C’est enregistré.")
    return redirect("alliances:share", pk=access.alliance.pk, party_pk=party_pk)

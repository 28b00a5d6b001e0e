"""The two files, chosen and taken away: a request to raise the ceiling, and the yearly dialogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.documents import Document
from cordee.base.files.storing import to_save
from cordee.dossier.writing import RENDER, TYPES
from cordee.economics import access
from cordee.economics.access import Chantiers
from cordee.economics.dossiers import papers
from cordee.economics.dossiers.evidence import local_markets
from cordee.economics.fields import DerogationRateField, highest_rate
from cordee.economics.headroom import Position, positions_by_chantier
from cordee.economics.models import AccountingYear
from cordee.economics.tabs import frame_of
from cordee.members.acting import viewer_of
from cordee.members.models import Structure
from cordee.members.sharing import Viewer


class YearForm(forms.Form):
    """The accounting year of a file; not asked where the chantier has one only, or none."""

    chantier = forms.CharField(required=False, widget=forms.HiddenInput)
    exercice = forms.TypedChoiceField(label="Exercice", coerce=int)

    def __init__(
        self,
        data: Any,
        *,
        chantiers: Chantiers,
        positions: Sequence[Position],
        auto_id: str,
        asked: str,
    ) -> None:
        initial = {"chantier": chantiers.chosen.pk, "exercice": asked}
        super().__init__(data, auto_id=auto_id, initial=initial)
        self.by_month = {each.year.first_month: each for each in positions}
        years: Any = self.fields["exercice"]
        years.choices = [(month, each.year.name) for month, each in self.by_month.items()]
        if len(positions) < 2:
            del self.fields["exercice"]

    @property
    def position(self) -> Position | None:
        """The year chosen, else the nearest; None where there is none."""
        chosen = self.by_month.get(self.cleaned_data.get("exercice", 0))
        return chosen or next(iter(self.by_month.values()), None)


class DerogationForm(YearForm):
    """And the rate to ask: above the ordinary ceiling, up to the legal maximum."""

    taux = DerogationRateField(
        label="Taux demandé, en %", initial=lambda: int(highest_rate() * 100)
    )


@dataclass(frozen=True, slots=True)
class Subject:
    """What both files are about: a chantier, and the years of its structure that have not ended."""

    structure: Structure
    chantiers: Chantiers
    positions: Mapping[int, Sequence[Position]]
    viewer: Viewer
    # The first month of the year that the page before was about.
    asked: str

    def dialogue(self, data: Any = None) -> YearForm:
        return YearForm(data, auto_id="dialogue-%s", **self._choices())

    def derogation(self, data: Any = None) -> DerogationForm:
        return DerogationForm(data, auto_id="derogation-%s", **self._choices())

    def _choices(self) -> dict[str, Any]:
        mine = self.positions.get(self.chantiers.chosen.pk, [])
        return {"chantiers": self.chantiers, "positions": mine, "asked": self.asked}


@require_safe
def dossiers(request: SignedInRequest, pk: int) -> HttpResponse:
    """What can be taken away, and how much it still lacks."""
    return _page(request, _subject(request, pk))


@require_safe
def derogation(request: SignedInRequest, pk: int) -> HttpResponse:
    """The request for a derogation; the page again where no such rate can be asked."""
    subject = _subject(request, pk)
    form = subject.derogation(request.GET)
    if not form.is_valid() or form.position is None:
        return _page(request, subject, form)
    on, rate = subject.viewer.on, form.cleaned_data["taux"]
    markets = list(local_markets(subject.chantiers.chosen, on))
    return to_file(request, papers.derogation(form.position, rate, markets, on))


@require_safe
def dialogue(request: SignedInRequest, pk: int) -> HttpResponse:
    """The yearly dialogue; a year that is not there is the nearest one."""
    subject = _subject(request, pk)
    form = subject.dialogue(request.GET)
    form.is_valid()
    return to_file(request, _dialogue(subject, form.position))


def _page(
    request: SignedInRequest, subject: Subject, form: DerogationForm | None = None
) -> HttpResponse:
    mine = subject.positions.get(subject.chantiers.chosen.pk, [])
    asked = [each for each in mine if str(each.year.first_month) == subject.asked]
    shown = next(iter([*asked, *mine]), None)
    year = None if shown is None else shown.year
    route = "economics:dossiers"
    frame = frame_of(subject.viewer, subject.structure, subject.chantiers, route, year=year)
    context = frame | {
        "title": "Deux dossiers à relire avant de les envoyer",
        "derogation": (form or subject.derogation()) if shown else None,
        "has_errors": bool(form and form.errors),
        "dialogue": subject.dialogue(),
        "gaps": len(_dialogue(subject, shown).gaps),
        "of_year": shown.year.name if shown else subject.viewer.on.year,
    }
    return render(request, "economics/dossiers/list.html", context)


def _subject(request: SignedInRequest, pk: int) -> Subject:
    asked = request.GET.get("chantier", "")
    structure, chantiers = access.capped_chantiers_for(request.user, pk, asked)
    viewer = viewer_of(request)
    years = AccountingYear.objects.filter(chantier__structure=structure).not_ended(viewer.on)
    asked_year = request.GET.get("exercice", "")
    positions = positions_by_chantier(years, viewer.on)
    return Subject(structure, chantiers, positions, viewer, asked_year)


def _dialogue(subject: Subject, position: Position | None) -> Document:
    """Of the year chosen; of the calendar year where no accounts are known."""
    first = position.year.first_month if position else subject.viewer.on.year * 12
    every = [each for mine in subject.positions.values() for each in mine]
    return papers.dialogue(subject.structure, every, first, subject.viewer.on)


def to_file(request: SignedInRequest, document: Document) -> HttpResponse:
    """A document to save, in the format that is asked for."""
    extension = "docx" if request.GET.get("format") == "docx" else "pdf"
    name = f"{slugify(f'{document.title} {document.subtitle}')[:150]}.{extension}"
    return to_save(name, RENDER[extension](document), TYPES[extension])

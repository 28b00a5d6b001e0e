"""What is asked of a need, step by step: each kind asks only its own questions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone

from cordee.base.ui.fields import (
    DayField,
    EurosFormField,
    FrenchDecimalField,
    LongTextField,
    RadioField,
)
from cordee.members.models import Network
from cordee.notices.notice import NeedKind
from cordee.opportunities.forms import TRADE_CHOICES, PlacesField

UNKNOWN = "inconnu"
UNKNOWN_WORDS = "Je ne sais pas"

CONTRACTS = [
    ("cdi", "CDI"),
    ("cdd", "CDD"),
    ("interim", "Intérim"),
    ("alternance", "Alternance"),
    (UNKNOWN, UNKNOWN_WORDS),
]
GIVINGS = [
    ("skills", "Des compétences\u00a0: le temps de vos équipes"),
    ("goods", "Du matériel, un local, un véhicule"),
    ("money", "De l’argent"),
]

# The questions of the first step, kind by kind, in the order in which they are asked.
WHAT_IS_ASKED = {
    NeedKind.CONTRACT: ("title", "text", "buyer", "amount"),
    NeedKind.QUOTE: ("title", "quantity", "text", "buyer"),
    NeedKind.SUBCONTRACTOR: ("title", "main_contract", "text", "buyer", "amount"),
    NeedKind.LABOUR: ("title", "people", "contract", "rome", "text", "buyer"),
    NeedKind.SPONSORSHIP: ("giving", "title", "for_whom", "text", "buyer", "amount"),
    NeedKind.PROJECT: ("title", "for_whom", "text", "buyer", "amount"),
}
WHERE_IS_ASKED = {
    NeedKind.CONTRACT: ("trade", "place", "start", "months", "need_fte", "deadline"),
    NeedKind.QUOTE: ("trade", "place", "start", "deadline"),
    NeedKind.SUBCONTRACTOR: ("trade", "place", "start", "months", "need_fte", "deadline"),
    NeedKind.LABOUR: ("trade", "place", "start", "months", "deadline"),
    NeedKind.SPONSORSHIP: ("trade", "place", "deadline"),
    NeedKind.PROJECT: ("trade", "place", "deadline"),
}
_LABELS = {
    (NeedKind.LABOUR, "title"): "Quel poste\u202f?",
    (NeedKind.SPONSORSHIP, "title"): "Que donnez-vous, en une ligne\u202f?",
    (NeedKind.PROJECT, "title"): "Quel est l’appel à projets, en une ligne\u202f?",
    (NeedKind.QUOTE, "title"): "Que faut-il chiffrer, en une ligne\u202f?",
    (NeedKind.SUBCONTRACTOR, "title"): "Quelle part du travail confiez-vous\u202f?",
    (NeedKind.SPONSORSHIP, "for_whom"): "Pour qui, ou pour quoi faire\u202f?",
    (NeedKind.SPONSORSHIP, "amount"): "Valeur du don",
    (NeedKind.PROJECT, "amount"): "Aide possible pour un projet",
    (NeedKind.LABOUR, "buyer"): "Chez quel employeur\u202f?",
    (NeedKind.SPONSORSHIP, "buyer"): "Qui donne\u202f?",
    (NeedKind.PROJECT, "buyer"): "Qui lance l’appel\u202f?",
}


class _StepForm(forms.Form):
    """One step. `kind` leaves only its own questions; `typed` is what was answered before."""

    asked: Mapping[NeedKind, tuple[str, ...]]

    def __init__(self, kind: NeedKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        names = self.asked[kind]
        self.fields = {name: self.fields[name] for name in names}
        for name in names:
            self.fields[name].label = _LABELS.get((kind, name), self.fields[name].label)

    @property
    def typed(self) -> dict[str, Any]:
        """What the person wrote, as the person wrote it."""
        return {name: self.data.get(name, "") for name in self.fields}


class WhatForm(_StepForm):
    asked = WHAT_IS_ASKED

    title = forms.CharField(label="Que faut-il faire, en une ligne\u202f?", max_length=300)
    quantity = forms.CharField(
        label="Quelle quantité\u202f?",
        required=False,
        max_length=300,
        help_text="Une surface, un nombre, une fréquence. Laissez vide si vous ne savez pas.",
    )
    main_contract = forms.CharField(
        label="Pour quel marché\u202f?",
        required=False,
        max_length=300,
        help_text="Un sous-traitant livre un résultat, avec son encadrement et ses outils.",
    )
    people = forms.IntegerField(
        label="Combien de personnes\u202f?", required=False, min_value=1, max_value=1000
    )
    contract = RadioField(label="Quel contrat\u202f?", choices=CONTRACTS, initial=UNKNOWN)
    rome = forms.CharField(
        label="Code ROME",
        required=False,
        max_length=5,
        validators=[RegexValidator(r"^[A-N]\d{4}$", "Écrivez une lettre et quatre chiffres.")],
        help_text="Le code du métier chez France Travail, par exemple A1203. Facultatif.",
    )
    giving = RadioField(label="Que donnez-vous\u202f?", choices=GIVINGS)
    for_whom = forms.CharField(label="Qui peut répondre\u202f?", required=False, max_length=300)
    text = LongTextField(
        label="Ce qu’il faut savoir de plus",
        required=False,
        max_length=6_000,
        rows=4,
        help_text="N’écrivez rien sur la santé ou la vie d’une personne.",
    )
    buyer = forms.CharField(label="Pour quelle entreprise\u202f?", max_length=200)
    amount = EurosFormField(
        label="Montant",
        required=False,
        help_text="En euros hors taxes. Laissez vide si vous ne savez pas.",
    )


class WhereForm(_StepForm):
    asked = WHERE_IS_ASKED

    trade = forms.ChoiceField(
        label="Métier", choices=[("", "Choisissez"), (UNKNOWN, UNKNOWN_WORDS), *TRADE_CHOICES]
    )
    place = PlacesField(
        label="Où\u202f?",
        help_text="Une commune par ligne, par exemple «\u00a0Aubenas (07)\u00a0».",
    )
    start = DayField(
        label="Premier jour", required=False, help_text="Laissez vide si vous ne savez pas."
    )
    months = forms.IntegerField(
        label="Durée, en mois",
        required=False,
        min_value=1,
        max_value=120,
        help_text="Laissez vide si vous ne savez pas.",
    )
    need_fte = FrenchDecimalField(
        label="Combien de personnes à temps plein\u202f?",
        required=False,
        min_value=Decimal("0.01"),
        max_value=10_000,
        help_text="Chaque mois, par exemple 3,5. Laissez vide si vous ne savez pas.",
    )
    deadline = DayField(
        label="Répondre jusqu’au",
        help_text="Ce jour compris. Les réseaux relancent à 3 et à 7 jours.",
    )

    def __init__(self, kind: NeedKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(kind, *args, **kwargs)
        if kind in (NeedKind.SPONSORSHIP, NeedKind.PROJECT):
            self.fields["place"].required = False

    def clean_deadline(self) -> Any:
        deadline = self.cleaned_data["deadline"]
        if deadline < timezone.localdate():
            raise ValidationError("Ce jour est passé. Choisissez un jour à venir.")
        return deadline


class AudienceForm(forms.Form):
    networks = forms.ModelMultipleChoiceField(
        label="Quels réseaux\u202f?",
        queryset=Network.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Chacun relit votre besoin, puis le montre à ses membres. Personne d’autre.",
        error_messages={"required": "Choisissez au moins un réseau."},
    )

    def __init__(self, networks: Any, *args: Any, is_required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["networks"].queryset = networks  # type: ignore[attr-defined]
        self.fields["networks"].required = is_required

    @property
    def typed(self) -> dict[str, Any]:
        return {"networks": [str(network.pk) for network in self.cleaned_data["networks"]]}


class NeedDecisionForm(forms.Form):
    """What a network says to the author, whichever way it decides."""

    DECISIONS = (
        ("publish", "Publier\u00a0: nos membres le voient"),
        ("ask", "Poser une question à l’auteur"),
        ("refuse", "Refuser, avec une raison"),
    )
    decision = RadioField(label="Que décidez-vous\u202f?", choices=DECISIONS)
    words = LongTextField(
        label="Votre question, ou votre raison",
        required=False,
        max_length=2_000,
        help_text="L’auteur la lit. Pour publier, laissez vide.",
    )


class FilledForm(forms.Form):
    filled_by = forms.CharField(
        label="Qui répond à ce besoin\u202f?",
        required=False,
        max_length=200,
        help_text="Dans vos mots. Les réseaux qui ont publié ce besoin le lisent.",
    )

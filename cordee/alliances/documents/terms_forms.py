"""What is typed beside the split: common terms of the group, how a party invoices."""

from typing import Any

from django import forms

from cordee.agreement import CommonTerms, VatRegime
from cordee.agreement.arrangement import Arrangement
from cordee.base.ui.fields import EurosFormField, WholeField

LONG = 2_000
# Questions, and what the model says where they stay empty.
ARTICLES = {
    "payment": (
        "Comment l’argent arrive-t-il à chacun ?",
        "Vide : chacun facture avant le 5. Révision, avance, frais d’étude : ceux du modèle.",
    ),
    "decision": ("Qui décide quoi, et à quelle majorité ?", "Vide : unanimité avant le dépôt."),
    "coordination": ("Comment vous parlez-vous ?", "Vide : une réunion par mois."),
    "penalties": (
        "Qui paie une pénalité de l’acheteur ?",
        "Vide : qui l’a causée. Assurances et réception restent celles du modèle.",
    ),
    "withdrawal": (
        "Que se passe-t-il de plus si un membre part ?",
        "S’ajoute aux règles de chaque étape, qui sont dans la loi, et à l’exclusion.",
    ),
    "disputes": ("Que faites-vous avant le tribunal ?", "Vide : rencontre, puis médiation."),
}


class CommonTermsForm(forms.Form):
    """Every field may stay empty: the model's own words, or a gap, stand there."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    labour_share_percent = WholeField(
        label="Part de main-d’œuvre dans le prix (%)",
        help_text="Pour calculer les heures d’insertion.",
        min_value=0,
        max_value=100,
        required=False,
    )
    insertion_rate_percent = WholeField(
        label="Taux d’insertion (%)",
        help_text="La part des heures de travail faite par des personnes en insertion.",
        min_value=0,
        max_value=100,
        required=False,
    )
    hourly_cost_cents = EurosFormField(
        label="Coût d’une heure de travail", min_value=1, required=False
    )
    coordination_cents = EurosFormField(
        label="Ce que reçoit le mandataire pour coordonner, HT", min_value=0, required=False
    )

    def __init__(self, *args: Any, arrangement: Arrangement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not arrangement.has_form:
            # Nobody leads a group: what was agreed for that waits unseen.
            self.fields["coordination_cents"].widget = forms.HiddenInput()
        articles = ARTICLES | arrangement.pick(
            group={}, sole={"decision": ("Qui décide quoi ?", "Vide : le candidat, seul.")}
        )
        for name, (label, help_text) in articles.items():
            self.fields[name] = forms.CharField(
                label=label,
                help_text=help_text,
                widget=forms.Textarea(attrs={"rows": 3}),
                max_length=LONG,
                required=False,
            )

    @property
    def common(self) -> CommonTerms:
        """The terms as they would be."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return CommonTerms(**values)


class VatForm(forms.Form):
    """How one party invoices."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    vat = forms.ChoiceField(
        label="Comment facturez-vous ?",
        choices=[
            (VatRegime.STANDARD, "Avec la TVA, au taux normal"),
            (VatRegime.REDUCED, "Avec la TVA, à un taux réduit"),
            (VatRegime.EXEMPT, "Sans TVA : association ou activité qui n’y est pas soumise"),
            (
                VatRegime.REVERSE_CHARGE,
                "Sans TVA\u00a0: sous-traitant de travaux (autoliquidation)",
            ),
            (VatRegime.UNKNOWN, "Je ne sais pas"),
        ],
        widget=forms.RadioSelect,
    )

"""What is typed beside the split: common terms of the group, how a party invoices."""

from dataclasses import asdict, replace
from typing import Any

from django import forms

from cordee.agreement import Terms, VatRegime
from cordee.base.ui.fields import EurosFormField, LongTextField, RadioField
from cordee.dossier import texts
from cordee.dossier.texts import CHOICES, left_to

LONG = 2_000
# Questions, and what the model says where they stay empty.
ARTICLES = {
    "payment": (
        "Comment l’argent arrive-t-il à chacun ?",
        "Vide : chacun facture avant le 5. Révision et avance : celles du modèle.",
    ),
    "decision": ("Qui décide quoi, et à quelle majorité ?", "Vide : unanimité avant le dépôt."),
    "coordination": ("Comment vous parlez-vous ?", "Vide : une réunion par mois."),
    "penalties": (
        "Qui paie une pénalité de l’acheteur ?",
        "Vide : qui l’a causée. La réception reste celle du modèle.",
    ),
    "withdrawal": (
        "Que se passe-t-il de plus si un membre part ?",
        "S’ajoute aux règles de chaque étape, qui sont dans la loi, et à l’exclusion.",
    ),
    "disputes": (
        "Vos propres mots sur les désaccords ?",
        "Ils prennent la place du texte du modèle. Vide : il reste.",
    ),
}
# Each choice beside the words that say more of it.
ORDER = (
    *("labour_share_percent", "insertion_rate_percent", "hourly_cost_cents", "coordination_cents"),
    *("payment", "study_costs", "decision", "coordination", "penalties", "insurance_cents"),
    *("withdrawal", "notice", "exclusion", "dispute_steps", "disputes"),
)


class CommonTermsForm(forms.Form):
    """Every field may stay empty: the model's own words, or a gap, stand there."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    labour_share_percent = forms.IntegerField(
        label="Part de main-d’œuvre dans le prix (%)",
        help_text="Pour calculer les heures d’insertion.",
        min_value=0,
        max_value=100,
        required=False,
    )
    insertion_rate_percent = forms.IntegerField(
        label="Taux d’insertion (%)",
        help_text="La part des heures de travail faite par des personnes en insertion. Ne sert que "
        "si l’avis ne la donne pas.",
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
    insurance_cents = EurosFormField(
        label=CHOICES["insurance_cents"].question,
        help_text="Vide : les montants que demande le marché.",
        min_value=1,
        required=False,
    )

    def __init__(self, *args: Any, terms: Terms, model: int, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).update(asdict(terms.common))
        super().__init__(*args, **kwargs)
        self.held = terms.common
        if not terms.arrangement.has_form:
            # Nobody leads a group: what was agreed for that waits unseen.
            del self.fields["coordination_cents"]
        articles = ARTICLES | terms.arrangement.pick(
            group={}, sole={"decision": ("Qui décide quoi ?", "Vide : le candidat, seul.")}
        )
        for name, (label, help_text) in articles.items():
            self.fields[name] = LongTextField(
                label=label, help_text=help_text, max_length=LONG, required=False
            )
        for name, choice in CHOICES.items():
            if name not in left_to(terms, model=model):
                self.fields.pop(name, None)
            elif name not in self.fields:
                self.fields[name] = RadioField(
                    label=choice.question,
                    choices=list(texts.options(choice.name, model=model).items()),
                    required=False,
                )
        self.order_fields(ORDER)

    def clean(self) -> dict[str, Any]:
        """What `write_common_terms` takes; what was not asked stays."""
        values = dict(self.cleaned_data)
        return {"base": values.pop("version", 0), "common": replace(self.held, **values)}


class VatForm(forms.Form):
    """How one party invoices."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    vat = RadioField(
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
    )

    def clean(self) -> dict[str, Any]:
        """What `choose_vat` takes."""
        regime = VatRegime(self.cleaned_data.get("vat", VatRegime.UNKNOWN))
        return {"base": self.cleaned_data.get("version", 0), "vat": regime}

"""A resource, what the bank held, and the contract that one asks about."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cordee.base.ui import french
from cordee.base.ui.fields import EurosFormField, FrenchDecimalField
from cordee.economics.cash.forecast import MONTHS, Forecast
from cordee.economics.commitments.forms import month_choices
from cordee.economics.fields import CostShareField, ShareField
from cordee.economics.models import Commitment, OpeningBalance, Resource
from cordee.members.models import Structure
from cordee.rules import cash


class ResourceForm(forms.ModelForm[Resource]):
    first_month = forms.TypedChoiceField(label="Quand arrive-t-il\u202f?", coerce=int)
    months = forms.IntegerField(
        label="En combien de versements\u202f?", help_text="Un par mois.", min_value=1, max_value=60
    )

    class Meta:
        model = Resource
        fields = ("chantier", "funder", "amount_cents", "certainty", "months", "category")
        labels = {
            "chantier": "Pour quel chantier\u202f?",
            "funder": "Qui donne cet argent\u202f?",
            "amount_cents": "Combien en tout\u202f?",
            "certainty": "Est-ce sûr\u202f?",
            "category": "Quelle sorte de ressource\u202f?",
        }
        help_texts = {
            "certainty": "Acquis\u00a0: notifié ou signé. Promis\u00a0: on vous l’a dit. "
            "Demandé\u00a0: vous attendez la réponse.",
            "category": "L’aide au poste vient de votre annexe. Notez ici la part modulée seule.",
        }
        widgets = {"certainty": forms.RadioSelect}

    field_order = ("chantier", "funder", "amount_cents", "certainty", "first_month")

    def __init__(self, *args: Any, structure: Structure, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount_cents"].min_value = 1  # type: ignore[attr-defined]
        chantiers = structure.chantiers.all()
        first: Any = self.fields["first_month"]
        first.choices = month_choices(self.instance, on)
        self.initial["first_month"] = self.instance.first_month
        if len(chantiers) == 1:
            # One alone is not asked.
            self.instance.chantier = chantiers[0]
            del self.fields["chantier"]
        else:
            self.fields["chantier"].queryset = chantiers  # type: ignore[attr-defined]

    def clean_first_month(self) -> int:
        self.instance.first_month = self.cleaned_data["first_month"]
        return self.instance.first_month


class OpeningForm(forms.ModelForm[OpeningBalance]):
    """Only the balance is asked for: that of the first day of the month."""

    balance_cents = EurosFormField(
        help_text="Tous vos comptes ensemble. À découvert\u00a0: écrivez un moins devant.",
        min_value=None,
    )
    filled = FrenchDecimalField(
        label="Combien de postes d’insertion seront occupés, en moyenne\u202f?",
        help_text="En équivalents temps plein (ETP). Vide\u00a0: tous ceux de l’annexe.",
        min_value=0,
        max_value=1000,
        required=False,
    )
    payment_days = forms.IntegerField(
        label="En combien de jours vos clients paient-ils\u202f?",
        help_text=f"Vide\u00a0: nous comptons {cash.USUAL_PAYMENT_DAYS} jours.",
        min_value=0,
        max_value=365,
        required=False,
    )

    class Meta:
        model = OpeningBalance
        fields = ("balance_cents", "payment_days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (cfte := self.instance.filled_cfte) is not None:
            self.initial["filled"] = Decimal(cfte) / 100
        asked = f"Combien aviez-vous en banque au 1er {self.instance}\u202f?"
        self.fields["balance_cents"].label = asked

    def clean_filled(self) -> Decimal | None:
        """No more than the annexes of the coming months have: the State pays none beside."""
        filled: Decimal | None = self.cleaned_data["filled"]
        found, now = Forecast(self.instance.structure), self.instance.month
        every = [found.annexes_of(month) for month in range(now, now + MONTHS)]
        most = max(sum(each.posts_cfte for each in annexes) for annexes in every)
        if filled is not None and 0 < most < filled * 100:
            raise ValidationError(
                f"Votre annexe compte {french.fte(most)}. Écrivez ce nombre, ou moins."
            )
        self.instance.filled_cfte = None if filled is None else int(filled * 100)
        return filled


class QuestionForm(forms.Form):
    """Which contract, what it costs, and the advance that it may bring."""

    marche = forms.TypedChoiceField(label="Quel marché\u202f?", coerce=int)
    cout = CostShareField(
        help_text="Vide\u00a0: la dépense notée pour ce marché ou l’exercice, sinon 100\u202f€."
    )
    avance = ShareField(
        label="Avance, en % du montant",
        help_text="Elle est écrite dans le contrat. Vide\u00a0: aucune.",
    )

    def __init__(self, *args: Any, rows: Sequence[Commitment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["marche"]
        field.choices = [(row.pk, row.label) for row in rows]

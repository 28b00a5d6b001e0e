"""What a structure types once for all its bids."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator
from django.http import QueryDict
from django.utils import timezone

from cordee.alliances.models import AnswerFile
from cordee.alliances.models.paperwork import FIRST_YEAR
from cordee.base.ui.fields import EurosFormField, LongTextField
from cordee.members.claim_forms import UNKNOWN, YesNoField
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

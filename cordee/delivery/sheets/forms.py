"""A time sheet, for which partner, and what it does not say."""

from datetime import date
from typing import Any

from django import forms

from cordee.agreement.insertion import Way
from cordee.base.tables import TableError
from cordee.base.ui import french
from cordee.base.ui.forms import offer_choices
from cordee.delivery.access import DeliveryAccess
from cordee.delivery.hours.month import usual_way
from cordee.delivery.sheets.actions import closed_months
from cordee.delivery.sheets.reading import Expected, lot_name, read_sheet
from cordee.rules.months import month_number

# The whole request then stays in memory: beyond, it would pass through a file of the machine.
MOST_BYTES = 800_000
MOST_FAULTS = 8


class SheetForm(forms.Form):
    """`partner` and `read` once valid. After a fault the file is chosen again."""

    feuille = forms.FileField(
        label="Relevé d’heures, en CSV ou Excel",
        help_text="Cordée garde des totaux. Les noms sont oubliés à la lecture.",
        # The usual words name the file, which may be called after somebody.
        error_messages={"empty": "Ce fichier est vide. Choisissez-en un autre."},
    )
    partenaire = forms.ChoiceField(label="Structure")
    lot = forms.ChoiceField(label="Lot des lignes qui n’en disent pas", required=False)
    comment = forms.ChoiceField(label="Comment, si la ligne ne le dit pas", choices=Way.choices)
    remplace = forms.BooleanField(label="Ce relevé remplace des mois acceptés", required=False)

    def __init__(self, *args: Any, access: DeliveryAccess, on: date) -> None:
        super().__init__(*args)
        self.access, self.on = access, on
        self.initial["comment"] = usual_way(access.states[0])
        self.lots = {str(each.pk): each for each in access.delivery.lots.all()}
        self.partners = {str(each.pk): each for each in access.states}
        offer_choices(self, "partenaire", [(key, each.name) for key, each in self.partners.items()])
        lots = [(key, str(each)) for key, each in self.lots.items()]
        offer_choices(self, "lot", lots if len(lots) == 1 else [("", "Le relevé le dit"), *lots])

    def clean(self) -> None:
        if self.errors:
            return
        try:
            self._read()
        except TableError as refused:
            self.add_error("feuille", str(refused))

    def _read(self) -> None:
        given, first = self.cleaned_data, self.access.delivery.first_month
        if given["feuille"].size > MOST_BYTES:
            raise TableError(f"Choisissez un fichier de {french.size(MOST_BYTES)} au plus.")
        self.partner = self.partners[given["partenaire"]]
        expected = Expected(
            lots={lot_name(each.key): each.pk for each in self.lots.values() if each.key},
            lot=int(given["lot"]) if given["lot"] else None,
            way=Way(given["comment"]),
            months=(first, max(first, month_number(self.on))),
        )
        self.read = read_sheet(given["feuille"].file, expected)
        faults = self.read.faults
        if len(faults) > MOST_FAULTS:
            others = french.count(len(faults) - MOST_FAULTS, "autre case", "autres cases")
            faults = [*faults[:MOST_FAULTS], f"Et {others} à corriger."]
        if faults:
            self.add_error("feuille", faults)
        elif not self.read.minutes:
            raise TableError("Ce relevé n’a aucune heure à compter. Vérifiez ses colonnes.")
        elif not given["remplace"] and (closed := closed_months(self.partner, self.read.minutes)):
            cure = "Cochez cette case, ou retirez-les du relevé."
            self.add_error("remplace", f"Des heures sont déjà acceptées {closed}. {cure}")

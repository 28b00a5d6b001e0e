"""A time sheet, for which partner, what it does not say, and columns that are not recognised."""

from datetime import date
from typing import Any

from django import forms
from django.utils.text import capfirst

from cordee.agreement.insertion import Way
from cordee.base.tables import TableError
from cordee.base.ui import french
from cordee.base.ui.forms import offer_choices
from cordee.delivery.access import DeliveryAccess
from cordee.delivery.hours.month import usual_way
from cordee.delivery.sheets.actions import closed_months
from cordee.delivery.sheets.reading import SHEET, Expected, lot_name, open_sheet, read_sheet
from cordee.members.actions.imports import save_list_mapping
from cordee.members.list_columns import header_key, missing
from cordee.rules.months import month_number

# The whole request then stays in memory: beyond, it would pass through a file of the machine.
MOST_BYTES = 800_000
MOST_FAULTS = 8
# Letters are kept for all sheets of a structure: headings may be names, not even a digest stays.
HEADINGS = ("relevé d’heures",)


class SheetForm(forms.Form):
    """`partner`, `opened` and `read` once valid. After a fault the file is chosen again."""

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
        self.access, self.on, self.asks_columns = access, on, False
        self.initial["comment"] = usual_way(access.states[0])
        self.lots = {str(each.pk): each for each in access.delivery.lots.all()}
        self.partners = {str(each.pk): each for each in access.states}
        offer_choices(self, "partenaire", [(key, each.name) for key, each in self.partners.items()])
        lots = [(key, str(each)) for key, each in self.lots.items()]
        offer_choices(self, "lot", lots if len(lots) == 1 else [("", "Le relevé le dit"), *lots])
        for said, label in SHEET.labels.items():
            field = forms.CharField(label=capfirst(label), max_length=2, required=False)
            self.fields[f"colonne-{said}"] = field

    @property
    def columns(self) -> list[Any]:
        return [self[f"colonne-{said}"] for said in SHEET.labels]

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
        self.opened = open_sheet(given["feuille"].file)
        columns = self._columns()
        if lacking := missing(columns, SHEET):
            self.asks_columns = True
            told = f"Il manque la colonne\u00a0: {', '.join(lacking)}. Écrivez sa lettre plus bas"
            raise TableError(f"{told}, puis choisissez de nouveau le relevé.")
        expected = Expected(
            lots={lot_name(each.key): each.pk for each in self.lots.values() if each.key},
            lot=int(given["lot"]) if given["lot"] else None,
            way=Way(given["comment"]),
            months=(first, max(first, month_number(self.on))),
        )
        self.read = read_sheet(self.opened, columns, expected)
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

    def _columns(self) -> dict[str, str]:
        """As typed; else by their headings; where these do not tell, as typed the last time."""
        found = self.opened.columns
        said = {said: self.cleaned_data[f"colonne-{said}"].upper() for said in SHEET.labels}
        chosen = {letter: each for each, letter in said.items() if letter}
        if unknown := sorted(chosen.keys() - found.keys()):
            raise TableError(f"Ce relevé n’a pas de colonne {french.series(unknown)}.")
        owner = self.partner.structure or self.access.delivery.structure
        if chosen:
            by = self.access.user
            save_list_mapping(owner=owner, header=HEADINGS, columns=chosen, fields=SHEET, by=by)
        elif missing(found, SHEET):
            kept = owner.list_mappings.filter(key=header_key(HEADINGS)).first()
            chosen = kept.columns if kept else {}
        return {at: each for at, each in found.items() if each not in chosen.values()} | chosen

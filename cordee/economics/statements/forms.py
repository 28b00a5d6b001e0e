"""What a director says of a year: three figures, or line by line; then a derogation and a cost."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Container, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from cordee.accounts.models import User
from cordee.base.tables import TableError, is_excel
from cordee.base.tables.excel import NO_EXCEL
from cordee.base.ui import french
from cordee.base.ui.fields import DayField, EurosFormField
from cordee.economics import actions
from cordee.economics.fields import CostShareField, ShareField
from cordee.economics.models import AccountingYear, YearStatement
from cordee.economics.statements.files import (
    BALANCE,
    MOST_BYTES,
    MOST_FAULTS,
    AccountsRead,
    is_template,
    open_accounts,
)
from cordee.members.list_columns import guess_columns, header_key, missing
from cordee.members.models import Chantier, Structure
from cordee.rules import accounts

Basis = YearStatement.Basis
MONTHS = [(str(n), name.capitalize()) for n, name in enumerate(french.MONTHS)]
YES, NO = "oui", "non"
CHARGES = [
    key
    for key, post in accounts.posts().items()
    if post.side == accounts.CHARGES and not post.is_grey
]
# What a year needs, and what to do where it is not there.
NEEDED = {
    accounts.UNDETAILED: "Écrivez vos charges, poste par poste ou ici en un total.",
    accounts.SALES: "Écrivez vos ventes\u00a0: 0 s’il n’y en a pas.",
}
# Letters: what one field of a form may weigh, with room for the others.
MOST_CARRIED = 900_000


def month_in_course(known: Iterable[int], on: date) -> int:
    """The first month of the year in course, which may have begun last year: as the last known."""
    start = max(known, default=0) % 12
    return (on.year if on.month - 1 >= start else on.year - 1) * 12 + start


class StatedForm(forms.Form):
    """Which year, and what its figures are: the budget of a calendar year unless said otherwise."""

    annee = forms.ChoiceField(label="Exercice", help_text="L’année où il commence.")
    mois = forms.ChoiceField(label="Il commence en", choices=MONTHS, required=False)
    nature = forms.ChoiceField(label="Ces chiffres sont", choices=Basis, required=False)
    jusque = forms.ChoiceField(
        label="Comptés jusqu’à fin",
        help_text="Pour des chiffres à ce jour\u00a0: ils ne changent pas votre plafond.",
        choices=[("", "—"), *MONTHS],
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        known: Iterable[YearStatement],
        on: date,
        initial: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.known = {each.first_month: each for each in known}
        year, start = divmod(month_in_course(self.known, on), 12)
        first = {"annee": str(year), "mois": str(start), "nature": Basis.BUDGET.value}
        super().__init__(*args, initial=first | dict(initial or {}), **kwargs)
        years = {year - 1, year, year + 1, *(month // 12 for month in self.known)}
        self.fields["annee"].choices = [  # type: ignore[attr-defined]
            (str(each), str(each)) for each in sorted(years)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self._basis is Basis.TO_DATE and not cleaned.get("jusque"):
            self.add_error("jusque", "Dites jusqu’à quel mois, ou choisissez «\u00a0budget\u00a0».")
        return cleaned

    @property
    def _basis(self) -> YearStatement.Basis:
        return Basis(self.cleaned_data.get("nature") or Basis.BUDGET)

    @property
    def place(self) -> dict[str, Any]:
        """Where the figures belong, as `state_accounts` takes it."""
        first = int(self.cleaned_data["annee"]) * 12 + int(self.cleaned_data.get("mois") or 0)
        until = None
        if self._basis is Basis.TO_DATE:
            until = first + (int(self.cleaned_data["jusque"]) - first) % 12
        months = self.known[first].months if first in self.known else 12
        return {
            "first_month": first,
            "months": months,
            "basis": self._basis,
            "until_month": until,
        }


class FiguresForm(StatedForm):
    """Three figures: all that is ever required."""

    charges = EurosFormField(
        label="Charges du chantier",
        help_text="Toutes celles de l’exercice, même prévues\u00a0: salaires, achats, locaux…",
    )
    recettes = EurosFormField(
        label="Recettes commerciales, hors taxes",
        help_text="Ventes et marchés, sans les subventions ni l’aide au poste.",
    )
    field_order = ("charges", "recettes", "annee")

    def state(self, chantier: Chantier, by: User) -> YearStatement:
        charges, receipts = self.cleaned_data["charges"], self.cleaned_data["recettes"]
        return actions.state_totals(
            chantier=chantier, charges_cents=charges, receipts_cents=receipts, by=by, **self.place
        )


class FileForm(StatedForm):
    """A file of accounts, and the year that it is of."""

    fichier = forms.FileField(
        label="Votre fichier",
        help_text="Notre modèle rempli, ou votre balance (classes 6 et 7), en Excel (.xlsx) ou "
        "CSV. Il n’est pas gardé.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    feuille = forms.CharField(
        label="Feuille du classeur",
        help_text="Vide\u00a0: la première.",
        max_length=60,
        required=False,
    )
    colonnes = forms.BooleanField(
        label="Dire ce que contient chaque colonne",
        help_text="Si Cordée a mal lu celles de votre balance. Votre choix sera retenu.",
        required=False,
    )
    field_order = ("fichier", "feuille", "annee")

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.structure = structure

    def clean_fichier(self) -> Any:
        file = self.cleaned_data["fichier"]
        if file.size > MOST_BYTES:
            raise ValidationError(f"Coupez ce fichier\u00a0: {MOST_BYTES // 1_000_000} Mo au plus.")
        if file.name.lower().endswith((".xlsx", ".xls")) and not is_excel(file):
            raise ValidationError(NO_EXCEL)
        return file

    def clean(self) -> dict[str, Any]:
        """With `read`, what the file says, where nothing in it is wrong nor to be asked."""
        cleaned = super().clean()
        if not self.errors:
            try:
                self.opened = open_accounts(cleaned["fichier"], cleaned["feuille"])
            except TableError as wrong:
                self.add_error("fichier", str(wrong))
                return cleaned
            known = self.structure.list_mappings.filter(key=header_key(self.opened.header)).first()
            self.columns = known.columns if known else guess_columns(self.opened.header, BALANCE)
            if not self.asks_columns:
                self.read_with(self.columns)
            elif len(self.carried) > MOST_CARRIED:
                self.add_error(
                    "fichier", "Enregistrez ce classeur en CSV\u00a0: il est trop grand."
                )
        return cleaned

    @property
    def asks_columns(self) -> bool:
        """Whether somebody has to say, or wants to, which column is which."""
        if is_template(self.opened.header):
            return False
        return self.cleaned_data["colonnes"] or bool(missing(self.columns, BALANCE))

    @property
    def samples(self) -> dict[str, list[str]]:
        return {
            name: [row.values[name] for row in self.opened.rows[:20]] for name in self.opened.header
        }

    @property
    def carried(self) -> str:
        """The file as text of a page, so that it is kept nowhere while columns are asked."""
        file = self.cleaned_data["fichier"]
        file.seek(0)
        return b64encode(zlib.compress(file.read())).decode()

    def read_with(self, columns: Mapping[str, str]) -> None:
        """Read the file, its columns meaning so; what is wrong is told beside it."""
        year = YearStatement(**self.place).name
        try:
            self.read = AccountsRead(self.opened, year, basis=self._basis, columns=columns)
        except TableError as wrong:
            self.add_error("fichier", str(wrong))
            return
        faults = self.read.faults
        for fault in faults[:MOST_FAULTS]:
            self.add_error("fichier", fault)
        if len(faults) > MOST_FAULTS:
            self.add_error("fichier", f"Et {len(faults) - MOST_FAULTS} autres. Rien n’est lu.")


def carried_file(data: Mapping[str, str]) -> dict[str, SimpleUploadedFile]:
    """The file that `FileForm.carried` wrote in a page, as a form takes it; none where it is not
    one of ours."""
    try:
        packed = b64decode(data.get("contenu", ""), validate=True)
        # One byte more than the form takes: it says the rest.
        content = zlib.decompressobj().decompress(packed, MOST_BYTES + 1)
    except (ValueError, zlib.error):
        return {}
    return {"fichier": SimpleUploadedFile("comptes", content)} if content else {}


class DetailForm(StatedForm):
    """Each line of a statement; a grey zone says whether it counts, and why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, post in accounts.posts().items():
            self.fields[key] = EurosFormField(label=post.label, required=False)
            if post.is_grey:
                self.fields[f"{key}-compte"] = forms.ChoiceField(
                    label="Dans le plafond",
                    choices=[("", "À choisir"), (YES, "Compte"), (NO, "Ne compte pas")],
                    required=False,
                )
                self.fields[f"{key}-raison"] = forms.CharField(
                    label="Pourquoi", max_length=300, required=False
                )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for key in self.amounts:
            post = accounts.posts()[key]
            if post.is_grey:
                label = f"«\u00a0{post.label}\u00a0»"
                if not cleaned.get(f"{key}-compte"):
                    self.add_error(f"{key}-compte", f"Dites si {label} compte dans le plafond.")
                if not cleaned.get(f"{key}-raison"):
                    self.add_error(f"{key}-raison", f"Écrivez pourquoi {label} compte ou non.")
        # Left alone is unknown, which is not 0.
        given = {
            key for key in accounts.posts() if cleaned.get(key) is not None or key in self.errors
        }
        for key in _lacking(given):
            self.add_error(key, NEEDED[key])
        return cleaned

    def state(self, chantier: Chantier, by: User) -> YearStatement:
        return actions.state_accounts(
            chantier=chantier, amounts=self.amounts, choices=self.choices, by=by, **self.place
        )

    @property
    def amounts(self) -> dict[str, int]:
        known = {key: self.cleaned_data.get(key) for key in accounts.posts()}
        return {key: cents for key, cents in known.items() if cents}

    @property
    def choices(self) -> dict[str, dict[str, Any]]:
        return {
            key: {
                "counts": self.cleaned_data[f"{key}-compte"] == YES,
                "why": self.cleaned_data[f"{key}-raison"],
            }
            for key in self.amounts
            if accounts.posts()[key].is_grey
        }

    @property
    def asked(self) -> list[Any]:
        """The fields of the grey zones that the form begins with: what a preview asks."""
        given = [
            key for key, post in accounts.posts().items() if post.is_grey and key in self.initial
        ]
        return [self[name] for key in given for name in (key, f"{key}-compte", f"{key}-raison")]

    @property
    def lacking(self) -> list[Any]:
        """The fields that a year needs and the form begins without: a preview shows them too."""
        found = [self[key] for key in _lacking(self.initial)]
        for field in found:
            field.help_text = NEEDED[field.name]
        return found

    @property
    def is_asking(self) -> bool:
        """Whether something stands in a grey zone, or is wrong there: else a page folds them."""
        return bool(self.asked) or any(field.errors for field in dict(self.groups)["À décider"])

    @property
    def folded(self) -> list[tuple[str, list[Any]]]:
        """The groups, but for what is asked apart."""
        asked = [*self.asked, *self.lacking]
        return [
            (title, [field for field in fields if field not in asked])
            for title, fields in self.groups
        ]

    @property
    def groups(self) -> list[tuple[str, list[Any]]]:
        """(title, fields) as a page shows them: charges, products, grey zones."""
        groups: dict[str, list[Any]] = {"Charges": [], "Produits": [], "À décider": []}
        for key, post in accounts.posts().items():
            side = "Charges" if post.side == accounts.CHARGES else "Produits"
            names = [key, f"{key}-compte", f"{key}-raison"] if post.is_grey else [key]
            groups["À décider" if post.is_grey else side] += [self[name] for name in names]
        return list(groups.items())


def _lacking(given: Container[str]) -> list[str]:
    """The fields of `NEEDED` where these are said."""
    are_there = {
        accounts.UNDETAILED: any(key in given for key in CHARGES),
        accounts.SALES: accounts.SALES in given,
    }
    return [key for key in NEEDED if not are_there[key]]


def initial_of_statement(standing: YearStatement) -> dict[str, Any]:
    """What a form begins with where these figures stand: their totals, and each line.

    Nothing spent or nothing sold was stated, unlike the lines that nobody filled.
    """
    totals = {"charges": standing.charges_cents, "recettes": standing.receipts_cents}
    found = {accounts.SALES: 0} | totals | initial_of(standing.amounts, standing.choices)
    return found if standing.charges_cents else {accounts.UNDETAILED: 0} | found


def initial_of(
    amounts: Mapping[str, int], choices: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """What a `DetailForm` begins with."""
    found: dict[str, Any] = dict(amounts)
    for key, choice in choices.items():
        found[f"{key}-compte"] = YES if choice["counts"] else NO
        found[f"{key}-raison"] = choice["why"]
    return found


class TermsForm(forms.ModelForm[AccountingYear]):
    """A derogation, and what a sale costs; leaving all of it alone is an answer too."""

    derogation = ShareField(
        label="Taux accordé, en %",
        help_text="Vide\u00a0: pas de dérogation. Au-dessus de 50 %, Cordée compte 50 %.",
    )
    derogation_decided_on = DayField(label="Date de la décision", required=False)
    derogation_ends_on = DayField(
        label="Fin de la dérogation", help_text="Vide\u00a0: tout l’exercice.", required=False
    )
    marginal_cost_share = CostShareField(
        help_text="En euros. Vous ne savez pas\u202f? Laissez vide\u00a0: nous comptons 0, le plus "
        "prudent.",
    )

    class Meta:
        model = AccountingYear
        fields = actions.TERMS
        labels = {"derogation_reference": "Numéro de la décision du préfet"}

    def __init__(self, *args: Any, instance: AccountingYear) -> None:
        # Zero is what nobody said: it is shown empty.
        initial = {"marginal_cost_share": instance.marginal_cost_share or None}
        super().__init__(*args, instance=instance, initial=initial)

    def clean_marginal_cost_share(self) -> Decimal:
        return self.cleaned_data["marginal_cost_share"] or Decimal(0)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        decided, ends = cleaned.get("derogation_decided_on"), cleaned.get("derogation_ends_on")
        if decided and ends and ends < decided:
            told = f"Choisissez une date après le {decided:%d/%m/%Y}."
            self.add_error("derogation_ends_on", told)
        if "derogation" not in self.errors and not cleaned.get("derogation"):
            cleaned["derogation"] = None
            if cleaned.get("derogation_reference") or decided or ends:
                self.add_error("derogation", "Écrivez le taux de la décision, par exemple 45.")
        return cleaned

"""A file of accounts: our template, or a balance of classes 6 and 7, read line by line.

Nothing is kept here: what was read fills a form, and writing it is stating the year. One fault and
the file gives nothing.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import IO

from cordee.base import tables
from cordee.base.search.words import fold
from cordee.base.tables import Column, CsvTable, ExcelTable, Row, TableError
from cordee.base.tables.writing import euros_cell
from cordee.base.ui import french
from cordee.base.ui.fields import read_decimal, significant_decimals
from cordee.economics.models import YearStatement
from cordee.members.list_columns import ListFields, guess_columns, missing
from cordee.rules import accounts

MOST_BYTES = 2_000_000
MOST_LINES = 20_000
MOST_FAULTS = 8
YEAR, BASIS, LINE, ACCOUNTS = "Exercice", "Nature", "Poste", "Comptes"
AMOUNT, COUNTS, WHY = "Montant", "Dans le plafond", "Raison"
# What a balance says, and what balances call it, folded.
BALANCE = ListFields(
    {
        "account": "numéro de compte",
        "debit": "débit",
        "credit": "crédit",
        "balance": "solde",
        "year": "exercice",
    },
    {
        "account": ("compte", "numero", "n compte", "numero compte", "code"),
        "debit": ("debit", "solde debiteur", "solde debit", "debiteur"),
        "credit": ("credit", "solde crediteur", "solde credit", "crediteur"),
        "balance": ("solde", "montant", "solde final"),
        "year": ("exercice", "annee"),
    },
    needed=[[["account"]], [["debit", "credit"], ["balance"]]],
)
YEARS = re.compile(r"\d{4}")
YEAR_OF_SHEET = re.compile(r"(?<!\d)20\d\d(?!\d)")
NUMBER = re.compile(r"[-+]?\d[\d\s.,]*[€%]?")
# "1.234" is a thousand to who typed it, and one to a program: the file is asked which.
THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+")
TOTALS = {accounts.CHARGES: "Total des charges", accounts.PRODUCTS: "Total des produits"}


def names_columns(cells: list[str]) -> bool:
    """Whether a row is the head of a file of accounts: titles may stand above it."""
    is_balance = "account" in guess_columns(cells, BALANCE).values()
    return is_template(cells) or (is_balance and sum(map(bool, cells)) > 1)


def is_template(header: Collection[str]) -> bool:
    """Whether a file with these columns is our own."""
    return LINE in header and AMOUNT in header


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file of accounts whose cells are read, once; nothing of them is understood yet."""

    table: CsvTable | ExcelTable
    rows: list[Row]

    @property
    def header(self) -> list[str]:
        return [name for name in self.table.header if name]

    @property
    def sheet(self) -> str:
        """Which sheet is read of a workbook of several, in words; else nothing."""
        if not isinstance(self.table, ExcelTable) or len(self.table.sheets) < 2:
            return ""
        others = [f"«\u00a0{name}\u00a0»" for name in self.table.sheets if name != self.table.sheet]
        told = french.series(others[:5])
        return f"Feuille lue\u00a0: «\u00a0{self.table.sheet}\u00a0». Non lues\u00a0: {told}."


def open_accounts(file: IO[bytes], sheet: str = "") -> OpenFile:
    """Open a file. TableError where it cannot be read as a table."""
    table = tables.open_table(file, sheet, names_columns)
    rows = list(islice(table.rows, MOST_LINES + 1))
    if len(rows) > MOST_LINES:
        raise TableError(f"Ce fichier a plus de {french.number(MOST_LINES)} lignes. Coupez-le.")
    opened = OpenFile(table, rows)
    cells = (cell for row in rows for cell in row.values.values())
    if len(opened.header) < 2 or (rows and not any(map(NUMBER.fullmatch, cells))):
        raise TableError(
            "Ce fichier n’a pas de tableau de comptes. Il faut deux colonnes au moins, nommées en "
            "ligne 1, et des montants\u00a0: exportez votre balance en Excel (.xlsx) ou CSV."
        )
    return opened


class AccountsRead:
    """What a file says, in cents by line of a statement; `faults` in French.

    `choices` as a statement has them, where the file gives them.
    """

    def __init__(
        self,
        opened: OpenFile,
        year: str,
        *,
        basis: YearStatement.Basis | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> None:
        """Read a file of the year named `year`. TableError where nothing of it can be.

        `basis`: what its figures are read as; a template that says something else is told.
        `columns`: their column → a field of `BALANCE`, where somebody chose; else by what balances
        call them.
        """
        self.amounts: dict[str, int] = {}
        self.choices: dict[str, dict[str, object]] = {}
        self.faults: list[str] = []
        table = opened.table
        self._header, self._year = table.header, year
        self._basis = "" if basis is None else str(basis.label)
        self._workbook = table if isinstance(table, ExcelTable) else None
        self._seen: dict[str, int] = {}
        self._check_sheet()
        if not is_template(table.header):
            chosen = guess_columns(opened.header, BALANCE) if columns is None else columns
            self._balance(opened.rows, chosen)
        elif not self._are_merged(opened.rows, [LINE, AMOUNT]):
            self._template(opened.rows)
        if not self.amounts and not self.faults:
            raise TableError(
                "Ce fichier n’a aucun montant de charge ni de produit. Vérifiez la feuille et "
                "l’année."
            )

    def _check_sheet(self) -> None:
        """Tell a sheet that is named after another year."""
        sheet = self._workbook.sheet if self._workbook is not None else ""
        named = YEAR_OF_SHEET.findall(sheet)
        if named and not set(named) & set(self._year.split("-")):
            self.faults.append(
                f"Feuille «\u00a0{sheet}\u00a0». Vous avez choisi l’exercice {self._year}. Changez "
                "d’exercice ou de feuille, ou renommez-la."
            )

    def _told(self, row: Row, column: str, value: str, cure: str) -> None:
        """`column` is empty where the whole line is wrong."""
        if self._workbook is None:
            where = f"Ligne {row.number}"
            where += f", colonne «\u00a0{column}\u00a0»" if column else ""
        else:
            cells = f"ligne {row.number}"
            if column in self._header:
                from openpyxl.utils.cell import get_column_letter

                letter = get_column_letter(self._header.index(column) + 1)
                cells = f"case {letter}{row.number}"
            where = f"Feuille «\u00a0{self._workbook.sheet}\u00a0», {cells}"
        said = f"«\u00a0{value}\u00a0»\u00a0: " if value else ""
        self.faults.append(f"{where}. {said}{cure}")

    def _are_merged(self, rows: list[Row], columns: Collection[str]) -> bool:
        """Tell merged cells below these columns: all but the first of them would count nothing."""
        from openpyxl.utils.cell import range_boundaries

        values = {row.number: row.values for row in rows}
        for cells in self._workbook.merged() if self._workbook is not None else ():
            left, top, right, bottom = range_boundaries(cells)
            names = self._header[left - 1 : right]
            if bottom > self._workbook.head and any(name in columns for name in names):
                value = values.get(top, {}).get(names[0], "")
                where = f"Feuille «\u00a0{self._workbook.sheet}\u00a0», cases {cells}"
                said = f"«\u00a0{value}\u00a0»\u00a0: défaites" if value else "Défaites"
                self.faults.append(
                    f"{where}. {said} la fusion, puis écrivez chaque valeur dans sa case."
                )
        return bool(self.faults)

    def _cents(self, row: Row, column: str) -> int | None:
        """The amount of a cell, 0 where it is empty; None, and told, where it is no amount."""
        text = row.values.get(column, "")
        if not text:
            return 0
        try:
            amount = read_decimal(text, "€")
            # What a spreadsheet computed has digits of no meaning after the cent.
            if self._workbook is None and significant_decimals(amount) > 2:
                raise ValueError(text)
            if THOUSANDS.fullmatch(text):
                raise ValueError(text)
        except ValueError:
            self._told(row, column, text, "Écrivez un montant, par exemple 1\u202f234,56.")
            return None
        return round(amount * 100)

    def _is_whole(self, row: Row) -> bool:
        if row.fault:
            cure = f"{row.fault[0].upper()}{row.fault[1:]}. "
            is_cut = "au lieu de" in row.fault
            cure += "Le fichier semble coupé ici." if is_cut else "Écrivez le montant lui-même."
            self._told(row, "", "", cure)
        return not row.fault

    def _is_of_the_year(self, row: Row, column: str) -> bool:
        text = row.values.get(column, "")
        years = set(YEARS.findall(text))
        is_other = bool(text) and not (years and years <= set(self._year.split("-")))
        if is_other:
            cure = f"Cette feuille est lue pour {self._year}. Un exercice par feuille."
            self._told(row, column, text, cure)
        return not is_other

    def _is_first(self, row: Row, column: str, key: str) -> bool:
        before = self._seen.setdefault(key, row.number)
        if before == row.number:
            return True
        self._told(row, column, key, f"Déjà à la ligne {before}. Gardez une seule ligne.")
        return False

    # --- Our template ------------------------------------------------------------------------

    def _template(self, rows: list[Row]) -> None:
        by_label = {fold(line.label): line for line in accounts.posts().values()}
        totals: dict[str, int | None] = {}
        for row in rows:
            if not self._is_whole(row):
                continue
            label, told_basis = row.values[LINE], row.values.get(BASIS, "")
            if not self._is_of_the_year(row, YEAR):
                continue
            if told_basis and self._basis and fold(told_basis) != fold(self._basis):
                cure = f"Vous avez choisi «\u00a0{self._basis}\u00a0». Changez l’un des deux."
                self._told(row, BASIS, told_basis, cure)
            elif not label:
                cure = "Nommez le poste sur chaque ligne, sans fusionner de cases."
                self._told(row, LINE, "", cure)
            elif self._is_first(row, LINE, label):
                cents = self._cents(row, AMOUNT)
                side = next((s for s, words in TOTALS.items() if fold(words) == fold(label)), "")
                line = by_label.get(fold(label))
                if cents is None:
                    continue
                if side:
                    # The empty template has none: whoever fills it has nothing to add up.
                    totals[side] = cents if row.values[AMOUNT] else None
                elif line is None:
                    self._told(row, LINE, label, "Ce poste n’est pas du modèle.")
                elif cents < 0:
                    self._told(row, AMOUNT, row.values[AMOUNT], "Un montant n’est pas négatif.")
                elif cents:
                    self._keep(row, line, cents)
        self._check_totals(totals)

    def _keep(self, row: Row, line: accounts.StatementLine, cents: int) -> None:
        self.amounts[line.key] = cents
        counts = fold(row.values.get(COUNTS, ""))
        if line.is_grey and counts in ("oui", "non"):
            why = row.values.get(WHY, "")
            self.choices[line.key] = {"counts": counts == "oui", "why": why}

    def _check_totals(self, totals: Mapping[str, int | None]) -> None:
        if self.faults:
            return
        for side, words in TOTALS.items():
            own = sum_of(self.amounts, side)
            if side not in totals:
                self.faults.append(
                    f"Il manque la ligne «\u00a0{words}\u00a0». Le fichier est peut-être coupé."
                )
            elif totals[side] not in (None, own):
                self.faults.append(
                    f"«\u00a0{words}\u00a0»\u00a0: {french.euros(totals[side])} écrits, "
                    f"{french.euros(own)} en additionnant les lignes. Corrigez l’un des deux."
                )

    # --- A balance ---------------------------------------------------------------------------

    def _balance(self, rows: list[Row], chosen: Mapping[str, str]) -> None:
        columns = {own: theirs for theirs, own in chosen.items() if own}
        if lacking := missing(chosen, BALANCE):
            names = ", ".join(name for name in self._header if name)
            raise TableError(
                f"Il manque une colonne\u00a0: {', '.join(lacking)}. Ce fichier a\u00a0: {names}. "
                "Les noms des colonnes vont en ligne 1."
            )
        has_sides = "debit" in columns and "credit" in columns
        if self._are_merged(rows, columns.values()):
            return
        found: list[tuple[Row, str, int]] = []
        for row in rows:
            if not self._is_whole(row):
                continue
            account = row.values[columns["account"]].replace(" ", "")
            if any(fold(cell).startswith("tota") for cell in row.values.values()):
                continue
            if not account:
                cure = "Écrivez le compte sur chaque ligne, sans fusionner de cases."
                self._told(row, columns["account"], "", cure)
                continue
            line = accounts.post_of(account)
            if line is None:
                if not accounts.is_unread(account):
                    cure = "Compte inconnu. Vérifiez son numéro, en classe 6 ou 7."
                    self._told(row, columns["account"], account, cure)
                continue
            if not self._is_of_the_year(row, columns.get("year", "")):
                continue
            if not self._is_first(row, columns["account"], account):
                continue
            if has_sides:
                sides = self._cents(row, columns["debit"]), self._cents(row, columns["credit"])
                cents = None if None in sides else (sides[0] or 0) - (sides[1] or 0)
            else:
                cents = self._cents(row, columns["balance"])
            if cents is not None:
                found.append((row, account, cents))
        self._add_up(found, columns, is_signed=has_sides)

    def _add_up(
        self, found: list[tuple[Row, str, int]], columns: Mapping[str, str], *, is_signed: bool
    ) -> None:
        of_products = [cents for _, account, cents in found if account.startswith("7")]
        # One column of balances: products are negative there, or all is written without sign.
        turned = is_signed or sum(of_products) < 0
        known = sorted(account for _, account, _ in found)
        following = dict(pairwise(known))
        for row, account, cents in found:
            line = accounts.post_of(account)
            assert line is not None
            value = -cents if line.side == accounts.PRODUCTS and turned else cents
            after = following.get(account, "")
            if after.startswith(account):
                cure = f"Ce compte contient déjà {after}\u00a0: retirez ce sous-total."
                self._told(row, columns["account"], account, cure)
            elif value < 0 and not accounts.may_lessen(account):
                what = "charge" if line.side == accounts.CHARGES else "recette"
                column = columns.get("balance") or columns["debit"]
                told = french.euros(value)
                self._told(row, column, told, f"Une {what} négative\u00a0: vérifiez {account}.")
            else:
                self.amounts[line.key] = self.amounts.get(line.key, 0) + value


def sum_of(amounts: Mapping[str, int], side: str) -> int:
    """All the lines of a side in cents, grey zones too."""
    known = accounts.posts()
    return sum(cents for key, cents in amounts.items() if known[key].side == side)


def template_rows(statement: YearStatement | None, year: str) -> list[tuple[object, ...]]:
    """The template, filled with what stands; its totals say whether a file was cut short."""
    amounts = {} if statement is None else statement.amounts
    choices = {} if statement is None else statement.choices
    basis = "" if statement is None else YearStatement.Basis(statement.basis).label
    rows: list[tuple[object, ...]] = []
    for key, line in accounts.posts().items():
        choice = choices.get(key)
        counts = None if choice is None else choice["counts"]
        why = "" if choice is None else choice["why"]
        own = " ".join(line.prefixes)
        rows.append((year, basis, line.label, own, euros_cell(amounts.get(key)), counts, why))
    for side, words in TOTALS.items():
        total = None if statement is None else euros_cell(sum_of(amounts, side))
        rows.append((year, basis, words, "", total, None, ""))
    return rows


TEMPLATE = [
    Column(name, lambda row, at=at: row[at])
    for at, name in enumerate((YEAR, BASIS, LINE, ACCOUNTS, AMOUNT, COUNTS, WHY))
]

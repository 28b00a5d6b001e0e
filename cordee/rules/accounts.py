"""The lines of a statement of accounts: what each account falls in, and what the ceiling counts."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cordee.rules.parameters import Concern, ReportLine
from cordee.rules.resources import ResourceCategory

FILE = Path(__file__).parent / "accounts.toml"
CHARGES, PRODUCTS = "charges", "products"
# Three figures without detail: what is spent, without saying on what; and sales.
UNDETAILED, SALES = "SANS_DETAIL", ResourceCategory.VENTES.value
# Charges that no money leaves the bank for.
UNPAID = frozenset({"AMORTISSEMENTS", "EN_NATURE"})


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line of a statement. `is_grey`: whether it counts for the ceiling is a choice."""

    key: str
    label: str
    side: str
    prefixes: tuple[str, ...] = ()
    is_grey: bool = False


@cache
def _file() -> Mapping[str, Any]:
    with FILE.open("rb") as stream:
        return tomllib.load(stream)


@cache
def posts() -> Mapping[str, StatementLine]:
    """Every line by its key: charges, then products, then the grey zones."""
    found = [StatementLine(UNDETAILED, "Charges sans détail", CHARGES)]
    for key, entry in _file()["charges"].items():
        found.append(StatementLine(key, entry["label"], CHARGES, tuple(entry["prefixes"])))
    for category in ResourceCategory:
        prefixes = tuple(_file()["products"][category])
        found.append(StatementLine(category.value, category.label, PRODUCTS, prefixes))
    for key, entry in _file()["grey"].items():
        prefixes = tuple(entry["prefixes"])
        found.append(StatementLine(key, entry["label"], entry["side"], prefixes, is_grey=True))
    return {post.key: post for post in found}


def post_of(account: str) -> StatementLine | None:
    """The line of an account of classes 6, 7 or 86; None for an account that no plan knows."""
    fitting = [
        (len(prefix), post)
        for post in posts().values()
        for prefix in post.prefixes
        if account.startswith(prefix)
    ]
    return max(fitting, key=lambda each: each[0])[1] if fitting else None


def is_unread(account: str) -> bool:
    """Whether an account holds no charge nor product of the year (balance sheet, cost accounts)."""
    return account.startswith(tuple(_file()["about"]["unread"]))


def may_lessen(account: str) -> bool:
    """Whether an account may stand on the other side: rebates, changes of stock."""
    return account.startswith(tuple(_file()["about"]["lessening"]))


def totals(amounts: Mapping[str, int], counted: Collection[str]) -> tuple[int, int]:
    """(charges C, commercial receipts V) in cents: `counted` names the grey zones that count.

    Source: Code du travail D5132-34; RULE-09. Not covered: which grey zones count.
    """
    known = posts()
    charges = receipts = 0
    for key, cents in amounts.items():
        post = known[key]
        if post.is_grey and key not in counted:
            continue
        if post.side == CHARGES:
            charges += cents
        elif post.is_grey or key == SALES:
            receipts += cents
    return charges, receipts


def paid_cents(amounts: Mapping[str, int]) -> int:
    """Charges that are paid, in cents: all but depreciation and gifts in kind, where told apart.

    Source: Plan comptable général (accounts 68 and 86). Not covered: charges without detail.
    """
    known = posts()
    return sum(
        cents for key, cents in amounts.items() if known[key].side == CHARGES and key not in UNPAID
    )


def products_cents(amounts: Mapping[str, int]) -> int | None:
    """Operating products in cents; None where a statement tells sales alone.

    Source: annexe financière (total_produits_exploit).
    """
    known = posts()
    products = {key: cents for key, cents in amounts.items() if known[key].side == PRODUCTS}
    return sum(products.values()) if products.keys() - {SALES} else None


def report() -> list[ReportLine]:
    """What nobody has read again, like ``parameters.report`` for the law."""
    about = _file()["about"]
    if about["read_again"]:
        return []
    return [ReportLine("accounts", Concern.NEVER_CHECKED, about["source"])]

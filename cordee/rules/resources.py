"""Indicators of a plan of hybrid resources (RULE-36)."""

from collections.abc import Iterable
from decimal import Decimal

from cordee.rules.figures import nearest
from cordee.rules.labelled import Labelled


class ResourceCategory(Labelled):
    """Where the money of a structure comes from."""

    VENTES = "VENTES", "Ventes"
    AIDE_AU_POSTE = "AIDE_AU_POSTE", "Aide au poste"
    COFINANCEMENT_DEPT = "COFINANCEMENT_DEPT", "Cofinancement du département"
    SUBVENTIONS = "SUBVENTIONS", "Subventions"
    MECENAT_DONS = "MECENAT_DONS", "Mécénat et dons"
    COTISATIONS = "COTISATIONS", "Cotisations"
    AUTRES = "AUTRES", "Autres ressources"


class ResourceCertainty(Labelled):
    """How sure a resource is: written and signed, said, or asked for."""

    ACQUIS = "ACQUIS", "Acquis"
    PROMIS = "PROMIS", "Promis"
    DEMANDE = "DEMANDE", "Demandé"


def sales_over_products(sales_cents: int, products_cents: int) -> Decimal | None:
    """Give the share of sales in operating products; None without products.

    The financial annex asks for it. Not the ceiling of D5132-34, whose denominator is
    the charges (``ceiling.ratio``).

    Source: annexe financière (part_produits_exploit_vente_presta); RULE-36.
    """
    return Decimal(sales_cents) / products_cents if products_cents > 0 else None


def concentration(amounts_cents: Iterable[int]) -> Decimal | None:
    """Give the dependency on few funders: the sum of squared shares, 1 for a single one.

    Source: Herfindahl-Hirschman index; RULE-36 (own indicator).
    """
    amounts = list(amounts_cents)
    total = sum(amounts)
    return Decimal(sum(a * a for a in amounts)) / (total * total) if total > 0 else None


def biggest_share(amounts_cents: Iterable[int]) -> Decimal | None:
    """Give the share of the biggest customer; None without receipts.

    Source: RULE-36 (own indicator).
    """
    amounts = list(amounts_cents)
    total = sum(amounts)
    return Decimal(max(amounts)) / total if total > 0 else None


def months_of_cash(cash_cents: int, yearly_charges_cents: int) -> Decimal | None:
    """Give how many months of charges the cash would pay; None without charges.

    Source: RULE-36 (own indicator).
    Not covered: aid and grants paid late, which make cash fall faster.
    """
    return Decimal(cash_cents) * 12 / yearly_charges_cents if yearly_charges_cents > 0 else None


def cost_per_fte_cents(charges_cents: int, fte: Decimal) -> int | None:
    """Give the charges for one full-time equivalent, to the cent; None without any.

    Source: RULE-36 (own indicator).
    """
    return nearest(charges_cents / fte) if fte > 0 else None


def net_result_cents(
    receipts_cents: int, allocated_resources_cents: int, charges_cents: int
) -> int:
    """Give what an activity leaves: receipts, plus the resources allocated to it, less charges.

    Source: RULE-36 (own indicator).
    """
    return receipts_cents + allocated_resources_cents - charges_cents

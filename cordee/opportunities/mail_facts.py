"""The four facts of a mail about an opportunity: what, where, when, how much."""

from datetime import date

from django.utils import timezone

from cordee.base.ui import french
from cordee.opportunities.models import Opportunity
from cordee.opportunities.wording import where_words


def facts_of(
    opportunity: Opportunity, on: date, *, part: str = "", price_cents: int = 0
) -> list[tuple[str, str]]:
    """(name, words), the unknown said too; `part` and `price_cents` (hors taxes), the reader's."""
    own = f" Votre part\u00a0: {part}." if part else ""
    where = where_words(opportunity)
    when = "Date limite non dite"
    if opportunity.deadline is not None:
        local = timezone.localtime(opportunity.deadline)
        when = f"Offre avant le {french.moment(local, on)}"
    if opportunity.months:
        when += f", pour {opportunity.months}\u202fmois"
    amount = opportunity.amount_cents
    price = f"{french.euros(price_cents, rounded=True)} HT pour vous" if price_cents else ""
    whole = f"{french.euros(amount, rounded=True)} HT" if amount else "Montant non dit"
    if price:
        price += f", sur {whole} en tout" if amount else ""
    return [
        ("Quoi", f"{french.ended(french.cut(opportunity.title, 90))}{own}"),
        ("Où", f"{where[:1].upper()}{where[1:]}"),
        ("Quand", when),
        ("Combien", price or whole),
    ]

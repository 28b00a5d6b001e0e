"""What the letters to a buyer share: to whom they go, and who signs them."""

from cordee.agreement import Terms
from cordee.alliances.models import Alliance


def addressed(alliance: Alliance) -> str:
    """The first line; what is not known stands between square brackets."""
    return f"À l’attention de\u00a0: {alliance.opportunity.buyer_name or '[l’acheteur]'}"


def to_sign(alliance: Alliance, terms: Terms) -> str:
    """The last lines: who signs for whoever speaks, as it was said for the offer."""
    row = alliance.parties.filter(pk=int(terms.speaker)).first() if terms.speaker else None
    parts = (row.signatory_name, row.signatory_function) if row is not None else ()
    who = ", ".join(part for part in parts if part)
    return f"{who}\n[date et signature]" if who else "[nom, fonction, date et signature]"

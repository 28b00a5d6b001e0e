"""What may not be written in mutual aid: prices of people, and what a competitor could use."""

import re

from cordee.notices.text import fold

# An hourly or daily price: what the law calls the illicit loan of labour (RULE-40).
_PER_HOUR = re.compile(
    r"\d[\d\s,.]*(?:€|euros?|eur\b)\s*(?:ht\b|ttc\b)?\s*"
    r"(?:/|par|(?:de\s+)?l[' ]|la)\s*(?:demi-)?(?:h\b|heures?|jour|j\b)"
    r"|taux\s+horaire|prix\s+(?:horaire|de\s+l'heure)"
)
_AMOUNT = re.compile(r"\d[\d\s,.]*(?:k?€|euros?\b)|€\s*\d")
_BID = re.compile(
    r"\b(?:notre|nos|votre|vos|leur|leurs|mon|mes)\s+(?:prix|offres?|tarifs?|partenaires?|marges?)\b"
    r"|\b(?:quel|a quel|quels)\s+(?:prix|tarifs?)\b|\bqui\s+(?:repond|va repondre|candidate)\b"
)


def has_hourly_price(text: str) -> bool:
    """ "25 €/h", "180 euros par jour", "taux horaire"."""
    return bool(_PER_HOUR.search(fold(text)))


def tells_of_a_bid(text: str) -> bool:
    """An amount, a price, an offer or a partner: nothing of it goes to peers (RULE-38)."""
    folded = fold(text)
    return bool(_AMOUNT.search(folded) or _BID.search(folded))

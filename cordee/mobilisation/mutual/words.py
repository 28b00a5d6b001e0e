"""What may not be written in mutual aid: prices of people, and what a competitor could use."""

import re

from cordee.notices.text import fold

# An hourly or daily price: what the law calls the illicit loan of labour (RULE-40).
_PER_HOUR = re.compile(
    r"\d[\d\s,.]{0,30}(?:€|euros?|eur\b)\s{0,5}(?:ht\b|ttc\b)?\s{0,5}"
    r"(?:/|par|(?:de\s{1,5})?l[' ]|la)\s{0,5}(?:demi-)?(?:h\b|heures?|jour|j\b)"
    r"|taux\s{1,5}horaire|prix\s{1,5}(?:horaire|de\s{1,5}l'heure)"
)
_AMOUNT = re.compile(r"\d[\d\s,.]{0,30}(?:k?€|euros?\b)|€\s{0,5}\d")
_BID = re.compile(
    r"\b(?:notre|nos|votre|vos|leur|leurs|mon|mes)\s{1,5}"
    r"(?:prix|offres?|tarifs?|partenaires?|marges?)\b"
    r"|\b(?:quel|a quel|quels)\s{1,5}(?:prix|tarifs?)\b"
    r"|\bqui\s{1,5}(?:repond|va repondre|candidate)\b"
)


def _plain(text: str) -> str:
    """Folded, with one space between words: the patterns count on it, and stay linear."""
    return " ".join(fold(text).split())


def has_hourly_price(text: str) -> bool:
    """ "25 €/h", "180 euros par jour", "taux horaire"."""
    return bool(_PER_HOUR.search(_plain(text)))


def mentions_a_bid(text: str) -> bool:
    """An amount, a price, an offer or a partner: nothing of it goes to peers (RULE-38)."""
    folded = _plain(text)
    return bool(_AMOUNT.search(folded) or _BID.search(folded))

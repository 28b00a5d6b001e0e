"""Names of places, folded so that "ST ETIENNE CEDEX 2" and "Saint-Étienne" meet."""

import re
import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": " ", "'": " ", "-": " "})
_CEDEX = re.compile(r"\bcedex\b.*$")
_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


# Lists of tens of thousands of structures are sorted by it at each page.
@lru_cache(maxsize=100_000)
def fold_place_name(name: str) -> str:
    """Lower case without accents, hyphens or CEDEX, with "St" and "Ste" written in full."""
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(_LIGATURES))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9]+", " ", _CEDEX.sub("", plain)).split()
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)

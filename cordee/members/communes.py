"""Finding the commune somebody writes: a name, a name with its department, or a postcode."""

import re

from cordee.members.gazetteer import fold_place_name
from cordee.members.models import Commune

MAX_CHOICES = 8


def label_of(commune: Commune) -> str:
    """ "Roche-Mirel (38)": what a person reads, and what `find_communes` understands."""
    return f"{commune.name} ({commune.department_id})"


def find_communes(text: str) -> list[Commune]:
    """The communes a text may mean, at most MAX_CHOICES: one query, the largest first.

    Those that bear exactly that name, or that postcode; where there is none, those whose name
    begins so. Nothing written, or no letter or digit in it: none.
    """
    named = re.fullmatch(r"\s*(.*?)\s*(?:\(\s*(\w{2,5})\s*\))?\s*", text, re.DOTALL)
    name, code = (named[1], (named[2] or "").upper()) if named else (text, "")
    if re.fullmatch(r"[0-9]{5}", name.replace(" ", "")):
        name, code = "", name.replace(" ", "")
    folded = fold_place_name(name)
    if not folded and len(code) != 5:
        return []
    communes = Commune.objects.filter(folded_name__startswith=folded)
    if len(code) == 5:
        communes = communes.filter(postcodes__contains=code)
    elif code:
        communes = communes.filter(department=code)
    found = list(communes.order_by("folded_name", "insee")[:200])
    exact = [commune for commune in found if commune.folded_name == folded]
    # A postcode of Paris names the city and its arrondissement: the nearer point is the better.
    arrondissements = [c for c in found if c.parent_id] if len(code) == 5 and not name else []
    kept = exact or arrondissements or found
    return sorted(kept, key=lambda c: (-(c.population or 0), c.insee))[:MAX_CHOICES]

"""How many things lack before a step, in words: every title that counts counts alike."""

from collections import Counter
from collections.abc import Iterable

from cordee.agreement.life import Obstacle, Place
from cordee.base.ui import french

# In the order in which they are settled: singular, plural, and "un" or "une".
SORTS: tuple[tuple[str, str, str], ...] = (
    ("invitation", "invitations", "une"),
    ("réponse", "réponses", "une"),
    ("accord", "accords", "un"),
    ("signataire", "signataires", "un"),
    ("approbation", "approbations", "une"),
    ("élément", "éléments", "un"),
    ("chose", "choses", "une"),
)
OF_PLACE = {Place.SIGNATORIES: "signataire", Place.APPROVALS: "approbation"}


def sort_of(found: Obstacle) -> str:
    """What an obstacle counts as, by its singular."""
    if not found.party:
        return "chose"
    return "accord" if found.place is None else OF_PLACE.get(found.place, "chose")


def in_words(
    found: Iterable[Obstacle], *, invitations: int = 0, answers: int = 0, papers: int = 0
) -> str:
    """ "deux approbations et un élément"; empty where nothing lacks."""
    counts = Counter(sort_of(each) for each in found)
    counts.update({"invitation": invitations, "réponse": answers, "élément": papers})
    said = [
        f"{one if counts[single] == 1 else french.in_letters(counts[single])} "
        f"{single if counts[single] == 1 else several}"
        for single, several, one in SORTS
        if counts[single]
    ]
    return french.series(said)

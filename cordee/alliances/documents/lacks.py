"""What lacks before a step: how many things, in words (every title that counts counts alike), and
the page that settles each."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.urls import reverse

from cordee.agreement.life import Obstacle, Place
from cordee.alliances.documents.pages import Papers
from cordee.alliances.models import Alliance
from cordee.base.ui import french

# In the order in which they are settled: singular, plural, and "un" or "une".
SORTS: tuple[tuple[str, str, str], ...] = (
    ("invitation", "invitations", "une"),
    ("réponse", "réponses", "une"),
    ("accord", "accords", "un"),
    ("signataire", "signataires", "un"),
    ("approbation", "approbations", "une"),
    ("élément", "éléments", "un"),
    ("dossier fermé", "dossiers fermés", "un"),
    ("chose", "choses", "une"),
)
OF_PLACE = {Place.SIGNATORIES: "signataire", Place.APPROVALS: "approbation"}


def sort_of(found: Obstacle) -> str:
    """What an obstacle counts as, by its singular."""
    if not found.party:
        return "chose"
    return "accord" if found.place is None else OF_PLACE.get(found.place, "chose")


def in_words(
    found: Iterable[Obstacle],
    *,
    invitations: int = 0,
    answers: int = 0,
    papers: Papers | None = None,
) -> str:
    """ "deux approbations et un élément"; empty where nothing lacks."""
    counts = Counter(sort_of(each) for each in found)
    counts.update({"invitation": invitations, "réponse": answers})
    if papers is not None:
        counts.update({"élément": len(papers.missing), "dossier fermé": len(papers.shut)})
    said = [
        f"{one if counts[single] == 1 else french.in_letters(counts[single])} "
        f"{single if counts[single] == 1 else several}"
        for single, several, one in SORTS
        if counts[single]
    ]
    return french.series(said)


SETTLED: Mapping[Place, str] = {
    Place.TABLE: "alliances:table",
    Place.FORM: "alliances:legal_form",
    Place.REASONS: "alliances:reasons",
    Place.SIGNATORIES: "alliances:signatories",
    Place.APPROVALS: "alliances:approvals",
    Place.FILING: "alliances:filing",
    Place.RESULT: "alliances:result",
    Place.WITHDRAWALS: "alliances:withdrawals",
}


def settled(alliance: Alliance, found: Iterable[Obstacle]) -> list[tuple[str, str]]:
    """Each obstacle in French, with the address where it is settled, or ""."""
    return [
        (each.text, "" if each.place is None else reverse(SETTLED[each.place], args=[alliance.pk]))
        for each in found
    ]

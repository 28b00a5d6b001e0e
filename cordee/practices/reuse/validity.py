"""How far a practice holds, in words, from what structures said of it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from cordee.base.ui import french
from cordee.practices.models import Reuse
from cordee.practices.models.sheets import Places, Territory
from cordee.rules.trades import TRADES

# Under it, sizes are told by bands: the least and the most of two would be those of each.
FEWEST_FOR_SIZES = 3
WHERE = {
    Territory.RURAL: "à la campagne",
    Territory.TOWN: "dans un bourg",
    Territory.CITY: "en ville",
}


def range_of_validity(trials: Sequence[Reuse]) -> str:
    """ "Reprise par 6 structures, de 8 à 40 places, en maraîchage et espaces verts ; un échec en
    ville." What nobody told is said to be unknown."""
    worked = [each for each in trials if each.worked]
    failed = [each for each in trials if not each.worked]
    said = "Personne d’autre ne dit encore l’avoir reprise"
    if worked:
        how_many = len(worked)
        who = "une structure" if how_many == 1 else french.count(how_many, "structure")
        said = ", ".join([f"Reprise par {who}", *_sizes(worked), *_trades(worked)])
    return french.ended(f"{said}\u00a0; {_failures(failed)}" if failed else said)


def _sizes(trials: Sequence[Reuse]) -> Iterator[str]:
    known = sorted(each.places for each in trials if each.places)
    lacking = len(trials) - len(known)
    if not known:
        yield "taille inconnue"
        return
    if len(known) < FEWEST_FOR_SIZES:
        yield french.series([band.label for band in dict.fromkeys(map(Places.of, known))])
    elif known[0] == known[-1]:
        yield f"à {french.count(known[0], 'place')}"
    else:
        yield f"de {known[0]} à {french.count(known[-1], 'place')}"
    if lacking:
        yield f"taille inconnue pour {french.in_letters(lacking)}"


def _trades(trials: Sequence[Reuse]) -> Iterator[str]:
    """The trade that most took it up in comes first."""
    told = Counter(each.trade for each in trials if each.trade)
    names = [TRADES[slug].in_sentence for slug, _ in told.most_common()]
    yield f"en {french.series(names)}" if names else "métier inconnu"


def _failures(trials: Sequence[Reuse]) -> str:
    words = "un échec" if len(trials) == 1 else f"{french.in_letters(len(trials))} échecs"
    told = dict.fromkeys(WHERE[Territory(each.territory)] for each in trials if each.territory)
    lacking = sum(not each.territory for each in trials)
    if not told:
        return f"{words} (lieu inconnu)"
    unknown = f" (lieu inconnu pour {french.in_letters(lacking)})" if lacking else ""
    return f"{words} {french.series(list(told))}{unknown}"

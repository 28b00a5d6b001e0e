"""What takes weight off a phrase: a purpose, an exclusion, another thing that it completes."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence, Set
from itertools import islice

from cordee.notices.text import fold
from cordee.notices.trades.lexicon import Act, Cue, acts
from cordee.notices.trades.phrases import PhraseMatch, Word, bag

MAX_PURPOSES = 10
"""Times that "pour" or the like may stand in a sentence before it says what is bought."""

_PURPOSE = re.compile(
    r"\b(?:pour|destinee?s?|a destination|au profit|dans le cadre|necessaires? a[ux]?|afin"
    r"|en vue d[eu]|au sein|aupres|a l'usage|permettant|sur le site|attenant)\b"
)
# "un marché pour des travaux de démolition" says the object again.
_SAME_OBJECT = re.compile(
    r" (?:l'|les? |la |des |de |d'|un |une ){0,6}"
    r"(?:travaux|prestations?|marches?|realisation|execution|missions?)\b"
)
GENERIC = bag(
    "marche prestation service accord cadre mission consultation concession delegation public "
    "publique appel offre objet presente present travau lancement passation procedure adapte bon "
    "commande relatif relative concernant portant execution realisation mise oeuvre contrat "
    "convention attribution avi annee partir reserve candidature insertion but vu besoin "
    "groupement ouvert commune ville departement numero diver"
)
"""Words of any contract: alone, they say nothing of what is bought."""


def purpose_of(text: str, words: Sequence[Word]) -> int | None:
    """Position of the first word after "pour", "destiné à"…, where something was named before."""
    folded = fold(text)
    for mark in islice(_PURPOSE.finditer(folded), MAX_PURPOSES):
        if _SAME_OBJECT.match(folded, mark.end()):
            continue
        before = [word for word in words if word.end <= mark.start()]
        # A supply is something by itself: "fournitures nécessaires à l'entretien".
        acts_before = {
            word for item in acts().find(before) if item.value is not Act.SUPPLY for word in item.at
        }
        if any(
            place not in acts_before and word.stem not in GENERIC and len(word.stem) > 2
            for place, word in enumerate(before)
        ):
            return sum(word.start < mark.start() for word in words)
    return None


# What separates the terms of a list; "de", "des", "pour" only complete what stands before.
_LISTING = re.compile(r"[,;:/+&(–—]|\bet\b|\bou\b|\bainsi\b|\bavec\b|\bpuis\b| - |\blots?\b")


def skips(item: PhraseMatch[Cue], hidden: Set[int]) -> bool:
    """Whether the words that a phrase skips name a thing that is none of ours, at `hidden`."""
    return any(
        place in hidden and place not in item.at for place in range(item.first + 1, item.last)
    )


def is_preceded(item: PhraseMatch[Cue], firsts: Mapping[str, int]) -> bool:
    """Whether another trade is named first: in "repas de l'accueil de loisirs", one place only.

    `firsts`: by trade that is named otherwise than as a place, the first word that names it.
    """
    return any(first < item.first and trade != item.value.trade for trade, first in firsts.items())


def completes(
    item: PhraseMatch[Cue], things: Sequence[PhraseMatch[Cue]], text: str, words: Sequence[Word]
) -> bool:
    """Whether a phrase only completes a thing that is none of ours: "logiciel de nettoyage".

    `things`: the phrases of such things, by their last word.
    """
    ended = bisect_right(things, item.last, key=lambda thing: thing.last)
    before = (things[rank] for rank in range(ended - 1, -1, -1))
    nearest = next((thing for thing in before if thing.first < item.first), None)
    if nearest is None:
        return False
    if nearest.last >= item.first:
        return True
    between = fold(text[words[nearest.last].end : words[item.first].start])
    return len(between) < 40 and not _LISTING.search(between)


_LEFT_OUT = re.compile(
    r"\b(?:hors(?! d'| oeuvre| eau| air)|a l'exclusion d[eu]s?|sauf|excepte)\b"
    r"(?:(?<=\(hors)[^)]*|(?:(?! et )[^,;)])*)"
)


def left_out(text: str, words: Sequence[Word]) -> frozenset[int]:
    """Positions of the words that the sentence leaves out: "hors espaces verts"."""
    found: set[int] = set()
    for mark in _LEFT_OUT.finditer(fold(text)):
        first = bisect_left(words, mark.start(), key=lambda word: word.start)
        found.update(range(first, bisect_left(words, mark.end(), key=lambda word: word.start)))
    return frozenset(found)

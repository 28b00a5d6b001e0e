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
    r"\b(?:pour(?! objet| support| l'annee| les annees| la periode| une (?:duree|periode))"
    r"|destinee?s?|a destination|au profit|dans le cadre|necessaires? a[ux]?|afin"
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
    "groupement ouvert commune ville departement numero diver adaptee negocie mono multi "
    "attributaire subsequent"
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


def skips(
    item: PhraseMatch[Cue], hidden: Set[int], starts: Set[int], text: str, words: Sequence[Word]
) -> bool:
    """Whether a phrase takes its words from a thing that is none of ours.

    Either it skips such words, at `hidden`, or it ends where the name of such a thing only starts,
    at `starts`: "fabrication de mobilier urbain" makes no furniture. In a list it only comes after
    them: "collecte des ordures ménagères et des emballages".
    """
    if len(item.at) > 1 and item.last in starts:
        return True
    taken = [place for place in range(item.first + 1, item.last) if place in hidden]
    taken = [place for place in taken if place not in item.at]
    if not taken:
        return False
    after = fold(text[words[taken[-1]].end : words[item.last].start])
    return not _LISTING.search(after)


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
    return _is_of(nearest, item, text, words)


def complements(
    thing: PhraseMatch[Cue], named: Sequence[PhraseMatch[Cue]], text: str, words: Sequence[Word]
) -> bool:
    """Whether a thing that is none of ours only says where the work named before it is done.

    "Entretien des espaces verts de la station d'épuration": the work is at the head.
    """
    before = [item for item in named if item.last < thing.first]
    if not before:
        return False
    return _is_of(max(before, key=lambda item: item.last), thing, text, words)


def _is_of(
    head: PhraseMatch[Cue], item: PhraseMatch[Cue], text: str, words: Sequence[Word]
) -> bool:
    between = fold(text[words[head.last].end : words[item.first].start])
    return len(between) < 40 and not _LISTING.search(between)


_ASIDE = re.compile(r"\([^)]*\)")
_ANOTHER_PART = re.compile(r"[:;(–—]| - |\blots?\b|\bpar\b|\bpour\b|\bdont\b")


def is_built_too(
    thing: PhraseMatch[Cue],
    buildings: Set[int],
    buys: Sequence[PhraseMatch[Act]],
    text: str,
    words: Sequence[Word],
) -> bool:
    """Whether a thing that is none of ours only comes in the list of what is built.

    "Construction d'un local commercial et médical", "d'un pôle de santé et d'une chaufferie": the
    contract stays that of a building. `buildings`: places of the words of what is built.
    """
    before = [place for place in buildings if place < thing.first]
    if not before:
        return False
    last = max(before)
    between = _ASIDE.sub("", fold(text[words[last].end : words[thing.first].start]))
    acts_between = any(last < item.first <= thing.first for item in buys)
    return not acts_between and len(between) < 60 and not _ANOTHER_PART.search(between)


_PARTICLES = r"(?:de la |de l'|de |du |des |d'|la |le |les |l'|a )"
# "Mise en place de" and "restauration sur place" name no square.
_STREET = re.compile(
    r"\b(?<!en )(?<!sur )"
    r"(?:rues?|avenues?|boulevards?|bd|impasses?|faubourg|routes?|place(?! de creche)) "
    r"(?:de la |de l'|du |des |de )[a-z][\w-]*"
)
_STREET_NAMED = re.compile(
    r"\b(?:rue|avenue|av\.?|boulevard|bd|allee|impasse|quai|chemin|route|place|square|cours|zac) "
    rf"{_PARTICLES}?(?=(?P<name>[a-z]))"
)
_QUOTE = r"(?:[\"'«“]\s?)?"
_PLACE_NAMED = re.compile(
    r"\b(?:residence|quartier|domaine|hameau|lieu[- ]dit|ecole|college|lycee|ehpad|gymnase|stade"
    r"|commune|ville|foyer|pavillon|tour|ilot|ferme|chateau|hopital|clinique|musee|theatre)s? "
    rf"(?:maternelle |elementaire |primaire )?{_PARTICLES}?{_QUOTE}{_PARTICLES}?(?=(?P<name>[a-z]))"
)
_HOUSE_NAMED = re.compile(
    r"\b(?:residence|quartier|domaine|hameau|lieu[- ]dit|ecole|college|lycee|ehpad|foyer"
    r"|pavillon)s? (?:maternelle |elementaire |primaire )?"
    r"[\"'«“]?\s?(?:les |la |le |l')(?P<name>[a-z]+)"
)
_BODY = re.compile(
    r"\bdirections? (?:generale )?(?:de la |de l'|des |du )[a-z]+(?: [a-z]+(?= |$))?"
    r"(?: et (?:de la |de l'|des |du )[a-z]+(?: [a-z]+(?= |$))?)?"
    r"|\b(?:pour|par|du|le|au|aux|les|des) services? (?:de la |de l'|des |du )?(?:espaces verts"
    r"|proprete|restauration|transports?|collecte|batiments?)\b"
)
_CAPITALS = re.compile(
    r"(?:[A-ZÀ-Ý][\w’'-]*(?: (?:de |du |des |d[’']|la |le |les |et )?(?=[A-ZÀ-Ý]))?)+"
)


def named_places(text: str) -> list[tuple[int, int]]:
    """Where a text gives the name of a street, a place or a service: "rue des Maraîchers".

    A name may be made of any word, and says nothing of what is bought.
    """
    folded = fold(text)
    found = [
        (mark.start(), mark.end()) for one in (_STREET, _BODY) for mark in one.finditer(folded)
    ]
    letters = [word for word in text.split() if word[0].isalpha() and len(word) > 3]
    if sum(word[0].isupper() for word in letters) * 2 > len(letters):
        # Where every word has a capital, none is known for a name, save after an article.
        return found + [(mark.start("name"), mark.end()) for mark in _HOUSE_NAMED.finditer(folded)]
    for one in (_STREET_NAMED, _PLACE_NAMED):
        for mark in one.finditer(folded):
            name = _CAPITALS.match(text, mark.start("name"))
            if name is not None:
                found.append((name.start(), name.end()))
    return found


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

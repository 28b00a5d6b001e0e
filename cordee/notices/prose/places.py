"""Where the work of a lot is, as its own title and text name it.

Names of departments, their numbers, postcodes, and communes named after a word that announces one.
A name alone is looked for inside the departments that the notice already gives.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from cordee.notices.clauses.sentences import patterns
from cordee.notices.notice import Place, Provenance
from cordee.notices.places import (
    CODES_BY_NAME,
    department_code,
    department_of_postcode,
    distinct,
)
from cordee.notices.prose.passages import FoldedPassage
from cordee.notices.text import holds
from cordee.rules.territory import fold_place_name

_WORDS = patterns(__file__, "commune", "department")


def _spaced(folded: str) -> str:
    """Folded words as names are compared: hyphens and apostrophes are spaces."""
    return folded.replace("-", " ").replace("'", " ").strip()


_FIRST = {name.split(" ")[0] for name in CODES_BY_NAME}
_NAMES = "|".join(sorted(CODES_BY_NAME, key=len, reverse=True))
_DEPARTMENTS = re.compile(rf"(?:{_NAMES})(?: (?:et )?(?:{_NAMES}))*")
_DEPARTMENT = re.compile(rf"\b(?:{_NAMES})\b")
_SEGMENT = re.compile(r"(?:(?! - )[^—–:,;()/+\n])+")
_COMMUNE = re.compile(
    r"[A-ZÉÈÎ][\w’']*(?:[- ](?:(?:sur|sous|en|les|la|le|lès|de|du|des|aux|à|et)[- ]|[ld]['’])*"
    r"[A-ZÉÈÎ][\w’']*)*"
)
_BESIDE = re.compile(r" ?\((97\d|\d[\dab])\)")
# Each branch starts with a letter of its own, so that the search skips from one to the next.
_OF_A_NAME = re.compile(
    r"d(?<=\b.)(?:es? |u |['’])(?=[A-ZÉÈÎ])|D(?<=\b.)(?:es? |u |['’])(?=[A-ZÉÈÎ])"
    r"|à(?<=\b.) (?=[A-ZÉÈÎ])|a(?<=\b.)u (?=[A-ZÉÈÎ])"
)
_LOT = re.compile(r"^lots? (?:n ?[o°] ?)?\d* ?")


def _places_in(passage: FoldedPassage, known: Sequence[Place]) -> Iterator[Place]:
    folded, words = passage.folded, passage.words
    is_title = passage.where.endswith("titre")
    for match in _WORDS["numbered"].finditer(folded) if "(" in folded else ():
        for code in map(department_code, re.findall(r"97\d|\d[\dab]", match[0])):
            if code:
                yield _place(passage, match.start(), department=code)
    for match in _WORDS["postcode"].finditer(folded):
        department = department_of_postcode(match[1])
        name = _COMMUNE.match(words, match.end() + 1)
        if department and name:
            yield _place(
                passage, match.start(), department=department, postcode=match[1], city=name[0]
            )
    for start, text in _naming(passage, is_title):
        for name in _DEPARTMENT.findall(text):
            yield _place(passage, start, department=CODES_BY_NAME[name])
    for end in _announced(passage, is_title):
        name = _COMMUNE.match(words, end)
        code = CODES_BY_NAME.get(fold_place_name(name[0])) if name else None
        if code:
            # « la ville de Paris », « l’agence du Rhône ».
            yield _place(passage, end, department=code)
        elif name:
            departments = {place.department for place in known}
            only = departments.pop() if len(departments) == 1 else None
            if beside := _BESIDE.match(folded, name.end()):
                only = department_code(beside[1]) or only
            # Namesakes are told apart by the area that the notice gives.
            areas = [place.nuts for place in known if place.nuts]
            nuts = areas[0] if only is None and len(areas) == 1 else None
            if only or nuts:
                yield _place(passage, end, department=only, city=name[0], nuts=nuts)


def _announced(passage: FoldedPassage, is_title: bool) -> Iterator[int]:
    """Where a capital follows a word after which the name of a commune comes."""
    for match in _OF_A_NAME.finditer(passage.words):
        start = match.start()
        is_in = is_title and match[0] == "à "
        if is_in or _WORDS["commune"].search(passage.folded, max(0, start - 40), start):
            yield match.end()


def _naming(passage: FoldedPassage, is_title: bool) -> Iterator[tuple[int, str]]:
    """Words that are names of departments, from titles made of them or after « département »."""
    is_named = holds(passage.folded, ("departement", "situe"))
    for match in _WORDS["department"].finditer(passage.folded) if is_named else ():
        plain = _spaced(passage.folded[match.end() : match.end() + 40])
        if found := _DEPARTMENTS.match(plain):
            yield match.start(), found[0]
    for segment in _SEGMENT.finditer(passage.words) if is_title else ():
        plain = _spaced(passage.folded[segment.start() : segment.end()])
        if plain.startswith("lot"):
            plain = _LOT.sub("", plain)
        if plain.split(" ")[0] not in _FIRST:
            continue
        if _DEPARTMENTS.fullmatch(plain) and not _WORDS["not_alone"].match(plain):
            yield segment.start(), plain


def _place(passage: FoldedPassage, at: int, **named: str | None) -> Place:
    return Place(provenance=Provenance.COMPUTED, evidence=passage.quoted(at), **named)


def places_told(known: Sequence[Place], parts: Iterable[FoldedPassage]) -> tuple[Place, ...]:
    """The places that passages name, each once; `known` are those that the fields give.

    A department alone is left out where a commune of it is named.
    """
    found = [place for part in parts for place in _places_in(part, known)]
    precise = {place.department for place in found if place.city}
    return distinct([p for p in found if p.city or p.department not in precise])

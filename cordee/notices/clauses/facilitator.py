"""Who helps with the clause: an organisation, never a person nor contact details."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cordee.notices.text import Sentence

_KNOWN = re.compile(
    r"\b(?:maisons? de l'emploi(?: et de (?:la formation|l'entreprise|l'insertion))?"
    r"|plans? loca(?:l|ux) pour l'insertion(?: et (?:l'|pour l')emploi)?|plie\b|mdef?\b"
    r"|missions? locales?\b|cap emploi\b|guichet (?:unique|territorial)[^.,;]{0,30}clauses?"
    r"|facilitat(?:eur|rice)s?\b|charge[es]* de mission (?:de la |des )?(?:clauses?|insertion)"
    r"|assistan(?:t|ce) a(?: la)? maitr(?:e|ise) d'ouvrage[^.,;]{0,40}(?:insertion|clauses?"
    r"|sociale)"
    r"|(?:structure|cellule|service|mission|pole) (?:d'(?:appui|accompagnement) )?(?:des |de la "
    r"|aux )?"
    r"clauses? sociales?)"
)
# One capitalised word after each "de": "de l'emploi d'Exempleville Marie Martin" stops in time.
_OF = re.compile(
    r"\s*(?:du bassin |du territoire |du pays |de l[’']agglomération |de la ville )?"
    r"(?:de la |de l[’']|du |des |d[’']|de )"
    r"(?!M\.|Mme|Mr|Madame|Monsieur)[A-ZÉÈÀÎ][\wÀ-ÿ]+(?:-[A-Za-zÀ-ÿ]+)*"
)
_GENERIC = re.compile(
    r"^(?:facilit|charge|assistan|structure|cellule|service|mission (?!loc)|pole|guichet)"
)


def facilitator_in(sentences: Iterable[Sentence]) -> str | None:
    """The organisation that these sentences name as a help, as written; or None.

    A proper organisation wins over the bare word "facilitateur".
    """
    generic: str | None = None
    for sentence in sentences:
        for found in _KNOWN.finditer(sentence.folded):
            words = sentence.words[found.start() : found.end()]
            if _GENERIC.match(found.group()):
                generic = generic or words
                continue
            end = found.end()
            for _ in range(2):
                following = _OF.match(sentence.words, end)
                if following is None:
                    break
                end = following.end()
            return " ".join(sentence.words[found.start() : end].split())
    return generic

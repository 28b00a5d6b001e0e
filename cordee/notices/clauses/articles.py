"""Articles of law and ticked boxes: whom each names, and what is kept where words say otherwise.

The Code de la commande publique (2019), the ordonnance 2015-899 with its decree 2016-360, and the
Code des marchés publics of 2006: notices of all three ages are read.

The text wins over a ticked box, since a buyer writes it for this contract and ticks a form by
habit; a French sentence tells of it, and lets a person judge.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from cordee.notices.notice import ClauseKind, Evidence, Reserved, SocialClause
from cordee.rules.reservation import Reservation

_CCP = re.compile(r"\b(l|r) ?\.? ?(2113|3113) ?- ?(\d{1,2})(?: ?- ?(\d)\b)?")
_SPAN = re.compile(r"[23]113 ?- ?\d{1,2} ?(?:et suivants|et s\b|a (?:[lr] ?\.? ?)?[23]113)")
_OLD = re.compile(
    r"\barticles? (36|37)(?: ?-? ?(i{1,2})\b)? de l'ordonnance"
    r"|\barticles? (13|14) du decret|\barticles? (15) du code des marches"
)

_MEANING = {
    "L2113-12": Reservation.HANDICAP,
    "L2113-13": Reservation.INSERTION,
    "L2113-13-1": Reservation.PENITENTIAIRE,
    "L2113-14": Reservation.MIXTE,
    "L2113-15": Reservation.ESS,
    "L2113-16": Reservation.ESS,
    "R2113-7": Reservation.MIXTE,
    "R2113-8": Reservation.ESS,
    "L3113-1": Reservation.HANDICAP,
    "L3113-2": Reservation.INSERTION,
    "36-I ordonnance 2015-899": Reservation.HANDICAP,
    "36-II ordonnance 2015-899": Reservation.INSERTION,
    "36 ordonnance 2015-899": Reservation.MIXTE,
    "37 ordonnance 2015-899": Reservation.ESS,
    "13 décret 2016-360": Reservation.MIXTE,
    "14 décret 2016-360": Reservation.ESS,
    "15 CMP": Reservation.HANDICAP,
}


def articles_cited(folded: str) -> tuple[str, ...]:
    """Articles on reservation that a folded sentence cites, each once, in order."""
    found: list[str] = []
    if "113" in folded:
        for match in _CCP.finditer(folded):
            letter, number, part, sub = match.groups()
            name = f"{letter.upper()}{number}-{part}"
            found.append(f"{name}-{sub}" if f"{name}-{sub}" in _MEANING else name)
    if "article" in folded:
        for ordonnance, paragraph, decree, code in _OLD.findall(folded):
            if ordonnance:
                part = f"-{paragraph.upper()}" if paragraph else ""
                found.append(f"{ordonnance}{part} ordonnance 2015-899")
            elif decree:
                found.append(f"{decree} décret 2016-360")
            else:
                found.append(f"{code} CMP")
    return tuple(name for name in dict.fromkeys(found) if name in _MEANING)


def reservation_by(articles: tuple[str, ...], folded: str) -> Reservation | None:
    """For whom the articles cited in this sentence reserve together, or None without any."""
    kinds = {_MEANING[name] for name in articles}
    # The general article (both publics) adds nothing beside the one that names the public.
    if len(kinds) > 1:
        kinds.discard(Reservation.MIXTE)
    if not kinds:
        return None
    if len(kinds) > 1 or _SPAN.search(folded):
        return Reservation.MIXTE
    return kinds.pop()


# The boxes name sheltered workshops first; a box alone is read as the reservation for disabled
# workers, which is how French buyers of these years used it, and text wins over it.
BOXES = {
    "RESTRICTED_SHELTERED_WORKSHOP": Reservation.HANDICAP,
    "RESTRICTED_SHELTERED_PROGRAM": Reservation.HANDICAP,
    "RESERVED_ORGANISATIONS_SERVICE_MISSION": Reservation.ESS,
    "RESTRICTED_TO_SHELTERED_WORKSHOPS": Reservation.HANDICAP,
    "RESTRICTED_TO_FRAMEWORK": Reservation.HANDICAP,
}


def reserved_by_boxes(where: str, names: Iterable[str]) -> Reserved | None:
    """What ticked boxes reserve; boxes of different kinds together are MIXTE."""
    ticked = tuple(name for name in dict.fromkeys(names) if name in BOXES)
    if not ticked:
        return None
    kinds = {BOXES[name] for name in ticked}
    chosen = kinds.pop() if len(kinds) == 1 else Reservation.MIXTE
    return Reserved(chosen, tuple(Evidence(where, name) for name in ticked))


_TO_WHOM = {
    Reservation.NONE: "sans réservation",
    Reservation.HANDICAP: "réservé aux structures du handicap",
    Reservation.INSERTION: "réservé aux structures d’insertion",
    Reservation.PENITENTIAIRE: "réservé à la production en détention",
    Reservation.MIXTE: "réservé aux structures du handicap ou de l’insertion",
    Reservation.ESS: "réservé aux entreprises de l’économie sociale et solidaire",
}


def merge_reserved(box: Reserved | None, words: Reserved | None) -> Reserved | None:
    """Text wins over a ticked box; both stay as evidence, and a disagreement is told."""
    if box is None or words is None:
        return words or box
    evidence = tuple(dict.fromkeys((*box.evidence, *words.evidence)))
    conflict = words.conflict
    if box.reservation is not words.reservation:
        conflict = (
            f"La case cochée dit « {_TO_WHOM[box.reservation]} », le texte dit "
            f"« {_TO_WHOM[words.reservation]} ». Le texte l’emporte."
        )
    return replace(words, evidence=evidence, conflict=conflict)


def merge_clause(box: SocialClause | None, words: SocialClause | None) -> SocialClause | None:
    """Text wins over a ticked box, but silence of the text does not deny the box."""
    if box is None or words is None:
        return words or box
    evidence = tuple(dict.fromkeys((*box.evidence, *words.evidence)))
    if words.kind is not ClauseKind.NONE or not words.negated:
        kind = box.kind if words.kind is ClauseKind.NONE else words.kind
        return replace(words, kind=kind, evidence=evidence)
    if box.kind is ClauseKind.NONE:
        return replace(words, evidence=evidence)
    conflict = "La case cochée annonce une clause sociale, le texte dit qu’il n’y en a pas."
    return replace(words, evidence=evidence, conflict=f"{conflict} Le texte l’emporte.")


def article_against_words(
    articles: tuple[str, ...], by_article: Reservation | None, by_words: Reservation | None
) -> str | None:
    """The sentence that tells of an article naming one public and words naming another."""
    if by_article is None or by_words is None or by_article is by_words:
        return None
    if Reservation.MIXTE in (by_article, by_words):
        # The general article, or a list of publics under a particular one: no contradiction.
        return None
    return (
        f"L’article cité ({', '.join(articles)}) vise un marché « {_TO_WHOM[by_article]} », "
        f"le texte nomme un marché « {_TO_WHOM[by_words]} ». Les mots du texte l’emportent."
    )

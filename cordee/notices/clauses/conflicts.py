"""What is kept when two things a notice says do not agree: a French sentence, never a choice lost.

The text wins over a ticked box, since a buyer writes it for this contract and ticks a form by
habit; the sentence lets a person judge.
"""

from dataclasses import replace

from cordee.notices.notice import ClauseKind, Reserved, SocialClause
from cordee.rules.reservation import Reservation

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

"""The words by which a sentence speaks of insertion, and how: duty, criterion, object, denial."""

from functools import lru_cache

from cordee.notices.clauses.sentences import REMEMBERED, patterns
from cordee.notices.text import Sentence, holds

# The most frequent first: the look ends with the first that is found.
_STEMS = (
    *("publics", "societ", "d'execution", "social", "heure", "emploi", "insert", "clause"),
    *("handicap", "loigne", "difficult", "defavoris", "beneficiair", "plie", "apprenti"),
    *("alternan", "main d'", "main-d'", "% d", "prioritaire", "discrimin", "parite", "egalite"),
)
_WORDS = patterns(__file__, "insertion", "strong_object")


@lru_cache(maxsize=REMEMBERED)
def could_speak(folded: str) -> bool:
    """A quick first look: most sentences of a notice have none of these stems."""
    return holds(folded, _STEMS)


@lru_cache(maxsize=REMEMBERED)
def is_about_insertion(folded: str) -> bool:
    """Whether a folded sentence speaks of the insertion of people or of a social condition."""
    # Twice, since what is no insertion of people is struck only where there is any.
    if _WORDS["insertion"].search(folded) is None:
        return False
    return _WORDS["insertion"].search(_WORDS["not_people"].sub(" ", folded)) is not None


def is_duty(folded: str) -> bool:
    """Whether it names a clause or an action, which stays one beside a reservation."""
    return _WORDS["duty"].search(folded) is not None


def is_denied(folded: str, about: bool) -> bool:
    """Whether a sentence (`about` insertion or not) says that there is no clause."""
    if not (about or _WORDS["conditions"].search(folded)):
        return False
    return _WORDS["denial"].search(folded) is not None and not _WORDS["not_denied"].search(folded)


def is_criterion(sentence: Sentence, known: bool = False) -> bool:
    """Whether it makes insertion, or the social side, an award criterion."""
    folded = sentence.folded
    listed = known or "critere" in sentence.opening
    if not listed and not any(
        stem in folded for stem in ("criter", "ponder", "des offres", "notee", "jugee")
    ):
        return False
    folded = _WORDS["not_people"].sub(" ", folded)
    if known or _WORDS["criteria_list"].match(sentence.opening):
        return bool(_WORDS["social_criterion"].search(folded)) and not _WORDS[
            "not_criterion"
        ].search(folded)
    if "clause" in folded or not _WORDS["criterion"].search(folded):
        return False
    return not _WORDS["not_criterion"].search(folded)


def opens_criteria(folded: str) -> bool:
    """Whether a sentence begins a list of award criteria with their weights."""
    if ":" not in folded or not holds(folded, ("critere", "jug")):
        return False
    return (
        _WORDS["opens_criteria"].search(folded) is not None
        and _WORDS["weighted"].match(folded) is not None
    )


def is_weighted(folded: str) -> bool:
    """Whether it may be one more item of such a list: it ends with a weight."""
    return _WORDS["weighted"].match(folded) is not None


def object_at(folded: str) -> int | None:
    """Where a title says that insertion is the very object, or None."""
    found = _WORDS["object"].search(folded)
    return found.start() if found and not _WORDS["not_object"].search(folded) else None


def strong_object_at(folded: str) -> int | None:
    """The same for any sentence, where "action d'insertion" is usually a clause."""
    if "insertion" not in folded and "emploi" not in folded:
        return None
    found = _WORDS["strong_object"].search(folded)
    return found.start() if found and not _WORDS["not_object"].search(folded) else None


def is_figure_of_clause(folded: str) -> bool:
    """Whether a sentence after one on insertion may carry its figures."""
    return _WORDS["figure"].search(folded) is not None and not _WORDS["not_figure"].search(folded)


def is_conditional(folded: str) -> bool:
    """Whether it only says that the clause may apply, or that the company is invited."""
    return _WORDS["conditional"].search(folded) is not None

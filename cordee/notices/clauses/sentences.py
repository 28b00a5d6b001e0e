"""The sentences that may speak of reservation, insertion or groups; the rest is not even cut."""

from collections.abc import Iterable, Sequence

from cordee.notices.notice import Evidence
from cordee.notices.text import Sentence, cut, cut_each

GROUP_STEMS = (
    *("groupe", "solida", "conjoint", "mandataire", "cotrait", "co-trait", "gme", "grpt"),
    "candidatures indiv",
)
_STEMS = (
    *("reserv", "113-", "113 -", "protege", "handicap", "esat", "defavoris", "detenu", "penitenti"),
    *("insert", "social", "societ", "publics", "emploi", "loigne", "difficult", "clause", "heure"),
    *("le plie", "du plie", "apprenti", "alternan", "d'execution", "main d'", "main-d'", "% d"),
    *("prioritaire", "discrimin", "jugee"),
    *GROUP_STEMS,
)


def relevant(passages: Iterable[Evidence]) -> tuple[Sentence, ...]:
    """These passages cut where they may speak of our subjects."""
    return cut(passages, _STEMS)


def relevant_each(passages: Sequence[tuple[Evidence, str]]) -> list[tuple[Sentence, ...]]:
    """The same for many passages with the lot of each, looked at in one go."""
    return cut_each(passages, _STEMS)

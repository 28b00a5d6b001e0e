"""The sentences that may speak of reservation, insertion or groups; the rest is not even cut."""

from __future__ import annotations

from collections.abc import Iterable

from cordee.notices.notice import Evidence
from cordee.notices.text import Sentence, cut

_STEMS = (
    *("reserv", "113-", "113 -", "protege", "handicap", "esat", "defavoris", "detenu", "penitenti"),
    *("insert", "social", "societ", "publics", "emploi", "loigne", "difficult", "clause", "heure"),
    *("le plie", "du plie", "apprenti", "alternan", "d'execution", "main d'", "main-d'", "% d"),
    *(
        "groupe",
        "solida",
        "conjoint",
        "mandataire",
        "cotrait",
        "co-trait",
        "gme",
        "grpt",
        "candidatures indiv",
    ),
)


def relevant(passages: Iterable[Evidence], lot: str = "") -> tuple[Sentence, ...]:
    """These passages (of one lot, where named) cut where they may speak of our subjects."""
    return cut(passages, lot, _STEMS)

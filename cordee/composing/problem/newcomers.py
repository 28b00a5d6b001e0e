"""Companies and newcomers that a wish or a way out brings: in no base, known by their words alone.

Nobody's figures are in them: whoever reads the team may see what somebody typed.
"""

from collections.abc import Iterable
from typing import Any

from cordee.engine.cure.changes import NEWCOMER
from cordee.engine.problem import Candidate
from cordee.rules.kinds import Kind

# No row has it: pages make no link of it, and every reader sees its figures.
STRANGER_ID = 0
NEWCOMER_NAMES = {
    Kind.EI: "Une entreprise d’insertion à trouver",
    Kind.ENTREPRISE: "Une entreprise à trouver",
}


def name_of(candidate: Candidate) -> str:
    """What somebody called it, or that it is still to be found."""
    if candidate.id == NEWCOMER:
        return NEWCOMER_NAMES[Kind(candidate.kind)]
    return candidate.name


def people_of(strangers: Iterable[Candidate]) -> dict[str, dict[str, Any]]:
    """Strangers as the people of a composition are kept."""
    return {
        each.id: {
            "candidate": each.id,
            "structure_id": STRANGER_ID,
            "chantier_id": STRANGER_ID,
            "name": name_of(each),
            "kind": each.kind,
            "city": "",
        }
        for each in strangers
    }

"""In three words, where a posted need stands for its author."""

from datetime import datetime

from cordee.opportunities.models import Audience, Opportunity, Stage

type Shown = tuple[str, str]

# What counts first where several networks decided differently.
_BY_PRIORITY = (
    (Audience.State.ASKED, ("vigilance", "Question à répondre")),
    (Audience.State.PUBLISHED, ("sur", "Publié")),
    (Audience.State.PENDING, ("inconnu", "En relecture")),
    (Audience.State.REFUSED, ("bloque", "Non relayé")),
)
STATES: dict[str, Shown] = {
    Audience.State.PENDING: ("inconnu", "À relire"),
    Audience.State.ASKED: ("vigilance", "Question posée"),
    Audience.State.PUBLISHED: ("sur", "Publié"),
    Audience.State.REFUSED: ("bloque", "Refusé"),
}


def state_of(need: Opportunity, now: datetime) -> Shown:
    """(kind of state, words); reads the audiences that are at hand."""
    if need.stage == Stage.CANCELLED:
        return "inconnu", "Retiré"
    if need.stage == Stage.AWARDED:
        return "sur", "Pourvu"
    if need.deadline is not None and need.deadline <= now:
        return "inconnu", "Délai passé"
    states = {audience.state for audience in need.audiences.all()}
    for state, shown in _BY_PRIORITY:
        if state in states:
            return shown
    return "inconnu", "Sans réseau"

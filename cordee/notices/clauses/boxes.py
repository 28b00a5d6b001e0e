"""Ticked boxes of TED_EXPORT, by the names of their elements."""

from __future__ import annotations

from collections.abc import Iterable

from cordee.notices.notice import Evidence, Reserved
from cordee.rules.reservation import Reservation

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

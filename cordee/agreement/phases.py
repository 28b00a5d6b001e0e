"""Where an alliance is, and where it may go from there.

Filing freezes the terms (R2142-26, RULE-39): from then on they change only with the buyer's
agreement, and after the signature only by an amendment or a DC4.
"""

from collections.abc import Mapping
from enum import StrEnum


class Phase(StrEnum):
    """Where an alliance is."""

    TALKING = "talking"
    SPLIT = "split"
    MANDATE = "mandate"
    DOCUMENTS = "documents"
    FILED = "filed"
    WON = "won"
    SIGNED = "signed"
    DELIVERY = "delivery"
    LOST = "lost"
    ABANDONED = "abandoned"

    @property
    def label(self) -> str:
        """In plain French, for screens."""
        return PHASE_LABELS[self]

    @property
    def is_editable(self) -> bool:
        """Whether the terms may change freely, those concerned agreeing again."""
        return self in EDITABLE

    @property
    def is_frozen(self) -> bool:
        """Whether the composition is frozen: between filing and signature."""
        return self in {Phase.FILED, Phase.WON}

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens here."""
        return self in {Phase.DELIVERY, Phase.LOST, Phase.ABANDONED}


PHASE_LABELS = {
    Phase.TALKING: "on se parle",
    Phase.SPLIT: "on se répartit le travail",
    Phase.MANDATE: "on donne mandat",
    Phase.DOCUMENTS: "on prépare le dossier",
    Phase.FILED: "offre déposée",
    Phase.WON: "marché attribué",
    Phase.SIGNED: "marché signé",
    Phase.DELIVERY: "travaux en cours",
    Phase.LOST: "offre non retenue",
    Phase.ABANDONED: "abandonnée",
}

EDITABLE = frozenset({Phase.TALKING, Phase.SPLIT, Phase.MANDATE, Phase.DOCUMENTS})

# From each phase, where one may go. Backwards only while nothing is filed.
STEPS: Mapping[Phase, tuple[Phase, ...]] = {
    Phase.TALKING: (Phase.SPLIT, Phase.ABANDONED),
    Phase.SPLIT: (Phase.MANDATE, Phase.TALKING, Phase.ABANDONED),
    Phase.MANDATE: (Phase.DOCUMENTS, Phase.SPLIT, Phase.ABANDONED),
    Phase.DOCUMENTS: (Phase.FILED, Phase.SPLIT, Phase.ABANDONED),
    Phase.FILED: (Phase.WON, Phase.LOST, Phase.ABANDONED),
    Phase.WON: (Phase.SIGNED, Phase.LOST, Phase.ABANDONED),
    Phase.SIGNED: (Phase.DELIVERY,),
    Phase.DELIVERY: (),
    Phase.LOST: (),
    Phase.ABANDONED: (),
}

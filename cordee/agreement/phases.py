"""Where an alliance is, and where it may go from there.

Filing freezes the terms (R2142-26, RULE-39): from then on they change only with the buyer's
agreement, and after the signature only by an amendment or a DC4.
"""

from collections.abc import Mapping

from cordee.rules.labelled import Labelled


class Phase(Labelled):
    """Where an alliance is."""

    TALKING = "talking", "on se parle"
    SPLIT = "split", "on se répartit le travail"
    MANDATE = "mandate", "on donne mandat"
    DOCUMENTS = "documents", "on prépare le dossier"
    FILED = "filed", "offre déposée"
    WON = "won", "marché attribué"
    SIGNED = "signed", "marché signé"
    DELIVERY = "delivery", "travaux en cours"
    LOST = "lost", "offre non retenue"
    ABANDONED = "abandoned", "abandonnée"

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

"""The kinds of structures, with what the law lets each one sell."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """Kind of a structure. Source: Code du travail L5132-4, L5213-13, L1253-1; CASF L344-2."""

    ACI = "ACI"
    EI = "EI"
    AI = "AI"
    ETTI = "ETTI"
    EITI = "EITI"
    EA = "EA"
    EATT = "EATT"
    ESAT = "ESAT"
    GEIQ = "GEIQ"
    ENTREPRISE = "ENTREPRISE"

    @property
    def label(self) -> str:
        """Full French name, for screens."""
        return LABELS[self]


LABELS: Mapping[Kind, str] = {
    Kind.ACI: "Atelier ou chantier d’insertion",
    Kind.EI: "Entreprise d’insertion",
    Kind.AI: "Association intermédiaire",
    Kind.ETTI: "Entreprise de travail temporaire d’insertion",
    Kind.EITI: "Entreprise d’insertion par le travail indépendant",
    Kind.EA: "Entreprise adaptée",
    Kind.EATT: "Entreprise adaptée de travail temporaire",
    Kind.ESAT: "Établissement et service d’accompagnement par le travail",
    Kind.GEIQ: "Groupement d’employeurs pour l’insertion et la qualification",
    Kind.ENTREPRISE: "Entreprise",
}

SIAE_KINDS = frozenset({Kind.ACI, Kind.EI, Kind.AI, Kind.ETTI, Kind.EITI})
HANDICAP_KINDS = frozenset({Kind.EA, Kind.EATT, Kind.ESAT})

_STAFF_SUPPLIERS = frozenset({Kind.AI, Kind.ETTI, Kind.EATT, Kind.GEIQ})
_CAPPED = frozenset({Kind.ACI})


def supplies_staff(kind: Kind | str) -> bool:
    """Tell whether a structure of this kind supplies staff instead of selling a result.

    Source: Code du travail L5132-6 (ETTI), L5132-7 (AI), L5213-13-3 (EATT), L1253-1 (GEIQ).
    """
    return Kind(kind) in _STAFF_SUPPLIERS


def is_capped(kind: Kind | str) -> bool:
    """Tell whether the commercial receipts of this kind are capped: only an ACI.

    Source: Code du travail D5132-34.
    """
    return Kind(kind) in _CAPPED

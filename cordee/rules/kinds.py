"""The kinds of structures, with what the law lets each one sell."""

from cordee.rules.labelled import Labelled


class Kind(Labelled):
    """Kind of a structure. Source: Code du travail L5132-4, L5213-13, L1253-1; CASF L344-2."""

    ACI = "ACI", "Atelier ou chantier d’insertion"
    EI = "EI", "Entreprise d’insertion"
    AI = "AI", "Association intermédiaire"
    ETTI = "ETTI", "Entreprise de travail temporaire d’insertion"
    EITI = "EITI", "Entreprise d’insertion par le travail indépendant"
    EA = "EA", "Entreprise adaptée"
    EATT = "EATT", "Entreprise adaptée de travail temporaire"
    ESAT = "ESAT", "Établissement et service d’accompagnement par le travail"
    GEIQ = "GEIQ", "Groupement d’employeurs pour l’insertion et la qualification"
    ENTREPRISE = "ENTREPRISE", "Entreprise"


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

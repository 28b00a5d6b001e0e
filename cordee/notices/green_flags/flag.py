"""One point of the checklist: what the notice says of it, and what that means for a small ACI."""

from dataclasses import dataclass
from enum import StrEnum

from cordee.notices.notice import Evidence


class FlagState(StrEnum):
    """What the notice says of a point; one that it does not speak of is neither good nor bad."""

    FAVOURABLE = "favourable"
    UNFAVOURABLE = "unfavourable"
    NOT_STATED = "not_said"


class Point(StrEnum):
    """The thirteen points of RULE-23, in their order."""

    LOTS = "lots"
    RESERVATION = "reservation"
    TURNOVER = "turnover"
    GROUPS = "groups"
    TIME = "time"
    SEASON = "season"
    CRITERIA = "criteria"
    PAYMENT = "payment"
    FILE = "file"
    VISIT = "visit"
    PENALTIES = "penalties"
    MATERIALS = "materials"
    FACILITATOR = "facilitator"

    @property
    def number(self) -> int:
        """Its number in RULE-23, 1 to 13."""
        return list(Point).index(self) + 1

    @property
    def label(self) -> str:
        """Its name on screen."""
        return _LABELS[self]


_LABELS = {
    Point.LOTS: "Lots à la taille d’une équipe",
    Point.RESERVATION: "Réservation ou insertion",
    Point.TURNOVER: "Chiffre d’affaires et références",
    Point.GROUPS: "Réponse à plusieurs",
    Point.TIME: "Temps pour répondre et commencer",
    Point.SEASON: "Saison et rythme de travail",
    Point.CRITERIA: "Poids du prix",
    Point.PAYMENT: "Avance et paiement",
    Point.FILE: "Dossier simple",
    Point.VISIT: "Rencontre et visite",
    Point.PENALTIES: "Pénalités",
    Point.MATERIALS: "Matériel fourni",
    Point.FACILITATOR: "Facilitateur nommé",
}


@dataclass(frozen=True, slots=True)
class Flag:
    """The state of one point, the words of the notice, and a French sentence of ours."""

    point: Point
    state: FlagState
    meaning: str
    evidence: tuple[Evidence, ...] = ()


def favourable(point: Point, meaning: str, *evidence: Evidence) -> Flag:
    """A point that the notice makes easy."""
    return Flag(point, FlagState.FAVOURABLE, meaning, evidence)


def unfavourable(point: Point, meaning: str, *evidence: Evidence) -> Flag:
    """A point that the notice makes hard."""
    return Flag(point, FlagState.UNFAVOURABLE, meaning, evidence)


def unstated(point: Point, meaning: str, *evidence: Evidence) -> Flag:
    """A point on which the notice says nothing that decides."""
    return Flag(point, FlagState.NOT_STATED, meaning, evidence)

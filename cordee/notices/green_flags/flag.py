"""One point of the checklist: what the notice says of it, and what that means for a small ACI.

The sentences of a notice are folded once; each point looks for its words in them.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from cordee.notices.notice import Evidence, Notice
from cordee.notices.text import extract, fold, sentences
from cordee.rules.labelled import Labelled


class FlagState(StrEnum):
    """What the notice says of a point; one that it does not speak of is neither good nor bad."""

    FAVOURABLE = "favourable"
    UNFAVOURABLE = "unfavourable"
    NOT_STATED = "not_said"


class Point(Labelled):
    """The thirteen points of RULE-23, in their order."""

    LOTS = "lots", "Lots à la taille d’une équipe"
    RESERVATION = "reservation", "Réservation ou insertion"
    TURNOVER = "turnover", "Chiffre d’affaires et références"
    GROUPS = "groups", "Réponse à plusieurs"
    TIME = "time", "Temps pour répondre et commencer"
    SEASON = "season", "Saison et rythme de travail"
    CRITERIA = "criteria", "Poids du prix"
    PAYMENT = "payment", "Avance et paiement"
    FILE = "file", "Dossier simple"
    VISIT = "visit", "Rencontre et visite"
    PENALTIES = "penalties", "Pénalités"
    MATERIALS = "materials", "Matériel fourni"
    FACILITATOR = "facilitator", "Facilitateur nommé"

    @property
    def number(self) -> int:
        """Its number in RULE-23, 1 to 13."""
        return list(Point).index(self) + 1

    def favourable(self, meaning: str, *evidence: Evidence) -> "Flag":
        """The notice makes it easy."""
        return Flag(self, FlagState.FAVOURABLE, meaning, evidence)

    def unfavourable(self, meaning: str, *evidence: Evidence) -> "Flag":
        """The notice makes it hard."""
        return Flag(self, FlagState.UNFAVOURABLE, meaning, evidence)

    def unstated(self, meaning: str, *evidence: Evidence) -> "Flag":
        """The notice says nothing that decides."""
        return Flag(self, FlagState.NOT_STATED, meaning, evidence)


@dataclass(frozen=True, slots=True)
class Flag:
    """The state of one point, the words of the notice, and a French sentence of ours."""

    point: Point
    state: FlagState
    meaning: str
    evidence: tuple[Evidence, ...] = ()


SHOWN = 2
"""Sentences shown for one point."""

# No point looks at a sentence without one of these stems: most sentences are skipped.
_STEMS = re.compile(
    r"chiffre|reference|avance|acompte|paiement|paye|retenue|garantie|caution|dume|dc1|dc2|bilan"
    r"|echantillon|visite|sourc|reunion|rencontre|penalit|materiel|vehicule|outil|engin|produit"
    r"|facilitat|maison de l'emploi|\bplie\b|horaire|heures ouvr|nuit|dimanche|week"
    r"|7 jours|7j|24h|24 h|astreinte|hiver|ete\b|mars|avril|octobre|novembre|capacite|moyens"
    r"|lundi|journee|minim|nouvel|operateurs economiques|saison|facturation"
)


@dataclass(frozen=True, slots=True)
class Passages:
    """(folded sentence, sentence as written), in the order of the notice."""

    pairs: tuple[tuple[str, Evidence], ...]

    def find(
        self, pattern: re.Pattern[str], *, without: re.Pattern[str] | None = None
    ) -> tuple[Evidence, ...]:
        """The first sentences in which the pattern stands, and the other does not."""
        found = []
        for folded, sentence in self.pairs:
            match = pattern.search(folded)
            if match is None or (without is not None and without.search(folded)):
                continue
            found.append(extract(sentence, match.start()))
            if len(found) == SHOWN:
                break
        return tuple(found)

    def matches(self, pattern: re.Pattern[str]) -> list[tuple[re.Match[str], Evidence]]:
        """Every place where the pattern stands, with its sentence."""
        return [
            (match, extract(sentence, match.start()))
            for folded, sentence in self.pairs
            for match in pattern.finditer(folded)
        ]


def passages_of(notice: Notice, stems: re.Pattern[str] = _STEMS) -> Passages:
    """All that the buyer wrote with one of these stems, without what is the same twice."""
    texts = [Evidence("description", notice.text)] if notice.text else []
    texts += [Evidence(f"lot {lot.id}", lot.text) for lot in notice.lots if lot.text]
    found: dict[str, Evidence] = {}
    for sentence in sentences((*texts, *notice.conditions, *notice.terms)):
        folded = fold(sentence.words)
        if stems.search(folded):
            found.setdefault(folded, sentence)
    return Passages(tuple(found.items()))

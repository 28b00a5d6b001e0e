"""The sentences of a notice, folded once, in which each point looks for its words."""

import re
from dataclasses import dataclass

from cordee.notices.notice import Evidence, Notice
from cordee.notices.text import extract, fold, sentences

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


def passages_of(notice: Notice) -> Passages:
    """All that the buyer wrote, without what is the same twice."""
    texts = [Evidence("description", notice.text)] if notice.text else []
    texts += [Evidence(f"lot {lot.id}", lot.text) for lot in notice.lots if lot.text]
    seen: set[str] = set()
    pairs = []
    for sentence in sentences((*texts, *notice.conditions, *notice.terms)):
        folded = fold(sentence.words)
        if folded not in seen and _STEMS.search(folded):
            seen.add(folded)
            pairs.append((folded, sentence))
    return Passages(tuple(pairs))

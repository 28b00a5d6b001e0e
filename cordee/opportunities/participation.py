"""The conditions of participation of an opportunity, as its first page says them: five at most."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from cordee.base.ui import french
from cordee.notices.buyer_questions import Window
from cordee.notices.participation import Condition, Effect, conditions_of
from cordee.opportunities.margin.source_names import name_of, value_in_words
from cordee.opportunities.models import Opportunity
from cordee.opportunities.openness import reach_of

MOST = 5
MOST_LETTERS = 50
# Kind of line and icon.
LOOKS = {
    Effect.OPEN: ("sur", "sur"),
    Effect.WATCH: ("vigilance", "vigilance"),
    Effect.TO_CHECK: ("inconnu", "inconnu"),
}


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One line: `kind` and `icon` draw it; `words` of the buyer, `source` where they stand."""

    kind: str
    icon: str
    what: str
    words: str
    source: str
    url: str

    @property
    def may_exclude(self) -> bool:
        """Whether it may cost the contract: a question that one may still ask does not."""
        return self.kind != "sur" and self.icon != "attente"


def condition_lines(opportunity: Opportunity, on: date) -> list[ConditionLine]:
    """What is said, and no more. One query, where there are questions to ask."""
    reach = reach_of(opportunity, on)
    read = f"{reverse('opportunities:notice', args=[opportunity.pk])}#avis-lu"
    found = [
        ConditionLine(*LOOKS[one.state], one.what, *_words(one), read)
        for one in conditions_of(opportunity.understood.notice, reach.flags)
    ]
    asked, last = reach.questions, reach.last
    if asked and last.window is Window.OPEN and last.day:
        are_sent = opportunity.questions_sent.standing().exists()
        count = french.in_letters(len(asked))
        ready = "question est prête" if len(asked) == 1 else "questions sont prêtes"
        line = ConditionLine(
            "vigilance",
            "attente",
            f"Questions à l’acheteur jusqu’au {french.day(last.day, on)}",
            "",
            "Elles sont posées" if are_sent else f"{count.capitalize()} {ready}",
            reverse("opportunities:questions", args=[opportunity.pk]),
        )
        # What one may still ask comes after what may exclude, before what is open to all.
        found.insert(sum(each.kind != "sur" for each in found[: MOST - 1]), line)
    return found[:MOST]


def _words(condition: Condition) -> tuple[str, str]:
    """The first words that state it, and the name of the part of the notice that holds them."""
    told = [each for each in condition.evidence if each.where != "correction"]
    if not told:
        return "", "Corrigé par une personne" if condition.evidence else "Tout l’avis"
    if condition.state is Effect.OPEN:
        return "", name_of(told[0].where)
    words = " ".join(value_in_words(told[0].words).split())
    return french.cut(words, MOST_LETTERS), name_of(told[0].where)

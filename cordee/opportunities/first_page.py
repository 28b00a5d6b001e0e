"""The answer on the first page of an opportunity, in one card, and the conditions to take part."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse

from cordee.base.ui import french
from cordee.notices.buyer_questions import Window
from cordee.notices.notice import Kind
from cordee.notices.participation import Condition, Effect, conditions_of
from cordee.opportunities.correction_forms import NOT_OURS
from cordee.opportunities.fact_lines import correct_url
from cordee.opportunities.history import history_of
from cordee.opportunities.margin.source_names import name_of, value_in_words
from cordee.opportunities.models import Opportunity
from cordee.opportunities.next_steps import Done, NextStep, Reader, Standing
from cordee.opportunities.openness import reach_of
from cordee.opportunities.rows import possible_words, some_of
from cordee.opportunities.understanding import Understanding
from cordee.opportunities.verdicts import Mark, VerdictLine
from cordee.opportunities.verdicts.reading import TO_COME, possible_reason
from cordee.rules.trades import TRADES

SHOWN_TRADES = 3
MOST_LETTERS = 160
MOST_CONDITIONS = 5
MOST_WORDS = 50
MOST_ASKED = 2
# Kind of line and icon.
LOOKS = {
    Effect.OPEN: ("sur", "sur"),
    Effect.WATCH: ("vigilance", "vigilance"),
    Effect.TO_CHECK: ("inconnu", "inconnu"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """`look` is the class after `verdict-`; `marks` say why, each with `kind`, `icon`, `words`."""

    title: str
    look: str
    icon: str
    reason: str
    marks: Sequence[Mark] = ()


def answer_for(
    person: Reader,
    status: tuple[str, str, str] | None,
    understanding: Understanding,
    verdict: VerdictLine | None,
    standing: Standing | None,
    *,
    has_seat: bool,
) -> Answer | VerdictLine:
    """What stands in the way first, then where the reader stands, then what it is for them."""
    opportunity, viewer = person.opportunity, person.viewer
    if status is not None:
        look, title, reason = status
        icon = {"bloque": "bloque", "vigilance": "vigilance"}.get(look, "attente")
        return Answer(title, look, icon, f"{_winners(understanding)}{reason}")
    if not opportunity.is_work:
        reason = "Ce n’est pas un marché\u00a0: aucune équipe n’est à composer."
        return Answer(opportunity.get_need_kind_display(), "pas", "personne", reason)
    if not person.has_work and opportunity.possible_trades:
        marks = verdict.marks if verdict is not None else ()
        which = possible_reason(opportunity, opportunity.possible[0])
        reason = f"Aucun de nos métiers n’est nommé. Peut-être\u00a0: {which}."
        return Answer("On ne sait pas encore", "inconnu", "inconnu", reason, marks)
    if not person.has_work:
        reason = "Nous n’y lisons aucun des 27\u202fmétiers. Corrigez si nous lisons mal."
        return Answer("Hors de nos métiers", "pas", "refus", reason)
    if standing is not None:
        marks = verdict.marks if verdict is not None else ()
        return Answer(standing.title, standing.look, standing.icon, standing.reason, marks)
    if verdict is not None:
        is_to_come = verdict.reason == TO_COME
        reason = "Cherchez une équipe\u00a0: la réponse vient tout de suite."
        return replace(verdict, reason=reason) if is_to_come else verdict
    if viewer.network:
        reason = "Relayez-le, vos membres diront oui ou non\u00a0; ou composez une équipe."
        return Answer("On ne sait pas encore", "inconnu", "inconnu", reason)
    trades = some_of([str(row) for row in opportunity.trades.all()], SHOWN_TRADES)
    if viewer.user is None:
        more = "Entrez pour lire si ce marché est pour votre structure, seule ou en équipe."
    elif has_seat:
        more = "Les structures d’insertion et leurs réseaux lisent ici s’il est pour eux."
    else:
        more = "Dites quelle structure vous dirigez\u00a0: Cordée dira s’il est pour elle."
    return Answer("Ce qui est demandé", "pas", "lieu", f"{trades or 'Métier inconnu'}. {more}")


def trade_steps(opportunity: Opportunity) -> list[NextStep]:
    """Where no trade is asserted: yes to one that is possible, or no to all. A correction each."""
    url, possible = correct_url(opportunity, "trades"), opportunity.possible[:MOST_ASKED]
    words = "Oui, c’est bien ce métier" if len(possible) == 1 else "Oui\u00a0: {}"
    yes = [
        NextStep(0, words.format(TRADES[slug].in_sentence), url, "coche", {"value": slug})
        for slug in possible
    ]
    return [*yes, NextStep(0, "Non, aucun de nos métiers", url, "refus", {"value": NOT_OURS})]


def possible_also(opportunity: Opportunity) -> list[Done]:
    """Beside trades that are asserted: what may be asked too, and where to say so."""
    words = possible_words(opportunity)
    told = f"Peut-être aussi\u00a0: {words}."
    return [Done(told, "Dire si c’est juste", correct_url(opportunity, "trades"))] if words else []


def last_change(understanding: Understanding, person: Reader, url: str) -> list[Done]:
    """That the buyer changed the notice, what it moved, and where all of it is told."""
    changes = [e for e in history_of(understanding.versions) if e.notice.kind is Kind.CHANGE]
    if not changes:
        return []
    on = person.viewer.on
    when = f" le {french.day(changes[-1].on, on)}" if changes[-1].on else ""
    words = f"L’acheteur a rectifié l’avis{when}."
    if moved := next((one for one in changes[-1].details if one.startswith("Date")), ""):
        words = f"{words} {moved}"
    return [Done(words, "Ce qui change", url)]


def _winners(understanding: Understanding) -> str:
    named = dict.fromkeys(
        winner.name for one in understanding.outcomes for winner in one.winners if winner.name
    )
    names = french.cut(", ".join(named), MOST_LETTERS)
    return f"{french.ended(names)} " if named else ""


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
        found.insert(sum(each.kind != "sur" for each in found[: MOST_CONDITIONS - 1]), line)
    return found[:MOST_CONDITIONS]


def _words(condition: Condition) -> tuple[str, str]:
    """The first words that state it, and the name of the part of the notice that holds them."""
    told = [each for each in condition.evidence if each.where != "correction"]
    if not told:
        return "", "Corrigé par une personne" if condition.evidence else "Tout l’avis"
    if condition.state is Effect.OPEN:
        return "", name_of(told[0].where)
    words = " ".join(value_in_words(told[0].words).split())
    return french.cut(words, MOST_WORDS), name_of(told[0].where)

"""The answer on the first page of an opportunity: what it is for its reader, in one card."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cordee.base.ui import french
from cordee.notices.notice import Kind
from cordee.opportunities.history import history_of
from cordee.opportunities.next_steps import Done, Reader, Standing
from cordee.opportunities.rows import some_of
from cordee.opportunities.understanding import Understanding
from cordee.opportunities.verdicts import Mark, VerdictLine
from cordee.opportunities.verdicts.reading import TO_COME

SHOWN_TRADES = 3
MOST_LETTERS = 160


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

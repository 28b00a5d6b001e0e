"""The conditions of participation that a notice states: what must be held, insured or done first.

Pure, from its words alone: what the notice does not say is no line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cordee.notices.green_flags import Flag, FlagState, Point
from cordee.notices.green_flags.candidates import is_visit_required
from cordee.notices.green_flags.flag import passages_of
from cordee.notices.notice import Evidence, GroupingForm, Notice

_STEMS = re.compile(r"quali|certi|caces|habilit|agrement|decennale|assurance")
_QUALIFICATION = re.compile(
    r"\b(?:qualibat|qualipaysage|qualifelec|qualibois|certiphyto|caces)\b"
    r"|\b(?:qualification|certification|habilitation|agrement)s?\b[^.;]{0,60}"
    r"\b(?:exige|obligatoire|requis|imperati|demandee)"
    r"|\b(?:exige|obligatoire|requis|imperati|titulaire d)[^.;]{0,60}"
    r"\b(?:qualification|certification|habilitation|agrement)s?\b"
)
_NO_QUALIFICATION = re.compile(r"\b(?:aucune|sans|pas de) (?:qualification|certification)")
_INSURANCE = re.compile(
    r"\bdecennale\b|\battestations? d'assurance"
    r"|\bassurances?\b[^.;]{0,60}\b(?:responsabilite|risques professionnels|exigee|obligatoire)"
)
_NOT_OUR_INSURANCE = re.compile(r"\bassurance (?:qualite|maladie|chomage|vieillesse)")


class Effect(StrEnum):
    """Whether the notice leaves it open, wants care, or rests on what only the reader knows."""

    OPEN = "open"
    WATCH = "watch"
    TO_CHECK = "to_check"


@dataclass(frozen=True, slots=True)
class Condition:
    """One line: what is asked, and the words of the notice that ask it."""

    state: Effect
    what: str
    evidence: tuple[Evidence, ...]


_GROUPS = {
    GroupingForm.FREE: (Effect.OPEN, "Réponse à plusieurs acceptée"),
    GroupingForm.CONJOINT: (Effect.OPEN, "Groupement conjoint\u00a0: chacun répond de sa part"),
    GroupingForm.CONJOINT_MANDATAIRE_SOLIDAIRE: (
        Effect.WATCH,
        "Groupement conjoint, mandataire solidaire",
    ),
    GroupingForm.SOLIDAIRE: (Effect.WATCH, "Groupement solidaire\u00a0: chacun répond de tout"),
    GroupingForm.FORBIDDEN: (
        Effect.WATCH,
        "Groupements écartés par l’avis\u00a0: posez la question",
    ),
}


def conditions_of(notice: Notice, flags: Sequence[Flag]) -> list[Condition]:
    """What decides whether one may answer, the surest to lose the contract first.

    `flags` are those of the notice (`green_flags`), which read some of it already.
    """
    found = list(_found(notice, {flag.point: flag for flag in flags}))
    return sorted(found, key=lambda one: one.state is Effect.OPEN)


def _found(notice: Notice, flags: dict[Point, Flag]) -> Iterator[Condition]:
    if is_visit_required(visit := flags[Point.VISIT]):
        yield Condition(Effect.WATCH, "Visite obligatoire", visit.evidence)
    reservation = flags[Point.RESERVATION]
    if reservation.state is FlagState.UNFAVOURABLE and notice.reserved is not None:
        yield Condition(Effect.WATCH, notice.reserved.reservation.label, reservation.evidence)
    passages = passages_of(notice, _STEMS)
    if asked := passages.find(_QUALIFICATION, without=_NO_QUALIFICATION):
        yield Condition(Effect.TO_CHECK, "Qualification demandée", asked)
    turnover = flags[Point.TURNOVER]
    if turnover.state is FlagState.UNFAVOURABLE:
        is_money = any("affaires" in e.words.lower() for e in turnover.evidence)
        words = "Chiffre d’affaires demandé" if is_money else "Références demandées"
        yield Condition(Effect.TO_CHECK, words, turnover.evidence)
    if asked := passages.find(_INSURANCE, without=_NOT_OUR_INSURANCE):
        yield Condition(Effect.TO_CHECK, "Assurance demandée", asked)
    if flags[Point.FILE].state is FlagState.UNFAVOURABLE:
        yield Condition(
            Effect.WATCH, "Bilans ou échantillons à fournir", flags[Point.FILE].evidence
        )
    if notice.grouping is not None and flags[Point.GROUPS].state is not FlagState.NOT_STATED:
        state, words = _GROUPS[notice.grouping.form]
        yield Condition(state, words, flags[Point.GROUPS].evidence)
    clause = notice.social_clause
    if clause is not None and clause.hours:
        words = f"{clause.hours:,}\u202fheures d’insertion".replace(",", "\u202f")
        yield Condition(Effect.OPEN, words, clause.evidence)

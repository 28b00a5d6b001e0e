"""At most three questions to put to the buyer: what is left open, and decides whether to answer.

Pure. Questions go once, through the buyer's platform, before the last day for questions; past that
day there are none.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path

from cordee.notices.formats.terms import QUESTIONS_UNTIL
from cordee.notices.green_flags import Flag, FlagState, Point
from cordee.notices.green_flags.candidates import owes_social_conditions
from cordee.notices.green_flags.work import is_for_one_crew
from cordee.notices.notice import (
    ClauseKind,
    Evidence,
    GroupingForm,
    Kind,
    Notice,
    Provenance,
    Source,
)
from cordee.notices.packages import PackageEstimate
from cordee.notices.text import extract, fold, sentences
from cordee.rules import openness
from cordee.rules.clock import day_of
from cordee.rules.reservation import Reservation
from cordee.rules.trades import TRADES

MOST = 3
# By key: what to ask, and why it decides.
_TEXTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask, in a sentence ready to send, and why it decides (for us, never sent)."""

    key: str
    text: str
    why: str


class Window(StrEnum):
    """Whether questions can still be asked."""

    OPEN = "open"
    PAST = "past"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LastDay:
    """The last day for questions: written in the notice with its words, or by usual practice.

    `day` is None where there is no deadline to count from.
    """

    day: date | None
    is_written: bool
    window: Window
    evidence: tuple[Evidence, ...] = ()


# Boxes that name sheltered workshops and economic integration together; words would tell more.
_BOXES = ("LEFTI", "CONDITION_PARTICIPATION", "BT-736")
_ESTIMATED = (Provenance.SUPPOSED, Provenance.COMPARED)
_IN_WORDS = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"
_MONTHS = _IN_WORDS.split()
_ASKING = re.compile(
    r"\bquestions?\b|\b(?:demandes? de )?renseignements? (?:complementaire|d'ordre|technique|admin)"
    r"|\bdemandes? de renseignement"
)
_DAY = re.compile(r"\b(\d{1,2})(?:er)?[ ./-](\d{1,2}|" + "|".join(_MONTHS) + r")[ ./-](\d{4})\b")
_DAYS_BEFORE = re.compile(
    r"\b(\d{1,2}) ?(?:\([^)]{0,20}\) ?)?jours? (?:\w+ ){0,2}avant la (?:date|remise|limite)"
)


def last_day_for_questions(notice: Notice, *, on: date) -> LastDay:
    """The last day on which the buyer takes questions, as far as the notice tells.

    A day that is not between publication and deadline is another date of the same sentence.
    """
    closes = day_of(notice.deadline) if notice.deadline else None
    for day, evidence in _written(notice, closes):
        if (closes is None or day <= closes) and day >= (notice.published_on or date.min):
            return LastDay(day, True, Window.OPEN if on <= day else Window.PAST, (evidence,))
    if closes is None:
        return LastDay(None, False, Window.UNKNOWN)
    usual = openness.usual_last_day_for_questions(closes, on=on)
    return LastDay(usual, False, Window.OPEN if on <= usual else Window.PAST)


def _written(notice: Notice, closes: date | None) -> Iterator[tuple[date, Evidence]]:
    for item in notice.terms:
        if item.where.startswith(QUESTIONS_UNTIL):
            day = _parsed(*reversed(item.words[:10].split("-"))) if item.words[4:5] == "-" else None
            if day is not None:
                yield day, item
    passages = [Evidence("description", notice.text)] if notice.text else []
    for sentence in sentences((*passages, *notice.conditions, *notice.terms)):
        folded = fold(sentence.words)
        asking = _ASKING.search(folded)
        if asking is None:
            continue
        shown = extract(sentence, asking.start())
        if closes and (before := _DAYS_BEFORE.search(folded)):
            yield _days_before(closes, int(before[1]), "ouvr" in before[0]), shown
        for found in _DAY.finditer(folded, asking.start()):
            day = _parsed(*found.groups())
            if day is not None:
                yield day, shown


def _days_before(closes: date, days: int, are_working: bool) -> date:
    """So many days earlier; working days are Monday to Friday, whatever the holidays."""
    day = closes
    while days:
        day -= timedelta(days=1)
        days -= not are_working or day.weekday() < 5
    return day


def _parsed(day: str, month: str, year: str) -> date | None:
    number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


def questions_to_ask(
    notice: Notice, *, packages: Sequence[PackageEstimate], flags: Sequence[Flag], on: date
) -> tuple[Question, ...]:
    """The three most deciding questions at most, for a public call in our trades; else none."""
    if notice.kind not in (Kind.CALL, Kind.CHANGE) or notice.source is Source.PRIVATE:
        return ()
    states = {flag.point: flag.state for flag in flags}
    return tuple(islice(_left_open(notice, packages, states, on), MOST)) if packages else ()


def _left_open(
    notice: Notice, packages: Sequence[PackageEstimate], states: dict[Point, FlagState], on: date
) -> Iterator[Question]:
    """All that is left open, the most deciding first."""
    reserved, clause = notice.reserved, notice.social_clause
    form = notice.grouping.form if notice.grouping else None
    is_asked = clause is not None and not clause.negated and clause.kind is not ClauseKind.NONE
    is_reserved = any(
        each is not None and each.reservation is not Reservation.NONE
        for each in (reserved, *(lot.reserved for lot in notice.lots))
    )
    if (
        reserved is not None
        and reserved.reservation is Reservation.HANDICAP
        and all(evidence.where.startswith(_BOXES) for evidence in reserved.evidence)
    ):
        yield _ask("for_whom")
    if notice.groups_banned:
        yield _ask("groups_banned")
    if not is_asked and not is_reserved and owes_social_conditions(notice, packages, on=on):
        yield _ask("social_conditions")
    if any(package.need_cfte.provenance in _ESTIMATED for package in packages):
        yield _ask("size")
    if states.get(Point.TURNOVER) is FlagState.UNFAVOURABLE:
        yield _ask("means")
    if form is GroupingForm.SOLIDAIRE:
        yield _ask("solidarity")
    undated = [p for p in packages if p.first_month.provenance is Provenance.SUPPOSED]
    if undated:
        is_seasonal = any(TRADES[package.trade.value].season for package in undated)
        spread = ", et comment se répartit-il dans l’année" if is_seasonal else ""
        yield _ask("start", spread=spread)
    if (
        clause is not None
        and is_asked
        and clause.kind in (ClauseKind.EXECUTION, ClauseKind.BOTH)
        and not (clause.hours or clause.rate_percent or any(f.hours for f in clause.by_lot))
    ):
        yield _ask("hours")
    if states.get(Point.GROUPS) is FlagState.NOT_STATED and not all(map(is_for_one_crew, packages)):
        each = "chaque lot" if len(notice.lots) > 1 else "le marché"
        yield _ask("groups", each=each)
    if states.get(Point.RESERVATION) is FlagState.NOT_STATED:
        yield _ask("reservation")
    if is_asked:
        yield _ask("training")


def _ask(key: str, **words: str) -> Question:
    said = _TEXTS[key]
    return Question(key, said["text"].format(**words), said["why"])


def message(notice: Notice, questions: Sequence[Question]) -> str:
    """The whole message, ready to paste; it names neither a structure nor its partners."""
    title = (notice.title or "votre consultation").strip()
    asked = "\n".join(f"{number}. {q.text}" for number, q in enumerate(questions, 1))
    several = f"{len(questions)} questions" if len(questions) > 1 else "une question"
    return (
        f"Bonjour,\n\nAu sujet de la consultation « {title} » (avis {notice.id}), une structure "
        f"d’insertion par l’activité économique vous pose {several} avant de répondre :\n\n{asked}"
        "\n\nMerci de votre réponse, qui servira à tous les candidats.\n"
    )

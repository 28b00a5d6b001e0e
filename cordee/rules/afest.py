"""A learner's AFEST course and what it still lacks; the titles of supervisors (RULE-24 to 26)."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from cordee.rules import parameters
from cordee.rules.clock import day_of, hour, in_paris, long_day
from cordee.rules.findings import Finding, Weight
from cordee.rules.labelled import Labelled
from cordee.rules.months import add_months

FILE = Path(__file__).parent / "afest.toml"
ARTICLE = "Code du travail, art. D6313-3-2"


class Ingredient(Labelled):
    """The four things of the law, and what says which work counts. Labels follow « il manque »."""

    ANALYSIS = "ANALYSIS", "l’analyse de l’activité de travail"
    TRAINER = "TRAINER", "une formatrice ou un formateur désigné à l’avance"
    PROTOCOL = "PROTOCOL", "un protocole qui choisit les situations"
    ENACTMENT = "ENACTMENT", "une mise en situation choisie au protocole"
    REFLEXIVE = "REFLEXIVE", "une séquence réflexive à part, après chaque mise en situation"
    EVALUATION = "EVALUATION", "une évaluation de ce qui est appris"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Event:
    """Something with a start and a length. `key`: its own among those of its sort."""

    starts: datetime
    minutes: int
    key: str

    def __post_init__(self) -> None:
        if self.minutes < 1:
            raise ValueError(f"minutes is {self.minutes}: give at least 1.")

    @property
    def begin(self) -> int:
        """Its first minute, counted since 1970: the night on which clocks change repeats none."""
        return int(in_paris(self.starts).timestamp()) // 60

    @property
    def end(self) -> int:
        """The first minute after it."""
        return self.begin + self.minutes

    @property
    def day(self) -> date:
        """Its day in Paris."""
        return day_of(self.starts)

    @property
    def moment(self) -> str:
        """Its day and hour, as sentences say them."""
        return f"{long_day(self.day)} à {hour(self.starts)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enactment(Event):
    """A time of work in one situation (*mise en situation*)."""

    situation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflexiveSequence(Event):
    """A time apart from the work, to look at what was expected, done and learnt.

    `about`: the enactments that it serves, by key, and whether gaps and decisions were noted for
    each. `is_described`: whether its place and who led it were noted.
    """

    about: Mapping[str, bool]
    is_described: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What one person learns at work, as far as it is done. A day is None until the thing is done.

    `situations`: the keys that the protocol chose. `evaluations`: their days; along the course or
    at its end, the law takes both.
    """

    need_on: date | None
    analysis_on: date | None
    trainer_named_on: date | None
    protocol_on: date | None
    situations: frozenset[str] = frozenset()
    enactments: tuple[Enactment, ...] = ()
    sequences: tuple[ReflexiveSequence, ...] = ()
    evaluations: tuple[date, ...] = ()

    def is_early(self, work: Enactment) -> bool:
        """Whether some work was done before the day of the protocol, or without any."""
        return self.protocol_on is None or work.day < self.protocol_on

    def is_at_work(self, sequence: ReflexiveSequence) -> bool:
        """Whether a sequence overlaps some work."""
        return any(overlaps(sequence, each) for each in self.enactments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a course stands. Keys and minutes are those that count, a minute once."""

    findings: tuple[Finding, ...]
    lacking: tuple[Ingredient, ...]
    enactments: tuple[str, ...]
    sequences: tuple[str, ...]
    work_minutes: int
    reflexive_minutes: int

    @property
    def is_complete(self) -> bool:
        """Whether nothing lacks."""
        return not self.lacking


def overlaps(one: Event, other: Event) -> bool:
    """Tell whether two times share a minute; one that starts as the other ends does not."""
    return one.begin < other.end and other.begin < one.end


def standing(course: Course, *, on: date) -> Standing:
    """Say what a course lacks under the law of a day.

    Work counts from the day of the protocol on, in the situations that it chose. The analysis and
    the naming of the trainer come before the first work that counts, or the same day. A sequence
    serves work that ended before it, and overlaps no work at all.

    Source: Code du travail D6313-3-2; RULE-24, RULE-25. That only the situations of the protocol
    count, and that a sequence comes after the work it looks at, is our own reading.
    Not covered: whether an analysis or an evaluation is good; the other courses of the person.
    """
    chosen = [each for each in course.enactments if each.situation in course.situations]
    counted = sorted(each for each in chosen if not course.is_early(each))
    useful = [
        each
        for each in sorted(course.sequences)
        if _served(each, counted) and not course.is_at_work(each)
    ]
    in_law = parameters.codes("training.afest_ingredients", on=on)
    found = [(_texts()[code], code, when) for code, when in _found(course, counted, useful)]
    stopped = {text["of"] for text, _, _ in found if text["weight"] == Weight.BLOCK}
    return Standing(
        findings=tuple(
            Finding(
                code=code,
                weight=Weight(text["weight"]),
                sentence=text["sentence"].format(when=when),
                cure=text["cure"],
                articles=(ARTICLE,) if text["of"] in in_law else (),
            )
            for text, code, when in found
        ),
        lacking=tuple(each for each in Ingredient if each in stopped),
        enactments=tuple(each.key for each in counted),
        sequences=tuple(each.key for each in useful),
        work_minutes=minutes(counted),
        reflexive_minutes=minutes(useful),
    )


def _served(sequence: ReflexiveSequence, counted: Sequence[Enactment]) -> set[str]:
    """The work that counts, had ended, and that a sequence looks at."""
    ended = {each.key for each in counted if each.end <= sequence.begin}
    return ended & set(sequence.about)


def minutes(events: Sequence[Event]) -> int:
    """The minutes of some times; one that two of them share counts once."""
    return len(set[int]().union(*(range(each.begin, each.end) for each in events)))


def _found(
    course: Course, counted: Sequence[Enactment], useful: Sequence[ReflexiveSequence]
) -> Iterator[tuple[str, str]]:
    """Give the code of each finding, and the day or the moment that it is about."""
    first = counted[0].day if counted else None
    if course.need_on is None:
        yield "NEED_MISSING", ""
    for what, day in (("ANALYSIS", course.analysis_on), ("TRAINER", course.trainer_named_on)):
        if day is None:
            yield f"{what}_MISSING", ""
        elif first and day > first:
            yield f"{what}_LATE", long_day(day)
    if course.protocol_on is None:
        yield "PROTOCOL_MISSING", ""
    elif not course.situations:
        yield "PROTOCOL_EMPTY", ""
    if not counted:
        yield "ENACTMENT_MISSING", ""
        yield "REFLEXIVE_MISSING", ""
    followed = set[str]().union(*(_served(each, counted) for each in useful))
    for work in sorted(course.enactments):
        if course.is_early(work):
            yield "ENACTMENT_BEFORE_PROTOCOL", work.moment
        elif work not in counted:
            yield "ENACTMENT_NOT_CHOSEN", work.moment
        elif work.key not in followed:
            yield "ENACTMENT_NOT_FOLLOWED", work.moment
    for sequence in sorted(course.sequences):
        if course.is_at_work(sequence):
            yield "SEQUENCE_AT_WORK", sequence.moment
        elif sequence not in useful:
            yield "SEQUENCE_FOLLOWS_NOTHING", sequence.moment
        elif not all(sequence.about[key] for key in _served(sequence, counted)):
            yield "SEQUENCE_WITHOUT_GAPS", sequence.moment
        if not sequence.is_described:
            yield "SEQUENCE_NOT_DESCRIBED", sequence.moment
    early = sorted(day for day in course.evaluations if first is None or day < first)
    if len(early) == len(course.evaluations):
        yield "EVALUATION_MISSING", ""
    yield from (("EVALUATION_EARLY", long_day(day)) for day in early)


def registration(title: str, *, on: date) -> parameters.Parameter:
    """Give the registration of a title of supervisors on a day, or the last one known before.

    `title`: "eti" or "etaie", as in the parameters.

    Source: parameters `training.eti` and `training.etaie`; RULE-26.
    Not covered: a day before the first one known.
    """
    name = f"training.{title}"
    try:
        return parameters.parameter(name, on=on)
    except parameters.UnknownParameter as gap:
        if gap.before is None:
            raise
        return parameters.parameter(name, on=gap.before)


def registration_findings(title: str, *, on: date) -> tuple[Finding, ...]:
    """Warn where the registration of a title ends before a day, or soon after it.

    `title` as for `registration`. `on`: day on which a session ends.

    Source: `registration`; RULE-26.
    Not covered: whether the registration will be renewed.
    """
    end = registration(title, on=on).valid_to
    months = parameters.amount("training.notice_months", on=on)
    if end is None or end >= add_months(on, months):
        return ()
    number = ", ".join(sorted(parameters.codes(f"training.{title}", on=end)))
    when = "avant" if end < on else "peu après"
    return (
        Finding(
            code="REGISTRATION_ENDS",
            weight=Weight.WARNING,
            sentence=f"{number} : l’enregistrement finit le {long_day(end)}, {when} la session.",
            cure="Regardez sur le site de France compétences si ce titre est renouvelé.",
        ),
    )


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    with FILE.open("rb") as stream:
        return tomllib.load(stream)

"""How long the work lasts, how often it may be renewed and when it starts, as sentences say it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from cordee.notices.clauses.numbers import number_before
from cordee.notices.clauses.sentences import patterns
from cordee.notices.formats.values import months, months_between
from cordee.notices.notice import Duration, Evidence, Provenance
from cordee.notices.prose.passages import FoldedPassage, tail
from cordee.notices.text import holds

_WORDS = patterns(
    __file__,
    *("announced", "other", "of_works", "most", "of_renewals", "first", "starts", "not_start"),
)
_UNITS = {"m": "MONTH", "a": "YEAR", "s": "WEEK", "j": "DAY"}
_MONTHS = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout"),
    *("septembre", "octobre", "novembre", "decembre"),
)
_RANKS = {"premier": 1, "deuxieme": 2, "second": 2, "troisieme": 3, "quatrieme": 4}
_OF_STARTS = (
    *("compter", "debut", "demarr", "commenc", "effet", "vigueur", "partir", "lancement"),
    *("execution", "periode du", "duree du", "dure du", "conclu"),
)
_BRACKETS = re.compile(r"(?: ?\([a-z\d ]{0,20}\))? ?(?:\.{2,3})? ?\(?$")
_OF_RENEWALS = ("recondu", "renouvel", "prolong", "optionnel", "conditionnel")
_YEAR = re.compile(r"20[1-4]\d(?!\d)")
_DATE_LENGTH = 30
_NEAR = 90
"""How far before a date the word stands that makes it a start, in characters."""


class Told(Enum):
    """What a length of time is of the contract."""

    FIRST = "first"
    MOST = "most"
    RENEWAL = "renewal"
    TIMES = "times"
    START = "start"


@dataclass(frozen=True, slots=True)
class Time:
    """One thing said of time: months, a number of renewals, or the first day (and the last)."""

    told: Told
    value: int
    evidence: Evidence
    lots: tuple[str, ...] = ()
    is_named: bool = False
    start: date | None = None
    end: date | None = None
    is_about: bool = False


def months_told(words: str, last: bool = False) -> int | None:
    """The first (or last) number of months or years in folded words, in months; or None."""
    found = [
        length
        for unit in _WORDS["unit"].finditer(words)
        if unit[0][0] in "ma" and (length := _length(words, unit)) is not None
    ]
    return (found[-1][1] if last else found[0][1]) if found else None


def times_in(passage: FoldedPassage, of_study: bool) -> Iterator[Time]:
    """Everything that a passage says of time."""
    folded = passage.folded
    if "20" in folded:
        yield from _dates(passage, of_study)
    previous = (-1, 0, 0)
    for unit in _WORDS["unit"].finditer(folded):
        length = _length(folded, unit)
        if length is None:
            continue
        start, value = length
        begin, stop = passage.sentence(start)
        gap = folded[max(begin, previous[1]) : start]
        if previous[0] == begin and _WORDS["composed"].search(gap):
            # « 1 an et 36 mois », as some write a whole with its renewals.
            yield Time(
                Told.MOST,
                value + previous[2],
                passage.quoted(start),
                passage.lots_at(start, unit.end()),
            )
            continue
        before, after = (
            folded[max(begin, start - 200) : start],
            folded[unit.end() : min(stop, unit.end() + 80)],
        )
        if _is_other(before, after, of_study):
            continue
        told = _told(before, gap, after)
        if told is not None:
            lots = passage.lots_at(start, unit.end())
            named = bool(
                _WORDS["first"].search(tail(before, 60)) or after[:8].strip().startswith("ferme")
            )
            yield Time(told, value, passage.quoted(start), lots, is_named=named)
            if _WORDS["renewal_after"].search(after):
                yield Time(Told.TIMES, 1, passage.quoted(start), lots)
        previous = (begin, unit.end(), value)
    if holds(folded, _OF_RENEWALS):
        yield from _renewals(passage)


def _renewals(passage: FoldedPassage) -> Iterator[Time]:
    """How many times, and those of a year each, in the sentences on renewals."""
    folded = passage.folded
    found = (passage.sentence(match.start()) for match in _WORDS["renewal"].finditer(folded))
    for begin, stop in dict.fromkeys(found):
        for match in _WORDS["times"].finditer(folded, begin, stop):
            count = next((group for group in match.groups() if group), "1")
            value = int(count) if count.isdigit() else number_before(count) or 0
            yield Time(Told.TIMES, value, *_stood(passage, match))
        for match in _WORDS["each_year"].finditer(folded, begin, stop):
            yield Time(Told.RENEWAL, 12, *_stood(passage, match))


def duration_told(times: Sequence[Time]) -> Duration | None:
    """What is said of time taken together; what contradicts itself is left unsaid."""
    if not times:
        return None
    by_told: dict[Told, list[Time]] = {told: [] for told in Told}
    for each in times:
        by_told[each.told].append(each)
    first = _one(by_told[Told.FIRST])
    start = next(iter(by_told[Told.START]), None)
    if first is None and start is not None and start.value:
        first = start
    period = _one(by_told[Told.RENEWAL])
    count = _one(by_told[Told.TIMES])
    most = max(by_told[Told.MOST], key=lambda each: each.value, default=None)
    initial = first.value if first else None
    total = most.value if most else None
    # A renewal lasts as long as the first time where nothing else is said.
    renewed = count.value * (period.value if period else initial or 0) if count else 0
    renewed = renewed or _one_by_one(by_told[Told.TIMES], by_told[Told.RENEWAL])
    if initial is None and total is not None and total > renewed > 0:
        initial = total - renewed
    elif initial is None and total is not None and count and total % (count.value + 1) == 0:
        initial = total // (count.value + 1)
    if initial is not None and total is None and renewed:
        total = initial + renewed
    if initial is None and count is None and period is None:
        # « durée maximale de 4 ans », without a word of renewal: that is how long it lasts.
        initial, total = total, None
    if initial is None and total is None and start is None:
        return None
    told = [each.evidence for each in (first, count, most, start) if each]
    return Duration(
        months=initial,
        start=start.start if start else None,
        end=start.end if start else None,
        provenance=Provenance.STATED if first and first is not start else Provenance.COMPUTED,
        evidence=tuple(dict.fromkeys(told)),
        most_months=total if total is not None and total > (initial or 0) else None,
        is_start_about=bool(start and start.is_about),
    )


def _one_by_one(counts: Sequence[Time], periods: Sequence[Time]) -> int:
    """Months of renewals told in turn: « une fois six mois, puis trois fois douze mois »."""
    counts, periods = list(dict.fromkeys(counts)), list(dict.fromkeys(periods))
    if len(counts) < 2 or {each.evidence for each in (*counts, *periods)} != {counts[0].evidence}:
        return 0
    if len(counts) != len(periods):
        return 0
    return sum(count.value * period.value for count, period in zip(counts, periods, strict=True))


def _one(times: Sequence[Time]) -> Time | None:
    """The only one said, or the only one that names itself initial or firm."""
    for kept in (times, [each for each in times if each.is_named]):
        if len({each.value for each in kept}) == 1:
            return kept[0]
    return None


def _length(folded: str, unit: re.Match[str]) -> tuple[int, int] | None:
    """Where the number before a unit begins, and the length in whole months."""
    begin = max(0, unit.start() - 40)
    near = folded[begin : unit.start()]
    if number := _WORDS["number"].search(near):
        count, start = Decimal(number[1].replace(",", ".")), number.start()
    else:
        words = _BRACKETS.sub("", near).replace("'", " ")
        # The last word alone: those before it may be of the sentence.
        count, start = Decimal(number_before(words) or 0), words.rfind(" ") + 1
    word = unit[0]
    if word.startswith("semestre"):
        count, word = count * 6, "mois"
    whole = months(str(count), _UNITS[word[0]]) if count else None
    return None if whole is None else (begin + start, whole)


def _is_other(before: str, after: str, of_study: bool) -> bool:
    clause = before.rpartition(";")[2]
    return bool(
        not (_WORDS["announced"].search(before) or _WORDS["announced_after"].search(after))
        or _WORDS["other"].search(tail(clause, 110))
        or _WORDS["other_after"].search(after)
        or (of_study and _WORDS["of_works"].search(tail(clause, 60) + after[:20]))
    )


def _told(before: str, gap: str, after: str) -> Told | None:
    if _WORDS["of_renewals"].search(before):
        return Told.RENEWAL if "chaque" in before[-60:] or "de chaque" in before else None
    if _WORDS["most"].search(gap) or _WORDS["most_after"].search(after):
        return Told.MOST
    is_renewal = _WORDS["renewal_after"].search(after) or _WORDS["renewal"].search(gap)
    return Told.RENEWAL if is_renewal else Told.FIRST


def _dates(passage: FoldedPassage, of_study: bool) -> Iterator[Time]:
    folded, skip = passage.folded, None
    found = []
    for year in _YEAR.finditer(folded):
        begin = max(0, year.start() - _DATE_LENGTH)
        if match := _WORDS["date"].search(folded, begin, year.end()):
            found.append(match)
    if not (found and holds(folded, _OF_STARTS)):
        return
    for position, match in enumerate(found):
        day = _day(match)
        if day is None or match is skip:
            continue
        begin, _ = passage.sentence(match.start())
        before = folded[max(begin, match.start() - 2 * _NEAR) : match.start()]
        follower = found[position + 1] if position + 1 < len(found) else None
        end = _day(follower) if follower else None
        if (
            follower
            and end
            and _WORDS["from"].search(before)
            and _WORDS["between"].search(folded[match.end() : follower.start()])
        ):
            skip = follower
            if not _WORDS["other"].search(before) and _WORDS["announced"].search(before):
                value = months_between(day, end) or 0
                yield Time(Told.START, value, *_stood(passage, match), start=day, end=end)
            continue
        near = tail(before, _NEAR)
        if (
            _WORDS["starts"].search(near)
            and not _WORDS["not_start"].search(near)
            and not (of_study and _WORDS["of_works"].search(near))
        ):
            is_about = not (match["d1"] or match["d2"])
            yield Time(Told.START, 0, *_stood(passage, match), start=day, is_about=is_about)


def _stood(passage: FoldedPassage, match: re.Match[str]) -> tuple[Evidence, tuple[str, ...]]:
    """The sentence of a match, and the lots that it is said of."""
    return passage.quoted(match.start()), passage.lots_at(match.start(), match.end())


def _day(found: re.Match[str]) -> date | None:
    """The day, or the first one of a month or a quarter; None where there is no such day."""
    year = int(found["y1"] or found["y2"] or found["y3"])
    if found["u3"]:
        length = 3 if found["u3"] == "trimestre" else 6
        rank = int(found["n3"]) if found["n3"] else _RANKS[found["w3"]]
        month = rank * length if found["end"] else (rank - 1) * length + 1
    else:
        month = int(found["m1"]) if found["m1"] else _MONTHS.index(found["m2"]) + 1
    try:
        return date(year, month, int(found["d1"] or found["d2"] or 1))
    except ValueError:
        return None

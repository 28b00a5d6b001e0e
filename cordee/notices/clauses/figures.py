"""Hours of insertion: the figures of a sentence, and their total.

The total follows the labelling guide: the sum over lots and tranches; a total for the whole wins
over what it adds up; a yearly figure alone is kept as written; ratios ("5 heures par tranche de
10 000 euros") and worked examples are no figure.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum

from cordee.notices.clauses.numbers import Mention, mentions, number_before, whole
from cordee.notices.clauses.sentences import patterns

_WORDS = patterns(__file__)

# Up to here a figure may be an hour of the day, or a delay told in hours.
_DAY, _FEW_DAYS = 24, 96


class Span(StrEnum):
    """What a figure covers."""

    PART = "part"
    YEAR = "year"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours written in a sentence, for one lot, for some or for the whole (no lot).

    `slice` is the tranche or the year they are written for, "" for all.
    """

    value: int
    span: Span
    lots: tuple[str, ...] = ()
    slice: str = ""


def announces_list(folded: str) -> bool:
    """Whether it announces hours that a list of lots gives, perhaps without their unit."""
    return _WORDS["announced"].search(folded) is not None


def hours_in(
    folded: str, default: tuple[str, ...] = (), listed: bool = False, inside: bool = False
) -> list[Hours]:
    """The hours of insertion that a folded sentence asks; `default` are the lots it stands in.

    `listed`: the sentence is in a list of hours, where "lot 2 : 80" needs no unit. `inside`: it is
    in the text of a lot, so that even a total is for that lot.
    """
    # Figures of an example are as precise as true ones: the whole sentence is left out.
    if _WORDS["example"].search(folded):
        return []
    named = mentions(folded)
    found: list[Hours] = []
    listed = listed or announces_list(folded)
    for start, end, value in (*_figures(folded), *(_bare(folded) if listed else ())):
        before, after = folded[max(0, start - 100) : start], folded[end : end + 100]
        if value == 0 or _is_other(before, after, value):
            continue
        slices = _WORDS["slice"].findall(before)
        part = slices[-1] if slices else ""
        if found and _details(found[-1], part) and _WORDS["inside"].search(before):
            continue
        if _WORDS["part"].search(before):
            # "1 400 heures d'insertion dont 400…" counts them twice; "8 000 heures dont 800
            # d'insertion" asks for the part.
            if "insertion" in folded[:start] or not _WORDS["for_insertion"].search(after):
                continue
            found.clear()
        if found and _WORDS["upper_after"].search(after):
            continue
        lots = lots_of(named, folded, start, end) or default
        span = Span.PART if part else _span(before, after)
        if _WORDS["grand_total"].search(before) or _WORDS["grand_after"].search(after):
            # Whatever lot or tranche was named before, this is for all.
            span, part = Span.TOTAL, ""
            lots = lots if len(named) == 1 or (inside and not named) else ()
        if (times := _WORDS["times"].search(before)) is not None:
            value *= int(times.group(1))
        is_of_each = len(lots) > 1 and _WORDS["each_lot"].search(after)
        owners = [(lot,) for lot in lots] if is_of_each else [lots]
        found += [Hours(value, span, owner, part) for owner in owners]
    if "respectivement" in folded and len(named) == 1 and len(found) == len(named[0].lots):
        # "Lots 1 et 2 : 100 et 200 heures respectivement".
        return [replace(item, lots=(lot,)) for item, lot in zip(found, named[0].lots, strict=True)]
    return found


def _details(outer: Hours, part: str) -> bool:
    """Whether hours in brackets only detail the figure before: "140 heures (70 TF et 70 TO2)".

    "Tranche ferme 140 heures (TO1 : 70 heures)" adds another tranche.
    """
    return outer.span is not Span.YEAR and outer.slice in ("", part)


def total_hours(found: Sequence[Hours]) -> int | None:
    """The total that these figures make, or None without any."""
    # A notice repeats its clause in several places: the same figure twice is one.
    figures = list(dict.fromkeys(found))
    totals = [item for item in figures if item.span is Span.TOTAL]
    # Said of the whole and for all time: nothing is added to it.
    whole_totals = [item.value for item in totals if not item.lots]
    if whole_totals:
        return max(whole_totals)
    by_lot: dict[tuple[str, ...], list[Hours]] = {}
    for item in figures:
        by_lot.setdefault(item.lots, []).append(item)
    unnamed = by_lot.pop((), [])
    sums = [_one_lot(items) for items in by_lot.values()]
    if sums:
        # A figure without a lot beside figures by lot is their total, or one more part.
        extra = sum(item.value for item in unnamed if item.value not in {sum(sums), *sums})
        return extra if extra >= sum(sums) else sum(sums) + extra
    return _one_lot(unnamed) if unnamed else None


def hours_by_lot(found: Sequence[Hours]) -> dict[str, int]:
    """Hours of each lot that has a figure of its own."""
    by_lot: dict[str, list[Hours]] = {}
    for item in dict.fromkeys(found):
        if len(item.lots) == 1:
            by_lot.setdefault(item.lots[0], []).append(item)
    return {lot: _one_lot(items) for lot, items in by_lot.items()}


def _one_lot(items: list[Hours]) -> int:
    for span in (Span.TOTAL, Span.PART, Span.YEAR):
        values = [value for value, _ in dict.fromkeys(_key(i) for i in items if i.span is span)]
        if values:
            return max(values) if span is Span.TOTAL else sum(values)
    return 0


def _key(item: Hours) -> tuple[int, str]:
    """Two tranches of as many hours are two; a figure said twice is one."""
    return item.value, item.slice


def _figures(folded: str) -> list[tuple[int, int, int]]:
    """(start, end, value) of each number of hours, in figures or in letters."""
    if "heure" not in folded and "horaire" not in folded and not re.search(r"\d ?h", folded):
        return []
    found = [
        _without_rank(folded, m)
        for m in _WORDS["hours"].finditer(folded)
        if not _WORDS["high_end"].search(folded[max(0, m.start() - 40) : m.start()])
    ]
    taken = {start for start, _, _ in found}
    for match in (*_WORDS["named"].finditer(folded), *_WORDS["continued"].finditer(folded)):
        if match.start(1) not in taken:
            found.append((match.start(1), match.end(), whole(match.group(1))))
    for match in _WORDS["low_end"].finditer(folded):
        # "Entre 100 et 150 heures" binds to the lower figure.
        found.append((match.start(1), match.end(), whole(match.group(1))))
    if "respectivement" in folded:
        found += _in_turn(folded, {start for start, _, _ in found})
    for match in _WORDS["spelled"].finditer(folded):
        spelled = number_before(match.group(1))
        if spelled is not None:
            found.append((match.start(), match.end(), spelled))
    return sorted(found)


def _in_turn(folded: str, taken: Set[int]) -> Iterator[tuple[int, int, int]]:
    """Figures that share the unit behind the last: "respectivement 140, 210 et 70 heures". Each
    ends where the list does, for what follows is said of all."""
    for listed in _WORDS["in_turn"].finditer(folded):
        for each in _WORDS["one"].finditer(folded, listed.start(), listed.end()):
            if each.start(1) not in taken:
                yield each.start(1), listed.end(), whole(each[1])


def _bare(folded: str) -> list[tuple[int, int, int]]:
    """Numbers of a list of lots that have no unit: "lot 1 : 120"."""
    return [(m.start(1), m.end(1), whole(m.group(1))) for m in _WORDS["listed"].finditer(folded)]


def _without_rank(folded: str, found: re.Match[str]) -> tuple[int, int, int]:
    """A figure without the number of the lot that stands before it: "lot 1 250 heures" is 250."""
    written, start = found.group(1), found.start(1)
    rank = re.match(r"\d{1,2} (?=\d{3}$)", written)
    if rank and _WORDS["ranked"].search(folded[max(0, start - 24) : start]):
        start, written = start + rank.end(), written[rank.end() :]
    return start, found.end(), whole(written)


def _is_other(before: str, after: str, value: int) -> bool:
    return bool(
        _WORDS["ratio_after"].search(after)
        or _WORDS["ratio_before"].search(before)
        or _WORDS["fte_unit"].search(before)
        or _WORDS["fte_after"].search(after)
        or _WORDS["base_after"].search(after)
        or _WORDS["base_before"].search(before)
        or _WORDS["upper"].search(before)
        or _WORDS["other_after"].search(after)
        or (
            value <= _DAY and _WORDS["clock"].search(before) and not _WORDS["amount"].search(before)
        )
        or (value <= _FEW_DAYS and _WORDS["delay"].search(before))
    )


def _span(before: str, after: str) -> Span:
    if _WORDS["yearly"].search(after):
        return Span.YEAR
    if any(
        _WORDS[name].search(text)
        for name, text in (("total_before", before), ("total_after", after), ("shared_out", after))
    ):
        return Span.TOTAL
    return Span.YEAR if _WORDS["yearly_before"].search(before) else Span.PART


def lots_of(named: list[Mention], folded: str, start: int, end: int) -> tuple[str, ...]:
    """The lots of a figure: "120 heures pour le lot 4", else the last named before it."""
    for item in named:
        between = folded[end : item.start] if item.start >= end else None
        if between is not None and re.fullmatch(
            r"[^.;:\d]{0,45}\b(?:pour|au titre|sur|dans|du|des|concernant)\b[^.;:\d]{0,12}"
            r"|[^.;:\d]{0,45}\baux? |[ (]{1,3}",
            between,
        ):
            return item.lots
    earlier = [item for item in named if item.end <= start]
    return earlier[-1].lots if earlier else ()

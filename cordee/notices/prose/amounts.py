"""Amounts of money that sentences say of a contract or a lot, with what they cover.

An estimate comes before a ceiling, as in eForms (BT-27, then BT-271); a floor is the lower end of
its ceiling. Two sums that contradict each other are none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import IntEnum

from cordee.notices.clauses.sentences import patterns
from cordee.notices.formats.values import MAX_AMOUNT_CENTS
from cordee.notices.notice import Amount, Evidence, Provenance
from cordee.notices.prose.durations import months_told
from cordee.notices.prose.passages import FoldedPassage
from cordee.rules.figures import nearest

_WORDS = patterns(__file__, "announced", "other", "of_works", "study")

# First the letters, so that the search skips to them.
_UNITS = (re.compile("€"), re.compile(r"eur(?<=[\s\dkmd'(/]...)(?=o|h|t|\b)"))
_FIGURES, _BEHIND = 80, 40
"""Characters before a unit, and behind it, that may hold its figure or the ends of a range."""

MIN_CENTS = 50_000
"""Under 500 euros a sum in a sentence is a fee or a price, never that of a contract."""

WHOLE = 0
"""Months of a sum that covers all renewals, however long they are."""

NORMAL_VAT, REDUCED_VAT = Decimal("1.20"), Decimal("1.055")
"""Source: Code général des impôts, articles 278 and 278-0 bis."""


class Role(IntEnum):
    """What a sum is, the most telling last."""

    LEAST = 0
    MOST = 1
    ESTIMATE = 2


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum as written: in cents, for `months` (None: the contract as it lasts, WHOLE: at most).

    `low` and `high` are the ends of a range, of which `cents` is the middle.
    """

    cents: int
    role: Role
    evidence: Evidence
    months: int | None = None
    has_tax: bool = False
    lots: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None

    def amount(self, months: int | None, most_months: int | None) -> Amount:
        """Without tax, for all the months of the contract where the sum is said of one year."""
        covers = (most_months or months) if self.months == WHOLE else self.months
        is_computed = self.has_tax or self.high is not None
        scale = Decimal(1)
        if covers is not None and covers <= 12 and months is not None and months != covers:
            scale, covers, is_computed = Decimal(months) / covers, months, True
        low, high = self.low, self.high
        if self.has_tax:
            scale /= NORMAL_VAT
            # Where work is taxed less, the same sum pays for more of it.
            high = nearest((high or self.cents) * NORMAL_VAT / REDUCED_VAT)
            low = low or self.cents
        return Amount(
            nearest(self.cents * scale),
            self.evidence,
            provenance=Provenance.COMPUTED if is_computed else Provenance.STATED,
            low_cents=nearest(low * scale) if low else None,
            high_cents=nearest(high * scale) if high else None,
            covers_months=covers,
        )


def is_study(folded: str) -> bool:
    """Whether it names a study or a mission, which speaks of works that another will do."""
    return _WORDS["study"].search(folded) is not None


def sums_in(passage: FoldedPassage, of_study: bool) -> Iterator[Sum]:
    """Every sum of a passage that may be the price of the contract or of a lot."""
    folded = passage.folded
    if "€" not in folded and "eur" not in folded:
        return
    spans = _near_units(folded)
    ranges = {m.end(): m for span in spans for m in _WORDS["range"].finditer(folded, *span)}
    found = [
        (match.start(), match.end(), [_cents(match[1], match[2])])
        for span in spans
        for match in _WORDS["amount"].finditer(folded, *span)
        if not any(each.start() <= match.start() < end for end, each in ranges.items())
    ]
    for end, match in ranges.items():
        unit = match[2] or match[4]
        both = [_cents(match[1], match[2] or unit), _cents(match[3], match[4] or unit)]
        found.append((match.start(), end, both))
    all_told = bool(found) and _WORDS["whole_of_all"].search(folded) is not None
    last, carried = (0, 0), None
    for start, end, values in sorted(found, key=lambda each: each[0]):
        begin, stop = passage.sentence(start)
        if begin >= last[1] or last[0] != begin:
            carried = None
        gap = folded[max(begin, last[1] if last[0] == begin else begin) : start]
        following = min((s for s, _, _ in found if s > start), default=stop)
        after = folded[end : min(stop, following, end + 110)].split(";")[0]
        last = (begin, end)
        months = _months(gap, after, carried)
        carried = months
        lead = folded[max(begin, start - 300) : start]
        beside = _WORDS["part"].split(gap)[-1]
        if _is_other(lead, gap, after, of_study) or any(
            not MIN_CENTS <= value <= MAX_AMOUNT_CENTS for value in values
        ):
            continue
        yield Sum(
            nearest(Decimal(sum(values)) / len(values)),
            _role(beside, gap, after, lead),
            passage.quoted(start),
            months=WHOLE if months is None and all_told else months,
            has_tax=any(_WORDS["with_tax"].search(words) for words in (after[:12], beside)),
            lots=passage.lots_at(start, end),
            low=min(values) if len(values) > 1 else None,
            high=max(values) if len(values) > 1 else None,
        )


def _near_units(folded: str) -> list[tuple[int, int]]:
    """Where euros stand, with what may be their figure: the rest is not looked at."""
    found: list[tuple[int, int]] = []
    units = [unit.start() for pattern in _UNITS for unit in pattern.finditer(folded)]
    for at in sorted(units):
        begin, end = max(0, at - _FIGURES), at + _BEHIND
        if found and begin <= found[-1][1]:
            begin = found.pop()[0]
        found.append((begin, end))
    return found


def chosen(sums: Sequence[Sum]) -> Sum | None:
    """The sum that says the size, with the floor of its ceiling; None where several contend."""
    if not sums:
        return None
    without_tax = [each for each in sums if not each.has_tax] or list(sums)
    told = [each for each in without_tax if each.role is not Role.LEAST]
    best = max((each.role for each in told), default=None)
    told = [each for each in told if each.role is best]
    # Said by year and in all, the whole needs no multiplication.
    told = [each for each in told if each.months not in (1, 12)] or told
    if len({(each.cents, each.months) for each in told}) != 1:
        return None
    first = told[0]
    floors = {
        each.cents
        for each in without_tax
        if each.role is Role.LEAST and each.months == first.months and each.cents < first.cents
    }
    return replace(first, low=min(floors)) if first.high is None and len(floors) == 1 else first


def _cents(written: str, unit: str | None) -> int:
    digits = re.sub(r"[ ']|\.(?=\d{3}(?!\d))", "", written).replace(",", ".")
    scale = {"k": 1_000, "m": 1_000_000}.get((unit or " ")[0], 1)
    if unit and unit.startswith("millier"):
        scale = 1_000
    return nearest(Decimal(digits) * scale * 100)


def _is_other(lead: str, gap: str, after: str, of_study: bool) -> bool:
    clause = lead.rpartition(";")[2]
    return bool(
        not (_WORDS["announced"].search(lead) or _WORDS["announced"].search(after[:40]))
        or _WORDS["other"].search(clause)
        or _WORDS["bound"].search(gap)
        or _WORDS["unit_price"].search(after)
        or _WORDS["unit_before"].search(gap)
        or (of_study and _WORDS["of_works"].search(clause))
    )


def _role(beside: str, gap: str, after: str, lead: str) -> Role:
    """From the nearest word: beside the figure, else earlier in the sentence."""
    behind = _WORDS["just_after"].match(after)
    for words in (beside, behind[0] if behind else "", gap, lead):
        ends = {
            role: max((m.end() for m in _WORDS[role.name.lower()].finditer(words)), default=0)
            for role in Role
        }
        if any(ends.values()):
            return max(ends, key=lambda role: ends[role])
    return Role.ESTIMATE


def _months(gap: str, after: str, before: int | None) -> int | None:
    """How many months a sum covers; `before` is what the figure before it in the sentence did."""
    *earlier, gap = _WORDS["anew"].split(gap)
    by_year = [match.end() for match in _WORDS["yearly"].finditer(gap)]
    in_all = [match.end() for match in _WORDS["whole"].finditer(gap)]
    if _WORDS["whole"].search(after):
        return months_told(after, last=True) or WHOLE
    if _WORDS["yearly"].search(after) or max(by_year, default=0) > max(in_all, default=0):
        return 12
    if in_all:
        return months_told(gap, last=True) or WHOLE
    if _WORDS["monthly"].search(after) or _WORDS["monthly"].search(gap):
        return 1
    told = months_told(after) or months_told(gap)
    return told if told is not None or earlier else before

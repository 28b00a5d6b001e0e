"""Absolute months (`year * 12 + month - 1`) written in French."""

from collections.abc import Iterable

from cordee.base.ui.french import MONTHS, of


def month(number: int) -> str:
    """ "juin 2027"."""
    return f"{MONTHS[number % 12]} {number // 12}"


def near(number: int, on: int) -> str:
    """ "juin" in the year of the month `on`, else "juin 2027"."""
    return MONTHS[number % 12] if number // 12 == on // 12 else month(number)


def span(first: int, months: int) -> str:
    """ "en juin 2027", "de mars à novembre 2027", "de mars 2027 à février 2029"."""
    last = first + months - 1
    if months == 1:
        return f"en {month(first)}"
    if first // 12 == last // 12:
        return f"{of(MONTHS[first % 12])} à {month(last)}"
    return f"{of(month(first))} à {month(last)}"


def spans(numbers: Iterable[int]) -> str:
    """Any months, runs joined: "en mai 2027, de juillet à septembre 2027"; two follow with "et"."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    texts = []
    for run in runs:
        if len(run) == 2 and run[0] // 12 == run[1] // 12:
            texts.append(f"en {MONTHS[run[0] % 12]} et {month(run[1])}")
        else:
            texts.append(span(run[0], len(run)))
    return ", ".join(texts)

"""Counts told so that they say nothing of any one of those counted (docs/decisions/0018)."""

from cordee.base.ui import french

FEWEST = 5
"""Aggregates under five are masked (RULE-32 to RULE-35 for people; others as prudently)."""

SOURCES_AT_LEAST = 3
"""As in public statistics, a count that rests on fewer sources tells something of each."""


def band(count: int) -> str:
    """ "moins de 5", "5 à 9", "10 à 14"…: five counts look alike."""
    if count < FEWEST:
        return f"moins de {FEWEST}"
    # Bands are fixed and not centred: neighbours of a count fall into the same one.
    low = count - count % FEWEST
    return f"{french.number(low)} à {french.number(low + FEWEST - 1)}"

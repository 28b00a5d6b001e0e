"""Whether a correction says something else than we had read."""

from dataclasses import dataclass
from typing import Any

from cordee.opportunities.fact_lines import READ_BY_US, evidence_of
from cordee.opportunities.facts import FactDefinition, holder_of
from cordee.opportunities.inference import InferenceByFact
from cordee.opportunities.understanding import Understanding


@dataclass(frozen=True, slots=True)
class WasRead:
    """The JSON value we had read (None: nothing), in which words: [{where, words}]."""

    value: Any
    evidence: list[dict[str, str]]


def was_read(
    fact: FactDefinition, lot: str, understanding: Understanding, found: InferenceByFact
) -> WasRead:
    """What the reading says of a fact, before anybody corrects it.

    Figures that we work out are no reading; trades and fit always are.
    """
    read = holder_of(understanding.as_read, lot)
    if read is None:
        return WasRead(None, [])
    by_us = found.get((lot, fact.name)) if fact.name in READ_BY_US else None
    value = fact.read(read)
    if value is None and by_us is not None:
        value = by_us.value
    words = evidence_of(fact, read, by_us) if value is not None else ()
    return WasRead(value, [{"where": e.where, "words": e.words} for e in words])

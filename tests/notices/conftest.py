"""Samples of our own, one a format."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from cordee.notices.clauses.grouping import grouping_from
from cordee.notices.clauses.insertion import clause_from
from cordee.notices.clauses.reservation import reservation_claims, reserved_from
from cordee.notices.clauses.sentences import relevant
from cordee.notices.notice import Evidence, GroupingTerms, Reserved, SocialClause

SAMPLES = Path(__file__).parent / "samples"
SAMPLE_NAMES = sorted(
    file.name
    for file in SAMPLES.iterdir()
    if file.suffix in (".xml", ".json") and not file.name.endswith(".expected.json")
)


@pytest.fixture
def samples() -> Path:
    """The folder of the samples."""
    return SAMPLES


def read_grouping(passages: Iterable[Evidence]) -> GroupingTerms | None:
    return grouping_from(relevant(passages))


def read_reservation(passages: Iterable[Evidence]) -> Reserved | None:
    return reserved_from(reservation_claims(relevant(passages)))


def read_social_clause(
    passages: Iterable[Evidence],
    *,
    object_passages: Iterable[Evidence] = (),
    criteria: Iterable[Evidence] = (),
) -> SocialClause | None:
    return clause_from(
        relevant(passages), objects=relevant(object_passages), criteria=relevant(criteria)
    )

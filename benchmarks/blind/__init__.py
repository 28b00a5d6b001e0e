"""Blind sets: notices labelled by one reader who knows neither our phrases nor our figures.

Only labels are kept here (`NAME-sectors.jsonl`, `NAME-clauses.jsonl`); the text is found again in
`../shared/data` by source and identifier (`texts`). `sample` draws the lines of another set.
"""

from pathlib import Path

HERE = Path(__file__).parent
SECTORS, CLAUSES = "sectors", "clauses"


def file_of(name: str, kind: str) -> Path:
    """Where the labels of a set are kept."""
    return HERE / f"{name}-{kind}.jsonl"

"""Blind sets: notices labelled by one reader who knows neither our phrases nor our figures.

Only labels are kept here (`NAME-sectors.jsonl`, `NAME-clauses.jsonl`); the text is found again in
`../shared/data` by source and identifier (`texts`). `sample` draws the lines of another set.

`prose.jsonl` says what sentences tell of amounts, durations, starts and places: 60 notices, a line
for the whole (`lot` "") or a lot; a fact that a line does not name is not scored. `part` is
"development" for the half that the reader was written with, "first" for the one kept aside.
`amount` is (euros, months that it covers or null for the contract, "ttc" where tax is inside).
"""

from pathlib import Path

HERE = Path(__file__).parent
SECTORS, CLAUSES = "sectors", "clauses"
PROSE = HERE / "prose.jsonl"


def file_of(name: str, kind: str) -> Path:
    """Where the labels of a set are kept."""
    return HERE / f"{name}-{kind}.jsonl"

"""« Est-ce pour moi ? »: the verdict of an opportunity for a structure, read and put in words.

`for_structure` and `own_verdict` read; `line_of` says. The same line stands in lists, on pages and
in mails. Nothing is composed here: `cordee.composing.verdicts` computes ahead of time, and writes
the rows.
"""

from cordee.opportunities.verdicts.reading import (
    for_structure,
    network_answers,
    open_possible,
    own_verdict,
    possible_for,
)
from cordee.opportunities.verdicts.words import Mark, VerdictLine, line_of, together

"""What the buyer's words say of reservation, insertion and groups, and which sentence says it.

Structured fields are read by the readers of each format; this only reads sentences.
`docs/algorithms/reading-clauses.md` tells the rules and their reasons.
"""

from cordee.notices.clauses.bare import Clauses, read_clauses
from cordee.notices.clauses.numbers import lots_named

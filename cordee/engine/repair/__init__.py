"""The nearest valid split: what people agreed on, moved as little as the limits allow.

`question` says what is given and what comes back, `assumed_skills` takes held work for work that
can be done, `lines` shares money by line to the cent, `model` is the model, `search` solves it in
three steps, `round_amounts` rounds what costs nothing, `blocked` says why there is none, `check`
counts everything again from the raw inputs.
See `docs/algorithms/repair.md`.
"""

from cordee.engine.repair.nearest import repair
from cordee.engine.repair.question import Blocked, Held, InTheWay, Repair, RepairQuestion

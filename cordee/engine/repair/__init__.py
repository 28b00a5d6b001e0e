"""The nearest valid split: what people agreed on, moved as little as the limits allow.

`asked` says what is given and what comes back, `practised` takes held work for work that can be
done, `lines` shares money by line to the cent, `columns` is the model, `search` solves it in three
steps, `blocked` says why there is none, `check` counts everything again from the raw inputs.
See `docs/algorithms/repair.md`.
"""

from cordee.engine.repair.asked import Blocked, Held, InTheWay, Repair, RepairQuestion
from cordee.engine.repair.nearest import repair

__all__ = ["Blocked", "Held", "InTheWay", "Repair", "RepairQuestion", "repair"]

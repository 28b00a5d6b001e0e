"""What a result notice decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cordee.notices.notice.facts import Amount, Evidence
from cordee.notices.notice.kinds import GroupingForm


@dataclass(frozen=True, slots=True)
class Winner:
    """Who won, alone or in a group. `siret` is kept only when its check digit holds."""

    name: str | None = None
    siret: str | None = None
    is_subcontractor: bool = False


@dataclass(frozen=True, slots=True)
class Award:
    """What was decided for one lot, or for the whole where `lot_id` is None.

    No winner: the lot had no result (`is_unsuccessful`), or the notice does not name them.
    `group_form` is None when it is not said or there is one winner.
    """

    lot_id: str | None = None
    winners: tuple[Winner, ...] = ()
    amount: Amount | None = None
    decided_on: date | None = None
    tenders: int | None = None
    group_form: GroupingForm | None = None
    is_unsuccessful: bool = False
    evidence: tuple[Evidence, ...] = ()

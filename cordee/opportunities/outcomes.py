"""What was decided of each lot: who holds it, or that nobody does. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from cordee.notices.notice import Award, Kind, Notice, Winner
from cordee.notices.text import fold
from cordee.opportunities.notice_matching import PUBLISHED_WITHIN

_NUMBERED = re.compile(r"(?:lots?)?[\s\-_n°o.]*0*([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one lot, or of the whole where `lot_id` is empty.

    Several awards: one framework with several holders, each on its own. `notice` is the result
    notice that says so, `version_pk` its imported version.
    """

    lot_id: str
    title: str
    awards: tuple[Award, ...]
    notice: Notice
    version_pk: int

    @property
    def winners(self) -> tuple[Winner, ...]:
        """Holders of all awards, each once, without subcontractors."""
        found = [w for award in self.awards for w in award.winners if not w.is_subcontractor]
        return tuple(dict.fromkeys(found))

    @property
    def subcontractors(self) -> tuple[Winner, ...]:
        found = [w for award in self.awards for w in award.winners if w.is_subcontractor]
        return tuple(dict.fromkeys(found))

    @property
    def is_without_result(self) -> bool:
        return not self.winners and any(award.is_unsuccessful for award in self.awards)

    @property
    def amount_cents(self) -> int | None:
        """The amount of the lot, or the sum where each of its awards has one."""
        cents = [award.amount.cents for award in self.awards if award.amount]
        return sum(cents) if cents and len(cents) == len(self.awards) else None

    @property
    def decided_on(self) -> date | None:
        return max((a.decided_on for a in self.awards if a.decided_on), default=None)

    @property
    def sirets(self) -> int:
        return sum(1 for winner in self.winners if winner.siret)


def lot_key(lot_id: str) -> str:
    """What "LOT-0003", "Lot n° 3" and "3" have in common."""
    folded = fold(lot_id).strip()
    found = _NUMBERED.fullmatch(folded)
    return found.group(1) if found else folded


def as_lot_of(notice: Notice, lot_id: str) -> str:
    """The same lot as this notice numbers it; unchanged where it has none such."""
    if not lot_id or any(lot.id == lot_id for lot in notice.lots):
        return lot_id
    key = lot_key(lot_id)
    return next((lot.id for lot in notice.lots if lot_key(lot.id) == key), lot_id)


def outcomes_of(need: Notice, versions: Sequence[tuple[int, Notice]]) -> tuple[Outcome, ...]:
    """The end of each lot, in the order of the lots of the need.

    Later results replace earlier ones lot by lot; a result without names does not replace names,
    and of twins in two sources the one with more company numbers stays.
    """
    found: dict[str, Outcome] = {}
    for version_pk, notice in versions:
        if notice.kind is not Kind.AWARD:
            continue
        for one in _decided(need, notice, version_pk):
            held = found.get(one.lot_id)
            if held is None or not _stays(held, one):
                found[one.lot_id] = one
    if len(found) > 1:
        # What is said of the whole is told better lot by lot.
        found.pop("", None)
    rank = {lot.id: n for n, lot in enumerate(need.lots)}
    return tuple(sorted(found.values(), key=lambda o: (rank.get(o.lot_id, len(rank)), o.lot_id)))


def _decided(need: Notice, notice: Notice, version_pk: int) -> list[Outcome]:
    by_lot: dict[str, list[Award]] = {}
    for award in notice.awards:
        lot_id = as_lot_of(need, award.lot_id or "")
        if not lot_id and len(need.lots) == 1:
            lot_id = need.lots[0].id
        by_lot.setdefault(lot_id, []).append(replace(award, lot_id=lot_id or None))
    titles = {lot.id: lot.title or "" for lot in (*notice.lots, *need.lots)}
    return [
        Outcome(lot_id, titles.get(lot_id, ""), tuple(awards), notice, version_pk)
        for lot_id, awards in by_lot.items()
    ]


def _stays(held: Outcome, new: Outcome) -> bool:
    """Whether what is known tells more than what comes."""
    if held.winners and not new.winners:
        return not new.is_without_result
    near = (held.notice.published_on, new.notice.published_on)
    if held.notice.source is new.notice.source or None in near:
        return False
    is_twin = abs(near[0] - near[1]) <= PUBLISHED_WITHIN  # type: ignore[operator]
    return is_twin and held.sirets > new.sirets

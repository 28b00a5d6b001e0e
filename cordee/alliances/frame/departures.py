"""Who left before filing, as those who stayed read it, and what nobody does since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cordee.agreement.breaks import Break, Code
from cordee.agreement.departure import uncovered
from cordee.agreement.phases import EDITABLE
from cordee.agreement.terms import Terms
from cordee.alliances.access import AllianceAccess
from cordee.alliances.models import AllianceParty, Withdrawal
from cordee.base.ui import french

State = AllianceParty.State
NOBODY = "une structure"


@dataclass(frozen=True, slots=True)
class Departure:
    """One structure that left, and the cents of each line that nobody took since."""

    name: str
    left_at: datetime
    missing: Mapping[str, int]


def leaver_name(access: AllianceAccess, row: Withdrawal) -> str:
    """Who left, for those who were inside with it; whoever came later reads no name (RULE-38)."""
    party = row.party
    if access.clients is not None:
        return party.structure.shown_name if access.names(party) else NOBODY
    was_there = any(
        own.state == State.INTERESTED
        and own.answered_at is not None
        and own.answered_at <= row.announced_at
        for own in access.own
    )
    return party.structure.shown_name if was_there or access.names(party) else NOBODY


def departures(access: AllianceAccess, terms: Terms) -> list[Departure]:
    """Those of before filing that are still felt, the last one first: two queries at most.

    Whoever came back since left nothing.
    """
    alliance = access.alliance
    if not alliance.step.is_editable:
        return []
    rows = alliance.withdrawals.filter(
        state=Withdrawal.State.DONE, phase__in=list(EDITABLE), base_version__isnull=False
    )
    last: dict[int, Withdrawal] = {}
    for row in rows.select_related("party__structure").order_by("-announced_at", "-pk"):
        if row.party.state != State.INTERESTED:
            last.setdefault(row.party_id, row)
    if not last:
        return []
    numbers = [row.base_version or 0 for row in last.values()]
    before = {each.number: each for each in alliance.revisions.filter(number__in=numbers)}
    found = []
    for row in last.values():
        revision = before.get(row.base_version or 0)
        missing = {} if revision is None else uncovered(revision.read(), row.party.key, terms)
        found.append(Departure(leaver_name(access, row), row.announced_at, missing))
    return found


def since(found: Iterable[Break], left: Sequence[Departure]) -> tuple[Break, ...]:
    """What does not hold, where a departure is why it does not."""
    by_line: dict[str, list[str]] = {}
    for each in left:
        for line in each.missing:
            by_line.setdefault(line, []).append(each.name)
    return tuple(
        replace(one, text=f"{one.text.rstrip('.')} depuis le départ {_of(by_line[one.line])}.")
        if one.code is Code.PRICE and one.by < 0 and one.line in by_line
        else one
        for one in found
    )


def _of(names: Sequence[str]) -> str:
    """ "des Toits du Val et d’une structure": each once."""
    unique = [f"d’{name}" if name == NOBODY else french.of(name) for name in dict.fromkeys(names)]
    return " et ".join(filter(None, [", ".join(unique[:-1]), unique[-1]]))

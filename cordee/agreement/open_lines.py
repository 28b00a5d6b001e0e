"""What nobody has taken yet in the terms: euros, people, hours, or a trade that nobody told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cordee.agreement.limits import own_cents, own_cfte
from cordee.agreement.model import Line
from cordee.agreement.terms import Terms


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line that wants somebody more, and for how much of it; 0 where nothing lacks."""

    line: Line
    cents: int = 0
    cfte: int = 0
    hours: int = 0
    lacks_trade: bool = False

    @property
    def is_open(self) -> bool:
        """Whether anything lacks."""
        return bool(self.cents or self.cfte or self.hours or self.lacks_trade)


def lines_to_cover(terms: Terms, trades: Mapping[str, Collection[str]]) -> tuple[OpenLine, ...]:
    """Each line with what lacks of it (RULE-20). `trades`: what each party told, by key.

    Members alone are counted: what is done for a member is in its own amount.
    """
    found = []
    for line in terms.lines:
        cells = [terms.cell(member.key, line.key) for member in terms.members]
        able = any(
            line.trade in trades.get(party.key, ())
            for party in terms.parties
            if party.role.has_share
        )
        found.append(
            OpenLine(
                line,
                cents=max(0, line.price_cents - sum(cell.cents or 0 for cell in cells)),
                cfte=max(0, (line.need_cfte or 0) - sum(cell.cfte or 0 for cell in cells)),
                hours=max(
                    0,
                    (line.insertion_hours or 0) - sum(cell.insertion_hours or 0 for cell in cells),
                ),
                lacks_trade=not able,
            )
        )
    return tuple(found)


def lines_left_by(terms: Terms, leavers: Collection[str]) -> tuple[OpenLine, ...]:
    """Each line with what parties who leave do of it themselves."""
    found = []
    for line in terms.lines:
        cells = [terms.cell(key, line.key) for key in leavers]
        found.append(
            OpenLine(
                line,
                cents=sum(own_cents(terms, cell) for cell in cells),
                cfte=sum(own_cfte(terms, cell) for cell in cells),
                hours=sum(cell.insertion_hours or 0 for cell in cells),
            )
        )
    return tuple(found)

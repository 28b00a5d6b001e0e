"""A notice and its lots."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from cordee.notices.notice.facts import (
    Amount,
    Award,
    Buyer,
    Cpv,
    Criterion,
    Descripteur,
    Duration,
    Evidence,
    GroupingTerms,
    Links,
    NeedTerms,
    Place,
    Reserved,
    SocialClause,
)
from cordee.notices.notice.kinds import Format, Kind, Source


@dataclass(frozen=True, slots=True)
class Lot:
    """One part that can be won alone; `id` as the notice numbers it.

    `trades` (slugs of our referential) and `need_cfte` (hundredths of full-time equivalents) are
    only what the buyer names, in our own format.
    """

    id: str
    title: str | None = None
    text: str | None = None
    cpv: Cpv = field(default=Cpv())
    places: tuple[Place, ...] = ()
    amount: Amount | None = None
    duration: Duration | None = None
    reserved: Reserved | None = None
    social_clause: SocialClause | None = None
    trades: tuple[str, ...] = ()
    need_cfte: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as read; what it does not say is None or empty, never guessed.

    `form` is the source's own name of the form ("F02", "cn-standard", "MAPA"). `deadline` is in
    UTC and `deadline_source` the source's own string. `text` is the buyer's description without
    codes. `conditions` are the passages on execution, participation and groups; `terms` those on
    what is asked of candidates, on money and on questions. `awards` are what a result notice
    decided. `evidence` gives, by field name, where plain fields were read. `trades` and
    `need_cfte` are as in `Lot`. `need` says of what sort a private need is, None where it is not
    told: then it is a contract.
    """

    source: Source
    format: Format
    id: str
    kind: Kind
    form: str | None = None
    title: str | None = None
    text: str | None = None
    buyer: Buyer | None = None
    published_on: date | None = None
    deadline: datetime | None = None
    deadline_source: str | None = None
    cpv: Cpv = field(default=Cpv())
    descripteurs: tuple[Descripteur, ...] = ()
    places: tuple[Place, ...] = ()
    lots: tuple[Lot, ...] = ()
    reserved: Reserved | None = None
    social_clause: SocialClause | None = None
    grouping: GroupingTerms | None = None
    amount: Amount | None = None
    duration: Duration | None = None
    trades: tuple[str, ...] = ()
    need_cfte: int | None = None
    need: NeedTerms | None = None
    awards: tuple[Award, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    links: Links = field(default=Links())
    conditions: tuple[Evidence, ...] = ()
    terms: tuple[Evidence, ...] = ()
    evidence: tuple[tuple[str, Evidence], ...] = ()

    @property
    def is_work(self) -> bool:
        """Whether it asks for work, for which a team can be composed."""
        return self.need is None or self.need.kind.is_work

    def evidence_for(self, field: str) -> Evidence | None:
        """Where the plain field of this name was read, or None."""
        return dict(self.evidence).get(field)

    def reserved_for(self, lot: Lot) -> Reserved | None:
        """What is known of the reservation of one lot.

        A lot's own mention wins; a mention for the whole counts only where no lot has its own.
        """
        if any(other.reserved for other in self.lots):
            return lot.reserved
        return self.reserved

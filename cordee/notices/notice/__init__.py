"""What a contract notice says, whatever the shape of the file it was read from.

A notice and its lots, subject by subject, each with why we believe it; what all readers share
stands first.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Self

from cordee.notices.notice.kinds import (
    ClauseKind,
    CriterionKind,
    Format,
    GroupingForm,
    Kind,
    NeedKind,
    Provenance,
    Source,
)
from cordee.rules.groups import GROUPS_BANNED
from cordee.rules.reservation import Reservation

READER_VERSION = "6"
"""Rises each time the readers may understand an unchanged file differently."""


class NoticeError(Exception):
    """One file, or one record in it, that cannot be read: the place, the reason and the cure.

    `place` names the file, the archive member or the line; `reason` and `cure` are French
    sentences shown to people. Readers may yield it as well as raise it.
    """

    def __init__(self, place: str, reason: str, cure: str) -> None:
        super().__init__(place, reason, cure)
        self.place = place
        self.reason = reason
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.place} : {self.reason} {self.cure}"

    def at(self, place: str) -> Self:
        """The same error, told from another place."""
        return type(self)(place, self.reason, self.cure)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why we believe a fact: `where` in the source (a field code or a path), `words` as written."""

    where: str
    words: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the work is done, as far as the notice says.

    `department` is a code such as "07", "2A" or "971"; `commune` an INSEE code. A wider area
    has only `nuts`. `provenance` tells how the department was reached.
    """

    department: str | None = None
    commune: str | None = None
    postcode: str | None = None
    city: str | None = None
    nuts: str | None = None
    provenance: Provenance = Provenance.STATED
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys. `siret` is kept only when its check digit holds."""

    name: str
    siret: str | None = None
    postcode: str | None = None
    city: str | None = None
    department: str | None = None
    nuts: str | None = None


@dataclass(frozen=True, slots=True)
class Cpv:
    """CPV codes of eight digits, without the check digit."""

    main: str | None = None
    others: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The main code first, each code once."""
        found = (*((self.main,) if self.main else ()), *self.others)
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Descripteur:
    """A keyword of the BOAMP's own list."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Reserved:
    """For whom the contract is reserved; `Reservation.NONE` only when the notice says so.

    `articles` are those cited ("L2113-12"), `lots` the numbers of the reserved lots, empty for
    the whole. `conflict` is a French sentence, set when box and text or article disagree.
    """

    reservation: Reservation
    evidence: tuple[Evidence, ...]
    articles: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    conflict: str | None = None


@dataclass(frozen=True, slots=True)
class LotFigures:
    """Hours of insertion, or their share in per cent, that a text asks of one lot."""

    lot: str
    hours: int | None = None
    rate_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SocialClause:
    """What the notice says of insertion; `hours` in all, `rate_percent` of the hours or labour.

    `negated` is true when the notice itself says that there is no clause. `lots` are those the
    text names, `by_lot` their figures, `facilitator` the organisation that helps (never a
    person). `conditional` are the sentences that only say it may apply. `conflict` is a French
    sentence, set when box and text disagree.
    """

    kind: ClauseKind
    evidence: tuple[Evidence, ...]
    hours: int | None = None
    rate_percent: Decimal | None = None
    negated: bool = False
    lots: tuple[str, ...] = ()
    by_lot: tuple[LotFigures, ...] = ()
    facilitator: str | None = None
    conditional: tuple[Evidence, ...] = ()
    conflict: str | None = None


@dataclass(frozen=True, slots=True)
class GroupingTerms:
    """What the notice says of groups of candidates.

    `one_offer` are the sentences that forbid a company to bid twice (alone and in a group, or in
    several), `one_lead` those that forbid to lead several groups; empty when not said.
    """

    form: GroupingForm
    evidence: tuple[Evidence, ...]
    one_offer: tuple[Evidence, ...] = ()
    one_lead: tuple[Evidence, ...] = ()
    conflict: str | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """An estimated value without tax, in cents of euro.

    `covers_months` where the notice says how long it pays for; `low_cents` and `high_cents` where
    it gives a floor or a range.
    """

    cents: int
    evidence: Evidence
    provenance: Provenance = Provenance.STATED
    low_cents: int | None = None
    high_cents: int | None = None
    covers_months: int | None = None


@dataclass(frozen=True, slots=True)
class Duration:
    """How long the work lasts: whole months (days rounded up), first and last day if written.

    `most_months` counts every renewal; `is_start_about` where only the month, or the quarter, of
    the first day is written.
    """

    months: int | None = None
    start: date | None = None
    end: date | None = None
    provenance: Provenance = Provenance.STATED
    evidence: tuple[Evidence, ...] = ()
    most_months: int | None = None
    is_start_about: bool = False


@dataclass(frozen=True, slots=True)
class Criterion:
    """One award criterion, of the whole where `lot_id` is None.

    `weight_percent` is None where the notice gives no weight, or one that is not a percentage.
    """

    name: str
    kind: CriterionKind
    evidence: Evidence
    weight_percent: Decimal | None = None
    lot_id: str | None = None


@dataclass(frozen=True, slots=True)
class NeedTerms:
    """What a private need says that a public notice has no field for; each kind fills its own.

    A quote: `quantity`. A subcontractor: `main_contract`. Labour: `people`, `rome` and `contract`.
    Sponsorship: `giving` and `for_whom`. A call for projects: `for_whom`.
    """

    kind: NeedKind
    quantity: str | None = None
    main_contract: str | None = None
    people: int | None = None
    rome: str | None = None
    contract: str | None = None
    giving: str | None = None
    for_whom: str | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the notice and of the contract documents, and ids of earlier notices.

    eForms alone names its notice (`uuid`, BT-701) and its `procedure` (BT-04) the same in the BOAMP
    and in TED; every notice of one procedure carries the latter.
    """

    notice: str | None = None
    documents: str | None = None
    previous: tuple[str, ...] = ()
    uuid: str | None = None
    procedure: str | None = None


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

    @property
    def groups_banned(self) -> str:
        """What to ask the buyer where it keeps groups out, which stops nobody; "" elsewhere."""
        form = self.grouping.form if self.grouping else None
        return GROUPS_BANNED if form is GroupingForm.FORBIDDEN else ""

    @property
    def all_places(self) -> tuple[Place, ...]:
        """Those of the whole, then those of its lots."""
        return (*self.places, *(place for lot in self.lots for place in lot.places))

    @property
    def first_reservation(self) -> Reservation | None:
        """That of the whole, or else of the first lot that has one; NONE only where it is said."""
        every = [self.reserved, *(lot.reserved for lot in self.lots)]
        kinds = [reserved.reservation for reserved in every if reserved]
        restrictive = [kind for kind in kinds if kind is not Reservation.NONE]
        return next(iter((*restrictive, *kinds)), None)

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

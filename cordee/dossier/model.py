"""Everything that the documents of one bid are made of, frozen at one moment for one reader; and
the frame of a paper that follows an official model: its head, its rubrics, its boxes.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from cordee.agreement import Party, PartyRole, Terms
from cordee.base.documents import Block, Heading, Paragraph, Words, inlines
from cordee.base.ui import french
from cordee.dossier.texts import MODEL
from cordee.notices.notice import Buyer, Criterion
from cordee.rules.crafts import trade_of
from cordee.rules.kinds import Kind
from cordee.rules.official_forms import OfficialForm, official_forms
from cordee.rules.reservation import Reservation

_FRAMEWORK = re.compile(r"\baccords?[- ]cadres?\b|\bbons? de commande\b", re.IGNORECASE)
_LASTS = re.compile(r"\b(un|deux|trois|quatre|\d{1,2})\s(ans?|mois)\b", re.IGNORECASE)
_NUMBERS = {"un": 1, "deux": 2, "trois": 3, "quatre": 4}
TICKED, EMPTY = "\u2612", "\u2610"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFacts:
    """One lot of the notice on which the group answers; `whole`: the notice has no lots.

    `called`: "Lot 1" for the "LOT-0001" of a notice. `months` and `starts_on`: the duration
    of its own, where the notice gives it one. `is_works`: None where no code says it.
    """

    number: str
    title: str = ""
    called: str = ""
    whole: bool = False
    is_works: bool | None = None
    months: int | None = None
    starts_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What the notice says, corrections included. Empty or None: it does not say.

    `is_public`: a public contract, with its official forms; a private client has none.
    """

    title: str
    is_public: bool = True
    buyer: Buyer | None = None
    reference: str = ""
    published_on: date | None = None
    deadline: datetime | None = None
    lots: tuple[LotFacts, ...] = ()
    lots_in_all: int = 0
    criteria: tuple[Criterion, ...] = ()
    reserved: Reservation | None = None
    reserved_lots: tuple[str, ...] = ()
    reserved_articles: tuple[str, ...] = ()
    is_works: bool | None = None
    clause: str = ""
    clause_hours: int | None = None
    clause_rate_percent: Decimal | None = None
    facilitator: str = ""
    months: int | None = None
    starts_on: date | None = None

    @property
    def is_framework(self) -> bool:
        """Whether its title says that it is ordered bit by bit, at the prices of a list."""
        return bool(_FRAMEWORK.search(self.title))

    @property
    def titled_months(self) -> int | None:
        """How long its title says that it lasts; None where it does not, or says two."""
        found = {
            int(_NUMBERS.get(many.lower(), many)) * (1 if unit.lower() == "mois" else 12)
            for many, unit in _LASTS.findall(self.title)
        }
        return found.pop() if len(found) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper that a buyer usually asks for; `held` is False where the sheet does not name it."""

    name: str
    held: bool
    asked_for: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateConvention:
    """The convention of a work-integration structure with the State."""

    number: str
    state: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkReference:
    """A reference: work done for somebody. The amount is without tax."""

    title: str
    client: str
    year: int
    cents: int | None = None
    trade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenText:
    """What a party wrote once of its work in a trade; "" is all of them."""

    text: str
    year: int | None = None
    trade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTurnover:
    """The turnover of one year without tax; `field_cents` in the field of the contract."""

    year: int
    cents: int
    field_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewFacts:
    """A crew as a buyer may know it: places and hours, no name."""

    places: int
    weekly_minutes: int
    has_vehicle: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """Who signs for a party, as that person told for this purpose: a function and an act.

    `is_legal`: by the law or the statutes alone; no act to date.
    """

    name: str
    function: str
    act: str
    is_legal: bool = False
    act_on: date | None = None
    council_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFacts:
    """What is known of one party. `None` is "nobody told"; an empty tuple is "none, it says".

    A structure that has not said yes has no name for this reader: `is_named` is False, `name` says
    "Structure pressentie 2", and nothing else is told.

    `written_in`: the year of its last word on its means and its method. `name`: the legal
    person; `structure`: what it acts for, where that is called otherwise (the chantier of a CCAS).
    `is_public_body`: it is of public law (a commune, a CCAS).

    `hides_…`: these are its own, and it has not opened them to this reader.
    """

    key: str
    name: str
    kind: Kind
    siren: str = ""
    siret: str = ""
    is_named: bool = True
    brand: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    structure: str = ""
    is_public_body: bool = False
    legal_form: str = ""
    registered_at: str = ""
    is_small: bool | None = None
    convention: StateConvention | None = None
    papers: tuple[Paper, ...] = ()
    references: tuple[WorkReference, ...] | None = None
    turnovers: tuple[YearTurnover, ...] | None = None
    hides_turnovers: bool = False
    hides_papers: bool = False
    hides_team: bool = False
    permanent_staff: int | None = None
    insertion_staff: int | None = None
    crews: tuple[CrewFacts, ...] = ()
    team_cfte: int | None = None
    means: str = ""
    method: str = ""
    texts: tuple[WrittenText, ...] = ()
    written_in: int | None = None
    signatory: Signatory | None = None


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """`on`: the day of the reading. `facts` are in the order of the parties of the terms. `model`:
    the number of the texts of the common paper. `is_filed`: the offer left."""

    on: date
    contract: Contract
    terms: Terms
    facts: tuple[PartyFacts, ...]
    model: int = MODEL
    is_filed: bool = False

    def __post_init__(self) -> None:
        """Refuse facts that do not stand beside the terms. Raises `ValueError`."""
        told = [each.key for each in self.facts]
        if told != [party.key for party in self.terms.parties]:
            raise ValueError(f"Dossier.facts are of {told}, not of the parties of the terms.")

    @cached_property
    def _by_key(self) -> dict[str, PartyFacts]:
        return {each.key: each for each in self.facts}

    def of(self, party: Party | str) -> PartyFacts:
        """What is known of a party."""
        return self._by_key[party if isinstance(party, str) else party.key]

    def name(self, party: Party | str) -> str:
        """How a party is called in documents: its legal name."""
        return self.of(party).name

    @property
    def lead(self) -> Party | None:
        """The member that speaks for the group, or the one that answers alone."""
        return self.terms.party(self.terms.speaker) if self.terms.speaker else None

    @property
    def holder(self) -> Party:
        """The one that answers alone. Raises `ValueError` where a group answers."""
        if self.terms.holder is None:
            raise ValueError("A group answers: nobody does alone.")
        return self.terms.holder

    @cached_property
    def lots(self) -> tuple[LotFacts, ...]:
        """Those of the lines, in their order, with what the notice says of them."""
        known = {lot.number: lot for lot in self.contract.lots}
        numbers = dict.fromkeys(line.lot for line in self.terms.lines)
        plain = (
            LotFacts(number=number, whole=self.is_whole, is_works=self.contract.is_works)
            for number in numbers
        )
        return tuple(known.get(lot.number, lot) for lot in plain)

    @property
    def is_whole(self) -> bool:
        """Whether the notice has no lots: our lines then stand in one, called "1"."""
        return self.contract.lots_in_all == 0

    def with_role(self, *roles: PartyRole) -> Iterator[Party]:
        """The parties that are this on the contract."""
        return (party for party in self.terms.parties if party.role in roles)

    def trades_of(self, party: Party, lot: str = "") -> tuple[str, ...]:
        """The trades of what a party takes of a lot, or of all of them; of the whole lot where the
        split says nothing of that party."""
        taken = {cell.line for cell in self.terms.cells_of(party.key)}
        lines = (line for line in self.terms.lines if lot in ("", line.lot))
        trades = (trade_of(line.trade) for line in lines if not taken or line.key in taken)
        return tuple(dict.fromkeys(trades))

    def lots_of(self, party: Party) -> tuple[LotFacts, ...]:
        """The lots in which a party takes a part; all of them where the split says nothing.

        A cell that says 0, or that is only pinned, is no part.
        """
        return self._held_by(party) or self.lots

    def contracts_of(self, party: Party) -> tuple[LotFacts | None, ...]:
        """The lots that a subcontractor works on, each a contract of its own; one None before."""
        return self._held_by(party) or (None,)

    def _held_by(self, party: Party) -> tuple[LotFacts, ...]:
        cells = self.terms.cells_of(party.key)
        lines = {c.line for c in cells if c.cents or c.cfte or c.insertion_hours or c.crews}
        held = {line.lot for line in self.terms.lines if line.key in lines}
        return tuple(lot for lot in self.lots if lot.number in held)


@dataclass(frozen=True, slots=True)
class Form:
    """How one model is written."""

    model: OfficialForm

    @property
    def title(self) -> str:
        """ "DC1 : lettre de candidature"."""
        return f"{self.model.name} : {self.model.title}"

    def filled(self, **parts: Block | Iterable[Block]) -> tuple[Block, ...]:
        """The head, then each rubric in its order, with what stands in it."""
        found = [self.head()]
        for rubric, title in self.model.rubrics.items():
            part = parts.get(rubric, ())
            found.append(Heading(f"{rubric}. {title}", len(rubric)))
            found += part if isinstance(part, Iterable) else (part,)
        return tuple(found)

    def head(self) -> Block:
        """Which version a paper follows, and that the buyer's own comes first."""
        doubt = "" if self.model.read_again else " (à vérifier)"
        name = self.model.name
        article = "l’" if name.casefold().startswith(french.VOWELS) else "le "
        return Paragraph(
            f"Suit {article}{name}, version du {self.model.version}{doubt}. Si l’acheteur "
            "joint le sien, remplissez-le.",
            quiet=True,
        )


def form(key: str) -> Form:
    """One of them. Raises `KeyError`."""
    return Form(official_forms()[key])


def boxes(options: Iterable[tuple[str, bool]], *more: Words) -> Words:
    """Boxes one under the other, each ticked or not; what is not known is ticked by hand."""
    lines = "\n".join(f"{TICKED if ticked else EMPTY} {label}" for label, ticked in options)
    return (f"{lines}\n", *(part for each in more for part in inlines(each))) if more else lines


def yes_no(answer: bool | None) -> str:
    """Both boxes; none ticked where nobody told."""
    return f"{TICKED if answer else EMPTY} oui   {TICKED if answer is False else EMPTY} non"

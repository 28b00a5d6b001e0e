"""One team, one contract, and the ways to arrange them: the words and the figures.

A case is the table of one alliance: who takes how much, under which role. Each way is that same
team arranged otherwise. What nobody knows stays None, and is said.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from cordee.rules.groups import GroupForm, PartyRole
from cordee.rules.kinds import Kind
from cordee.rules.labelled import Labelled
from cordee.rules.reservation import Reservation


class Way(Labelled):
    """One way to work together."""

    CONJOINT = "CONJOINT", "Groupement conjoint"
    CONJOINT_MANDATAIRE_SOLIDAIRE = (
        "CONJOINT_MANDATAIRE_SOLIDAIRE",
        "Conjoint, mandataire solidaire",
    )
    SOLIDAIRE = "SOLIDAIRE", "Groupement solidaire"
    SOUS_TRAITANCE = "SOUS_TRAITANCE", "Sous-traitance"
    MISE_A_DISPOSITION = "MISE_A_DISPOSITION", "Mise à disposition"
    EMBAUCHE = "EMBAUCHE", "Embauche directe"

    @property
    def form(self) -> GroupForm | None:
        """The form of the group, where it is one."""
        return GroupForm(self.value) if self.value in GroupForm.__members__ else None


class Position(Labelled):
    """What a party would be in one way."""

    LEAD = "LEAD", "mandataire du groupement"
    MEMBER = "MEMBER", "membre du groupement"
    HOLDER = "HOLDER", "titulaire seul"
    SUBCONTRACTOR = "SUBCONTRACTOR", "sous-traitant"
    SECOND_RANK = "SECOND_RANK", "sous-traitant de second rang"
    STAFFING = "STAFFING", "met du personnel à disposition"
    EMPLOYER = "EMPLOYER", "employeur, hors du marché"
    OUT = "OUT", "hors du marché"


class NoticeForm(StrEnum):
    """What the notice says of the form of a group."""

    UNKNOWN = "UNKNOWN"
    FREE = "FREE"
    CONJOINT = "CONJOINT"
    CONJOINT_MANDATAIRE_SOLIDAIRE = "CONJOINT_MANDATAIRE_SOLIDAIRE"
    SOLIDAIRE = "SOLIDAIRE"
    FORBIDDEN = "FORBIDDEN"


class Stance(StrEnum):
    """What the notice makes of one way."""

    IMPOSED = "IMPOSED"
    ALLOWED = "ALLOWED"
    TO_TRANSFORM = "TO_TRANSFORM"
    FORBIDDEN = "FORBIDDEN"
    UNKNOWN = "UNKNOWN"


class Feasibility(StrEnum):
    """Whether a way can be taken as the team stands."""

    POSSIBLE = "POSSIBLE"
    TO_CONFIRM = "TO_CONFIRM"
    REFUSED = "REFUSED"


class Payer(StrEnum):
    """Who pays."""

    BUYER = "BUYER"
    PARTY = "PARTY"
    NOBODY = "NOBODY"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseParty:
    """One party of the table.

    `share_cents` is without tax, a member's with what comes behind it; None: not given yet.
    `of`: the member it comes for. `vat_percent`: 0 where it charges none; None: unknown.
    `contracts_cents`: its share by lot, where that makes several contracts of it.
    """

    key: str
    siren: str
    kind: Kind
    role: PartyRole
    share_cents: int | None
    of: str | None
    vat_percent: Decimal | None
    contracts_cents: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The table of one alliance and what is known of the contract; None is unknown."""

    total_cents: int
    parties: tuple[CaseParty, ...]
    lead: str | None
    reservation: Reservation | None
    notice: NoticeForm
    is_public: bool | None

    def party(self, key: str) -> CaseParty:
        """One party. Raises `KeyError`."""
        for party in self.parties:
            if party.key == key:
                return party
        raise KeyError(key)

    def own_cents(self, party: CaseParty) -> int | None:
        """What a party keeps once those behind it are paid; None where one figure lacks."""
        behind = [each.share_cents or 0 for each in self.parties if each.of == party.key]
        return None if party.share_cents is None else party.share_cents - sum(behind)

    @property
    def members(self) -> tuple[CaseParty, ...]:
        """Those who answer together in the table."""
        return tuple(party for party in self.parties if party.role is PartyRole.MEMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one way makes of one party, in cents without tax.

    `owes_cents`: the most it may have to answer for. `paid_cents`: what its work brings it.
    `paid_by`: the key of the party that pays, where the payer is one. `is_direct`: whether the
    buyer pays it on its own account; None: to be written or confirmed.
    """

    key: str
    place: Position
    owes_cents: int | None
    paid_cents: int | None
    payer: Payer
    paid_by: str | None = None
    is_direct: bool | None = None
    refusals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOutcome:
    """One way on this case. `left_cents`: what would have to find somebody else to do it."""

    way: Way
    stance: Stance
    standing: Feasibility
    outcomes: tuple[Outcome, ...]
    left_cents: int
    refusals: tuple[str, ...]
    cautions: tuple[str, ...]
    articles: tuple[str, ...]

    def of(self, key: str) -> Outcome:
        """What it makes of one party. Raises `KeyError`."""
        for outcome in self.outcomes:
            if outcome.key == key:
                return outcome
        raise KeyError(key)

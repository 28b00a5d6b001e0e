"""From terms to what the rules of law ask. No Django here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cordee.agreement.edits import with_role
from cordee.agreement.model import Party, PricedBy, Side, VatRegime
from cordee.agreement.terms import Terms
from cordee.rules import labour, parameters, prudence
from cordee.rules.findings import Finding
from cordee.rules.groups import PartyRole, Requirement, coverage_gaps
from cordee.rules.legal_forms import Case, CaseParty, NoticeForm
from cordee.rules.reservation import Reservation


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """What the notice says that the law asks about.

    `reserved` by lot; a lot that is absent: nobody knows. `one_offer`: the sentences that forbid to
    be a candidate twice. `is_public`: whether the buyer follows public procurement law.
    """

    form: NoticeForm = NoticeForm.UNKNOWN
    form_words: tuple[str, ...] = ()
    one_offer: tuple[str, ...] = ()
    reserved: Mapping[str, Reservation] = field(default_factory=dict)
    is_public: bool | None = None

    @property
    def forbids_two_teams(self) -> bool | None:
        """True where the notice says so; None where it says nothing that we read."""
        return True if self.one_offer else None


@dataclass(frozen=True, slots=True)
class Scope:
    """What one comparison is about: a lot, which is a contract of its own, or all of them."""

    lots: tuple[str, ...]

    @property
    def key(self) -> str:
        """In the address of a page; empty for everything."""
        return self.lots[0] if len(self.lots) == 1 else ""


def scopes(terms: Terms, notice: NoticeFacts) -> tuple[Scope, ...]:
    """The comparisons that make sense: all lots where they are reserved alike, then each lot."""
    lots = tuple(dict.fromkeys(line.lot for line in terms.lines))
    if len(lots) == 1:
        return (Scope(lots),)
    each = tuple(Scope((lot,)) for lot in lots)
    alike = len({notice.reserved.get(lot) for lot in lots}) == 1
    return (Scope(lots), *each) if alike else each


def case_of(terms: Terms, notice: NoticeFacts, scope: Scope, *, on: date) -> Case:
    """The table, or the lines of one lot, as the rules take it.

    A party without any amount there is unknown, not at zero; on one lot, whoever has nothing to do
    with it is left out, save the lead, who signs for all.
    """
    whole = scope.key == ""
    keys = {line.key for line in terms.lines if line.lot in scope.lots}
    active = {cell.party for cell in terms.cells if cell.line in keys}
    active |= {party.of for party in terms.parties if party.key in active and party.of}
    kept = [
        party
        for party in terms.parties
        if whole
        or len(_lots_of(terms)) == 1
        or party.key in active
        or party.key == terms.speaker
        or party.role is PartyRole.EMPLOYER
    ]
    return Case(
        total_cents=sum(line.price_cents for line in terms.lines if line.key in keys),
        parties=tuple(
            CaseParty(
                key=party.key,
                siren=party.siren,
                kind=party.kind,
                role=party.role,
                share_cents=_share(terms, party, keys),
                of=party.of,
                vat_percent=vat_percent(party.vat_due, on=on),
                contracts_cents=_by_lot(terms, party, scope),
            )
            for party in kept
        ),
        lead=terms.speaker,
        reservation=notice.reserved.get(scope.lots[0]),
        notice=notice.form,
        is_public=notice.is_public,
    )


def as_group(terms: Terms) -> Terms:
    """The team of a sole holder as if its subcontractors were members; any other as it is."""
    for party in terms.signers:
        if party.role is not PartyRole.MEMBER:
            terms = with_role(terms, party.key, PartyRole.MEMBER)
    return terms


def vat_percent(regime: VatRegime, *, on: date) -> Decimal | None:
    """What a party adds to its price; None where unknown. It charges none under reverse charge."""
    match regime:
        case VatRegime.EXEMPT | VatRegime.REVERSE_CHARGE:
            return Decimal(0)
        case VatRegime.STANDARD:
            return parameters.rate("vat.standard_rate", on=on) * 100
    return None


def trades_without_anybody(
    terms: Terms, scope: Scope, declared: Mapping[str, Collection[str]]
) -> tuple[Requirement, ...]:
    """Trades that a lot asks for, and that nobody at work on that lot declares (RULE-20).

    `declared`: trades by key of party. A lot with nobody on it yet is no gap: it is to be shared
    out.
    """
    lots = {line.key: line.lot for line in terms.lines}
    at_work: dict[str, set[str]] = {}
    for cell in terms.cells:
        if cell.cents or cell.cfte:
            at_work.setdefault(lots[cell.line], set()).add(cell.party)
    required = [
        Requirement(line.trade, line.lot, "")
        for line in terms.lines
        if line.lot in scope.lots and line.lot in at_work
    ]
    able: dict[str, list[Requirement]] = {}
    for lot, parties in at_work.items():
        for party in parties:
            found = (Requirement(trade, lot, "") for trade in declared.get(party, ()))
            able.setdefault(party, []).extend(found)
    return coverage_gaps(required, able)


def subcontracts(terms: Terms) -> tuple[Party, ...]:
    """Those that work for a member: they sell a result, or supply people (RULE-40)."""
    return tuple(party for party in terms.parties if party.role.is_behind)


def labour_findings(party: Party, *, on: date) -> tuple[Finding, ...]:
    """What labour law says of one of `subcontracts`."""
    if party.role is PartyRole.STAFFING:
        return labour.staffing_findings(party.kind, on=on)
    return labour.subcontract_findings(
        by_the_hour=_said(party.labour.priced_by, PricedBy.HOUR, PricedBy.UNKNOWN),
        client_supervises=_said(party.labour.supervision, Side.CLIENT, Side.UNKNOWN),
        client_tools=_said(party.labour.tools, Side.CLIENT, Side.UNKNOWN),
        on=on,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFacts:
    """What a structure knows of itself; None is unknown. Nobody else reads it.

    `over_headroom_cents`: how much its share passes what it may still sell, all years together.
    """

    new_trade: bool | None = None
    new_partner: bool | None = None
    yearly_charges_cents: int | None = None
    is_capped: bool = False
    over_headroom_cents: int | None = None
    other_teams: int = 0


def prudence_findings(
    terms: Terms, key: str, own: OwnFacts, notice: NoticeFacts, *, on: date
) -> tuple[Finding, ...]:
    """What a structure should weigh before it says yes, the gravest first."""
    share = own_share(terms, key)
    yearly = None if share is None else prudence.heaviest_year_cents(share, _months(terms, key))
    is_candidate = terms.party(key).role is PartyRole.MEMBER
    found = [
        *prudence.several_teams_findings(
            other_teams=own.other_teams if is_candidate else 0,
            forbidden=notice.forbids_two_teams,
        ),
        *prudence.novelty_findings(new_trade=own.new_trade, new_partner=own.new_partner, on=on),
        *prudence.weight_findings(
            yearly_share_cents=yearly, yearly_charges_cents=own.yearly_charges_cents, on=on
        ),
        *prudence.headroom_findings(
            is_capped=own.is_capped,
            share_cents=None if share is None else own.over_headroom_cents or 0,
            headroom_cents=None if own.over_headroom_cents is None else 0,
        ),
    ]
    return by_weight(found)


def by_weight(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The gravest first, in the order in which they were found."""
    order = list(type(findings[0].weight)) if findings else []
    return tuple(sorted(findings, key=lambda found: order.index(found.weight)))


def own_share(terms: Terms, key: str) -> int | None:
    """What a party keeps for itself; None where one of its amounts is not given."""
    cells = list(terms.cells_of(key))
    if not cells or any(cell.cents is None for cell in cells):
        return None
    return terms.own_cents(key)


def _share(terms: Terms, party: Party, lines: set[str]) -> int | None:
    if not party.role.has_share:
        return None
    cells = [cell for cell in terms.cells_of(party.key) if cell.line in lines]
    if not cells or any(cell.cents is None for cell in cells):
        return None
    return sum(cell.cents or 0 for cell in cells)


def _by_lot(terms: Terms, party: Party, scope: Scope) -> tuple[int, ...]:
    """What it takes of each lot where it takes something: a subcontract each."""
    shares = (
        _share(terms, party, {line.key for line in terms.lines if line.lot == lot})
        for lot in scope.lots
    )
    return tuple(share for share in shares if share)


def _months(terms: Terms, key: str) -> int:
    """From the first month of its work to its last one."""
    spans = [terms.line(cell.line).span(cell) for cell in terms.cells_of(key)]
    if not spans:
        return 1
    return max(1, max(first + months for first, months in spans) - min(first for first, _ in spans))


def _lots_of(terms: Terms) -> set[str]:
    return {line.lot for line in terms.lines}


def _said(value: object, yes: object, unknown: object) -> bool | None:
    return None if value == unknown else value == yes

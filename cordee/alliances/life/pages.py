"""What the pages of the life of an alliance show; views count nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cordee.agreement import Party, Terms
from cordee.agreement.chain import KeptText
from cordee.agreement.slices import fingerprint
from cordee.agreement.words import Words, form_called, role_called, words_of
from cordee.alliances.actions.approvals import hindrances
from cordee.alliances.actions.withdrawals import concerned, proposed_of
from cordee.alliances.life import standing
from cordee.alliances.life.access import may_cancel, reads_text_of
from cordee.alliances.life.convention import convention_sha256, filed_sha256
from cordee.alliances.life.leaving import debts_of, rule_of
from cordee.alliances.life.signatories import filing_day, signing_of
from cordee.alliances.models import Alliance, AllianceParty, Approval, ApprovedText, Withdrawal
from cordee.alliances.workspace.access import Seat
from cordee.alliances.workspace.departures import leaver_name
from cordee.alliances.workspace.pages import names_for, shown_names
from cordee.base.documents import short_fingerprint
from cordee.rules.findings import Finding, blocks
from cordee.rules.group_changes import ChangeRule, Path


@dataclass(frozen=True, slots=True)
class Signing:
    """One party on the page of those who sign."""

    party: AllianceParty
    name: str
    is_own: bool
    is_member: bool
    findings: Sequence[Finding]

    @property
    def is_ready(self) -> bool:
        return not self.findings

    @property
    def is_blocked(self) -> bool:
        return blocks(tuple(self.findings))


def signing_rows(seat: Seat) -> list[Signing]:
    """Those who take part, with who signs for each; those who sign the common paper first.

    A subcontractor reads its own line alone.
    """
    alliance = seat.alliance
    terms = alliance.terms
    known = {party.key for party in terms.parties}
    signs = {party.key for party in terms.signers}
    rows = list(alliance.parties.select_related("structure").order_by("pk"))
    names = shown_names(seat, rows)
    files_on = filing_day(alliance)
    found = [
        Signing(
            row,
            names[row.key],
            seat.speaks_for(row),
            row.key in signs,
            signing_of(row, files_on=files_on),
        )
        for row in rows
        if row.key in known
        and row.state == AllianceParty.State.INTERESTED
        and (seat.reads_shares or seat.speaks_for(row))
    ]
    return sorted(found, key=lambda each: not each.is_member)


@dataclass(frozen=True, slots=True)
class Approving:
    """One member on the page of approvals."""

    party: AllianceParty
    name: str
    is_own: bool
    last: Approval | None
    stands: bool
    hindrances: Sequence[str]
    # What the last line is about, where it is kept and she reads it; whether it was ever kept.
    text: ApprovedText | None
    was_kept: bool

    @property
    def has_fallen(self) -> bool:
        """Whether it approved a convention that moved since."""
        last = self.last
        return last is not None and last.kind == Approval.Kind.APPROVE and not self.stands


@dataclass(frozen=True, slots=True)
class ApprovalsPage:
    """Who approved the convention as it is."""

    sha256: str
    short: str
    version: int
    terms: Terms
    rows: Sequence[Approving]
    is_whole: bool
    how_many_lines: int
    words: Words
    form: str
    # Whether today's text is no longer the one that was filed; and that one, where it is kept.
    has_drifted: bool
    filed: ApprovedText | None

    @property
    def waiting(self) -> int:
        return sum(not row.stands for row in self.rows)


def text_in(trace: standing.Trace, seat: Seat, line: Approval) -> ApprovedText | None:
    """The text that a line is about, where it is kept, whole, and she reads it."""
    return trace.texts.get(line.document_sha256) if reads_text_of(seat, line) else None


def approvals_page(seat: Seat, *, on: date) -> ApprovalsPage:
    """Members, what each approved, and whether the chain is whole."""
    alliance = seat.alliance
    terms = alliance.terms
    today = convention_sha256(alliance, on=on) if terms.has_paper else ""
    sha256 = filed_sha256(alliance) or today if terms.has_paper else ""
    trace = standing.trace_of(alliance)
    last = {str(line.party_id): line for line in trace.rows}
    stands = standing.approved_keys(alliance, sha256)
    rows = {row.key: row for row in alliance.parties.select_related("structure")}
    names = shown_names(seat, sorted(rows.values(), key=lambda row: row.pk))
    found = []
    for member in terms.signers if terms.has_paper else ():
        row, line = rows[member.key], last.get(member.key)
        if not (seat.reads_shares or seat.names(row)):
            continue
        found.append(
            Approving(
                row,
                names[member.key],
                seat.speaks_for(row),
                line,
                member.key in stands,
                hindrances(alliance, row, terms) if seat.speaks_for(row) else (),
                text_in(trace, seat, line) if line is not None else None,
                line is None or trace.kept[line.sequence] is not KeptText.NEVER,
            )
        )
    has_drifted = sha256 != today
    return ApprovalsPage(
        sha256,
        short_fingerprint(sha256),
        alliance.version,
        terms,
        found,
        not trace.faults,
        len(trace.rows),
        words_of(terms),
        form_called(terms),
        has_drifted,
        trace.texts.get(sha256) if has_drifted else None,
    )


@dataclass(frozen=True, slots=True)
class Owed:
    """What one of those who stay owes after a withdrawal, in cents without tax."""

    name: str
    asked_cents: int
    borne_cents: int


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a withdrawal changes: the rule, the share to take, what each of the others owes.

    A subcontractor reads no share but its own, and of nobody else what it owes.
    """

    share_cents: int | None
    rule: ChangeRule
    owed: Sequence[Owed]

    @property
    def is_closed(self) -> bool:
        """Whether nothing may change now."""
        return Path.CLOSED in self.rule.paths

    @property
    def nobody_owes(self) -> bool:
        return not any(each.asked_cents for each in self.owed)


def consequences(
    seat: Seat,
    party: AllianceParty,
    *,
    at_fault: bool | None,
    left_cents: int | None,
    on: date,
) -> Consequences:
    """What happens if a party leaves now, in the phase of the alliance."""
    alliance = seat.alliance
    terms = alliance.terms
    mine = in_terms(terms, party)
    names = names_for(seat)
    debts = () if mine is None else debts_of(terms, party.key, alliance.step, left_cents=left_cents)
    share = 0 if mine is None else terms.share_cents(party.key)
    return Consequences(
        share if seat.reads_shares or seat.speaks_for(party) else None,
        rule_of(alliance, mine, at_fault=at_fault, on=on),
        [
            Owed(names[each.key], each.asked_cents, each.borne_cents)
            for each in debts
            if seat.reads_shares
        ],
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """A share before and after a withdrawal."""

    party: AllianceParty
    name: str
    before_cents: int
    after_cents: int
    # What it does itself of it, where others work for it.
    before_own_cents: int
    after_own_cents: int
    has_agreed: bool
    is_own: bool
    role: str


@dataclass(frozen=True, slots=True)
class WithdrawalPage:
    """One withdrawal, as far as it is."""

    row: Withdrawal
    name: str
    consequences: Consequences | None
    moved: Sequence[Moved]

    @property
    def waiting(self) -> Sequence[Moved]:
        return [each for each in self.moved if not each.has_agreed]


def withdrawal_page(seat: Seat, row: Withdrawal, *, on: date) -> WithdrawalPage:
    """What is proposed, who agreed, what each owes; before it is closed."""
    alliance = seat.alliance
    names = names_for(seat)
    under_way = row.state in Withdrawal.UNDER_WAY
    told = (
        consequences(seat, row.party, at_fault=row.at_fault, left_cents=row.left_cents, on=on)
        if under_way
        else None
    )
    shown = _moved(seat, row, names) if under_way and row.proposed is not None else []
    row.alliance = alliance
    return WithdrawalPage(row, leaver_name(seat, row), told, shown)


def may_cancel_words(seat: Seat, row: Withdrawal, name: str) -> str:
    """Why she may not say that the structure stays; empty where she may (`access.may_cancel`)."""
    if may_cancel(seat, row):
        return ""
    both = f"Seules {name} et la coordination peuvent"
    who = both if row.told_by_lead else f"Seule {name} peut"
    return f"{who} annuler ce retrait. Écrivez-lui dans «\u00a0Messages\u00a0»."


def _moved(seat: Seat, row: Withdrawal, names: Mapping[str, str]) -> list[Moved]:
    before, after = seat.alliance.terms, proposed_of(row)
    given = set(row.agreements.values_list("party_id", "fingerprint"))
    known = {party.key for party in before.parties}
    return [
        Moved(
            party,
            names[party.key],
            before.share_cents(party.key) if party.key in known else 0,
            after.share_cents(party.key),
            before.own_cents(party.key) if party.key in known else 0,
            after.own_cents(party.key),
            (party.pk, fingerprint(after, party.key)) in given,
            seat.speaks_for(party),
            role_called(after, after.party(party.key)),
        )
        for party in concerned(row, before, after)
        if seat.reads_shares or seat.speaks_for(party)
    ]


def in_terms(terms: Terms, party: AllianceParty) -> Party | None:
    """A party as the terms know it; None where it is not in them."""
    return next((each for each in terms.parties if each.key == party.key), None)


def filed_late(alliance: Alliance, filed_at: datetime) -> bool:
    """Whether the receipt is of after the buyer's deadline."""
    deadline = alliance.opportunity.deadline
    return deadline is not None and filed_at > deadline

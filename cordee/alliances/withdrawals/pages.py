"""What the pages of withdrawals show; views count nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cordee.agreement.slices import fingerprint
from cordee.alliances.access import AllianceAccess
from cordee.alliances.frame.departures import leaver_name
from cordee.alliances.models import AllianceParty, Withdrawal
from cordee.alliances.withdrawals.access import may_cancel
from cordee.alliances.withdrawals.actions import concerned, proposed_of
from cordee.alliances.withdrawals.rules import debts_of, moment_of, rule_of
from cordee.rules.group_changes import ChangeRule, Path


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
    access: AllianceAccess,
    party: AllianceParty,
    *,
    row: Withdrawal | None = None,
    on: date,
) -> Consequences:
    """What happens if a party leaves now, in the phase of the alliance."""
    alliance = access.alliance
    terms = alliance.terms
    mine = terms.find(party.key)
    names = access.called
    left = None if row is None else row.left_cents
    moment = moment_of(alliance)
    debts = () if mine is None else debts_of(terms, party.key, moment, left_cents=left)
    share = 0 if mine is None else terms.share_cents(party.key)
    return Consequences(
        share if access.reads_shares or access.speaks_for(party) else None,
        rule_of(
            alliance,
            mine,
            plan="" if row is None else row.plan,
            ground="" if row is None else row.ground,
            on=on,
        ),
        [
            Owed(names[each.key], each.asked_cents, each.borne_cents)
            for each in debts
            if access.reads_shares
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


def withdrawal_page(access: AllianceAccess, row: Withdrawal, *, on: date) -> WithdrawalPage:
    """What is proposed, who agreed, what each owes; before it is closed."""
    alliance = access.alliance
    names = access.called
    under_way = row.state in Withdrawal.UNDER_WAY
    owed = consequences(access, row.party, row=row, on=on) if under_way else None
    shown = _moved(access, row, names) if under_way and row.proposed is not None else []
    row.alliance = alliance
    return WithdrawalPage(row, leaver_name(access, row), owed, shown)


def may_cancel_words(access: AllianceAccess, row: Withdrawal, name: str) -> str:
    """Why the user may not say that the structure stays; empty where they may
    (`access.may_cancel`)."""
    if may_cancel(access, row):
        return ""
    both = f"Seules {name} et la coordination peuvent"
    who = both if row.announced_by_lead else f"Seule {name} peut"
    return f"{who} annuler ce retrait. Écrivez-lui dans «\u00a0Messages\u00a0»."


def _moved(access: AllianceAccess, row: Withdrawal, names: Mapping[str, str]) -> list[Moved]:
    before, after = access.alliance.terms, proposed_of(row)
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
            access.speaks_for(party),
        )
        for party in concerned(row, before, after)
        if access.reads_shares or access.speaks_for(party)
    ]

"""What the pages of withdrawals show; views count nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cordee.alliances.access import (
    AllianceAccess,
)
from cordee.alliances.models import AllianceParty, Withdrawal
from cordee.alliances.withdrawals.access import may_cancel
from cordee.alliances.withdrawals.actions import concerned, proposed_of, still_waited
from cordee.alliances.withdrawals.rules import debts_of, moment_of, rule_of
from cordee.rules.group_changes import ChangeRule, Debt, Path


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a withdrawal changes: the rule, the share to take, what each of the others owes.

    A subcontractor reads no share but its own, and of nobody else what it owes.
    """

    share_cents: int | None
    rule: ChangeRule
    owed: Sequence[tuple[str, Debt]]

    @property
    def is_closed(self) -> bool:
        """Whether nothing may change now."""
        return Path.CLOSED in self.rule.paths

    @property
    def nobody_owes(self) -> bool:
        return not any(debt.asked_cents for _, debt in self.owed)


def consequences(
    access: AllianceAccess, party: AllianceParty, *, row: Withdrawal | None = None, on: date
) -> Consequences:
    """What happens if a party leaves now, in the phase of the alliance; `row`: once it said so."""
    alliance, terms = access.alliance, access.alliance.terms
    mine = terms.find(party.key)
    plan, ground, left = ("", "", None) if row is None else (row.plan, row.ground, row.left_cents)
    reads = access.reads_shares
    debts = () if mine is None else debts_of(terms, party.key, moment_of(alliance), left_cents=left)
    return Consequences(
        terms.share_cents(party.key) if reads or access.speaks_for(party) else None,
        rule_of(alliance, mine, plan=plan, ground=ground, on=on),
        [(access.called[each.key], each) for each in debts if reads],
    )


def moved_shares(access: AllianceAccess, row: Withdrawal) -> list[dict[str, Any]]:
    """The shares that move, as far as the user reads them; none where nothing is proposed now."""
    if row.state not in Withdrawal.UNDER_WAY or row.proposed is None:
        return []
    before, after = access.alliance.terms, proposed_of(row)
    waited = {party.pk for party in still_waited(row, before)}
    return [
        {
            "party": party,
            "name": access.called[party.key],
            "before_cents": before.share_cents(party.key),
            "after_cents": after.share_cents(party.key),
            # What it does itself of it, where others work for it.
            "before_own_cents": before.own_cents(party.key),
            "after_own_cents": after.own_cents(party.key),
            "has_agreed": party.pk not in waited,
            "is_own": access.speaks_for(party),
        }
        for party in concerned(row, before, after)
        if access.reads_shares or access.speaks_for(party)
    ]


def may_cancel_words(access: AllianceAccess, row: Withdrawal, name: str) -> str:
    """Why the user may not say that the structure stays; empty where they may
    (`may_cancel`)."""
    if may_cancel(access, row):
        return ""
    both = f"Seules {name} et la coordination peuvent"
    who = both if row.announced_by_lead else f"Seule {name} peut"
    return f"{who} annuler ce retrait. Écrivez-lui dans «\u00a0Messages\u00a0»."

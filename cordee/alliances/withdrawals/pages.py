"""Who tells, reads and settles a withdrawal, and what its pages show; views count nothing."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404

from cordee.alliances.access import (
    AllianceAccess,
    Person,
    access_for,
    filer_for,
    led_party_for,
    party_for,
    taking_part_for,
)
from cordee.alliances.models import AllianceParty, Withdrawal
from cordee.alliances.withdrawals.actions import concerned, proposed_of, still_waited
from cordee.alliances.withdrawals.rules import debts_of, moment_of, rule_of
from cordee.base.found import first_or_404
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


def leaver_for(
    person: Person, pk: uuid.UUID, party_pk: int
) -> tuple[AllianceAccess, AllianceParty]:
    """A party whose withdrawal the user may tell: their own, or any that they lead; or 404."""
    access = access_for(person, pk)
    if access.coordinates:
        access, party = led_party_for(person, pk, party_pk)
    else:
        access, party = party_for(person, pk, party_pk)
    if party.state != AllianceParty.State.INTERESTED:
        raise Http404("Cette structure ne prend pas part à l’alliance.")
    return access, party


def withdrawal_for(
    person: Person, pk: uuid.UUID, withdrawal_pk: int
) -> tuple[AllianceAccess, Withdrawal]:
    """A withdrawal that the user reads (`reads_withdrawal`), or 404."""
    access = taking_part_for(person, pk)
    row = _withdrawal(access, withdrawal_pk)
    if not reads_withdrawal(access, row):
        raise Http404("Ce retrait n’existe pas.")
    return access, row


def reads_withdrawal(access: AllianceAccess, row: Withdrawal) -> bool:
    """Whether the user reads that a structure leaves: a subcontractor, of itself and of whom it
    works for alone."""
    return access.reads_shares or access.names(row.party)


def may_cancel(access: AllianceAccess, row: Withdrawal) -> bool:
    """Whether the user may say that the structure stays after all: those of the structure itself.

    Who coordinates may where the coordinator announced it for the structure, and nowhere else:
    nobody takes back what another one said for itself. The lead of the group may not.
    """
    return access.speaks_for(row.party) or (row.announced_by_lead and access.coordinates)


def led_withdrawal_for(
    person: Person, pk: uuid.UUID, withdrawal_pk: int
) -> tuple[AllianceAccess, Withdrawal]:
    """A withdrawal of an alliance for which the user files, or 404."""
    access = filer_for(person, pk)
    return access, _withdrawal(access, withdrawal_pk)


def takeover_for(
    person: Person, pk: uuid.UUID, withdrawal_pk: int, party_pk: int
) -> tuple[AllianceAccess, Withdrawal, AllianceParty]:
    """What a withdrawal makes of the share of a party the user speaks for, the one asked in
    included."""
    access, party = party_for(person, pk, party_pk)
    row = _withdrawal(access, withdrawal_pk)
    if party.state != AllianceParty.State.INTERESTED and row.successor_id != party.pk:
        raise Http404("Rien ne vous est demandé.")
    return access, row, party


def _withdrawal(access: AllianceAccess, pk: int) -> Withdrawal:
    rows = access.alliance.withdrawals.select_related(
        "party__structure__organisation", "successor__structure"
    )
    return first_or_404(rows.filter(pk=pk), "Ce retrait n’existe pas.")

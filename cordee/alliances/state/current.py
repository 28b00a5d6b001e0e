"""Where an alliance is, as its rows tell it: who is interested, who accepted, who may sign in time,
what breaks; and the one write that makes a step in its life."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement.breaks import Break, PartyFacts
from cordee.agreement.checks import breaks
from cordee.agreement.life import State, obstacles
from cordee.agreement.phases import Phase
from cordee.agreement.slices import fingerprint
from cordee.agreement.terms import Terms
from cordee.alliances.models import (
    Acceptance,
    Alliance,
    AllianceBaseline,
    AllianceParty,
    BidResult,
    Withdrawal,
)
from cordee.alliances.requirements import asked_of
from cordee.alliances.revisions import locked
from cordee.alliances.state.approval_chain import approved_now
from cordee.alliances.state.commitments import book
from cordee.base.documents import Document
from cordee.rules.findings import Finding, blocks
from cordee.rules.signing import Capacity, Carrier, signing_findings

Power = AllianceParty.Power
CAPACITIES: Mapping[str, Capacity] = {
    Power.LEGAL: Capacity.LEGAL_REPRESENTATIVE,
    Power.BOARD: Capacity.EMPOWERED,
    Power.DELEGATION: Capacity.DELEGATION,
    Power.COUNCIL: Capacity.COUNCIL_VOTE,
}


def filing_day(alliance: Alliance) -> date | None:
    """The last day on which the offer may leave; None where it left, or the day is unknown."""
    deadline = alliance.opportunity.deadline
    if deadline is None or not alliance.step.is_editable:
        return None
    return timezone.localdate(deadline)


def signing_of(party: AllianceParty, *, files_on: date | None, on: date) -> tuple[Finding, ...]:
    """What stands in the way of a signature, and what to do; empty where all is said and holds."""
    capacity = CAPACITIES[party.power] if party.is_named else None
    carrier = party.structure.organisation.carrier or Carrier.UNKNOWN
    return signing_findings(
        carrier=carrier,
        capacity=capacity,
        act_on=party.power_on,
        next_council=party.next_council_on,
        files_on=files_on,
        may_compete=party.may_compete,
        on=on,
    )


def may_sign(party: AllianceParty, *, files_on: date | None, on: date) -> bool:
    """Whether it said who signs and by which act, and that one may."""
    return party.may_sign and not blocks(signing_of(party, files_on=files_on, on=on))


def state_of(
    alliance: Alliance,
    *,
    now: datetime,
    names: Mapping[str, str] | None = None,
    agreed: Document | None = None,
) -> State:
    """What the next step depends on. `names`: see `open_breaks`; their own where not given.
    `agreed`: the convention of today, where it is at hand.
    """
    terms = alliance.terms
    called = names_of(alliance) if names is None else names
    rows = list(alliance.parties.select_related("structure__organisation"))
    files_on, on = filing_day(alliance), timezone.localdate(now)
    result = BidResult.objects.filter(alliance=alliance).first()
    return State(
        phase=alliance.step,
        terms=terms,
        interested={row.key for row in rows if row.state == AllianceParty.State.INTERESTED},
        accepted=accepted_keys(alliance, terms),
        mandated={row.key for row in rows if may_sign(row, files_on=files_on, on=on)},
        awaited={row.key for row in rows if row.power and not row.has_act},
        approved=approved_now(alliance, on=on, agreed=agreed),
        breaks=tuple(
            found.text for found in open_breaks(alliance, terms, called, now=now) if found.blocks
        ),
        has_receipt=hasattr(alliance, "filing"),
        is_told_won=None if result is None else result.is_won,
        is_notified=result is not None and result.signed_on is not None,
        has_baseline=AllianceBaseline.objects.filter(alliance=alliance).exists(),
        changing=Withdrawal.objects.filter(alliance=alliance).under_way().exists(),
    )


def open_breaks(
    alliance: Alliance, terms: Terms, names: Mapping[str, str], *, now: datetime
) -> tuple[Break, ...]:
    """What does not hold, and that everybody inside may read: sums and law, nobody's means.

    `names`: how each party is called for whoever reads.
    """
    facts = {key: PartyFacts(name=name) for key, name in names.items()}
    return breaks(terms, facts, asked_of(alliance), on=timezone.localdate(now))


def accepted_keys(alliance: Alliance, terms: Terms) -> set[str]:
    """The parties that accepted the terms exactly as they are for them."""
    given = {
        (str(party), print_)
        for party, print_ in Acceptance.objects.standing()
        .filter(party__alliance=alliance)
        .values_list("party_id", "fingerprint")
    }
    return {
        party.key for party in terms.parties if (party.key, fingerprint(terms, party.key)) in given
    }


def names_of(alliance: Alliance) -> Mapping[str, str]:
    """How each party is called in what is refused, which several people may read.

    Whoever has not said yes has no name (RULE-38); pages name more to who coordinates.
    """
    rows = alliance.parties.select_related("structure")
    return {
        row.key: row.structure.shown_name
        if row.state == AllianceParty.State.INTERESTED
        else "une structure pressentie"
        for row in rows
    }


@transaction.atomic
def move(*, alliance: Alliance, to: Phase, by: User, now: datetime) -> None:
    """Make a step in the life of an alliance. Raises `ValidationError` with all that is missing."""
    alliance = locked(alliance)
    missing = obstacles(state_of(alliance, now=now), to, names_of(alliance))
    if missing:
        raise ValidationError([each.text for each in missing])
    before, alliance.phase = alliance.phase, to
    alliance.ended_at = now if to.is_over else None
    alliance.save(update_fields=["phase", "ended_at"])
    journal.record("alliances.move", alliance, by=by, before={"phase": before}, after={"phase": to})
    book(alliance, by=by, on=timezone.localdate(now))

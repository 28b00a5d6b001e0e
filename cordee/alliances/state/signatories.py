"""Who may sign for a party, and whether that comes in time for the day of filing."""

from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from cordee.alliances.models import Alliance, AllianceParty
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

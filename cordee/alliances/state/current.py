"""Where an alliance is, as its rows tell it: who is interested, who accepted, what breaks."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from cordee.agreement.breaks import Break
from cordee.agreement.checks import breaks
from cordee.agreement.facts import PartyFacts
from cordee.agreement.life import State
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
from cordee.alliances.state.paper import approved_now
from cordee.alliances.state.signatories import filing_day, may_sign
from cordee.base.documents import Document


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

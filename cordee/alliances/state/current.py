"""Where an alliance is, as its rows tell it: who is interested, who accepted, who may sign in time,
what breaks; the one write that makes a step, and what the terms of a filed offer then promise each
chantier."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement.breaks import Break, PartyFacts
from cordee.agreement.changes import fingerprint
from cordee.agreement.checks import breaks
from cordee.agreement.life import State, obstacles
from cordee.agreement.limits import cells_by_chantier, own_cents, own_cfte, span_of
from cordee.agreement.phases import Phase
from cordee.agreement.terms import Terms
from cordee.alliances.models import (
    Acceptance,
    Alliance,
    AllianceBaseline,
    AllianceParty,
    Withdrawal,
)
from cordee.alliances.problem.means import booked_by, facts_of
from cordee.alliances.requirements import asked_of
from cordee.alliances.revisions import locked
from cordee.alliances.state.approval_chain import approved_now
from cordee.base.documents import Document
from cordee.economics.commitments.actions import book_commitment, release_commitment
from cordee.economics.models import Commitment
from cordee.members.actions.capacity import book_capacity, release_capacity
from cordee.members.models import CapacityBooking, Chantier
from cordee.members.sharing import Viewer
from cordee.rules.findings import Finding, blocks
from cordee.rules.kinds import Kind
from cordee.rules.sharing_out import shared_out
from cordee.rules.signing import Capacity, Carrier, signing_findings

Power = AllianceParty.Power
CAPACITIES: Mapping[str, Capacity] = {
    Power.LEGAL: Capacity.LEGAL_REPRESENTATIVE,
    Power.BOARD: Capacity.EMPOWERED,
    Power.DELEGATION: Capacity.DELEGATION,
    Power.COUNCIL: Capacity.COUNCIL_VOTE,
}
# An award binds nobody before it is notified: until then it stays an offer.
STATES = {
    Phase.FILED: Commitment.State.BID,
    Phase.WON: Commitment.State.BID,
    Phase.SIGNED: Commitment.State.SIGNED,
    Phase.DELIVERY: Commitment.State.SIGNED,
    Phase.LOST: Commitment.State.LOST,
    Phase.ABANDONED: Commitment.State.RELEASED,
}
# (chantier, lot, party or order, first month, months)
type Place = tuple[int, str, str, int, int]
# What a chantier agreed to carry out of the signed contract: where, cents, cFTE, and whether it is
# within what was promised. No lot: of none in particular.
type Order = tuple[Place, int, int, bool]
# The orders that each room above knows of.
orders: dict[str, Callable[[Alliance], Iterable[Order]]] = {}


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
    parties: Sequence[AllianceParty] | None = None,
) -> State:
    """What the next step depends on. `names`: see `open_breaks`; their own where not given.
    `agreed`: the convention of today, `parties`: its rows with their organisation, where they are
    at hand.
    """
    terms = alliance.terms
    rows = parties or list(alliance.parties.select_related("structure__organisation"))
    called = names_of(alliance, rows) if names is None else names
    files_on, on = filing_day(alliance), timezone.localdate(now)
    later = Alliance.objects.filter(pk=alliance.pk).annotate(
        has_baseline=Exists(AllianceBaseline.objects.filter(alliance=alliance).order_by()),
        changing=Exists(Withdrawal.objects.filter(alliance=alliance).under_way().order_by()),
    )
    is_won, signed_on, has_baseline, changing = later.values_list(
        "result__is_won", "result__signed_on", "has_baseline", "changing"
    ).get()
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
        is_told_won=is_won,
        is_notified=signed_on is not None,
        has_baseline=has_baseline,
        changing=changing,
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


def names_of(
    alliance: Alliance, parties: Iterable[AllianceParty] | None = None
) -> Mapping[str, str]:
    """How each party is called in what is refused, which several people may read.

    Whoever has not said yes has no name (RULE-38); pages name more to who coordinates.
    `parties`: its rows with their structure, where they are at hand.
    """
    rows = alliance.parties.select_related("structure") if parties is None else parties
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


def book(alliance: Alliance, *, by: User | None, on: date) -> None:
    """Tell each chantier what the terms promise it, as the step has it; twice is once.

    The caller holds the lock of the alliance. Before the offer is filed there is nothing to tell;
    crews are promised from the delivery on. Whoever left the terms gets back what was theirs.
    """
    state = STATES.get(alliance.step)
    if state is None:
        return
    own = booked_by(alliance.pk)
    is_over = state in {Commitment.State.LOST, Commitment.State.RELEASED}
    cents, cfte = Counter[Place](), Counter[Place]()
    if not is_over:
        cents, cfte = _promised(alliance, on)
        follow_orders([each for read in orders.values() for each in read(alliance)], cents, cfte)
    chantiers = Chantier.objects.in_bulk({place[0] for place in cents})
    sold: set[tuple[int, str]] = set()
    staffed: set[tuple[int, str]] = set()
    # In one order everywhere, so that two alliances of the same chantiers wait for each other.
    for place in sorted(cents):
        chantier, lot, party, first, months = place
        source = f"{own}{lot}:{party}-{first}-{months}"
        if cents[place] > 0:
            sold.add((chantier, source))
            book_commitment(
                chantier=chantiers[chantier],
                source=source,
                state=state,
                label=alliance.title,
                # Two alliances that answer one lot cannot both win it.
                lot=f"lot:{alliance.opportunity_id}:{lot}",
                first_month=first,
                months=months,
                receipts_cents=cents[place],
                by=by,
            )
        if alliance.step is Phase.DELIVERY and cfte[place] > 0:
            staffed.add((chantier, source))
            book_capacity(
                chantier=chantiers[chantier],
                source=source,
                first_month=first,
                months=months,
                cfte=cfte[place],
                reason=alliance.title,
                by=by,
            )
    # By chantier first, whose index finds the few rows among everybody's.
    theirs = {
        "chantier__structure__in": alliance.parties.order_by().values("structure"),
        "source__startswith": own,
    }
    for row in Commitment.objects.filter(**theirs).open().select_related("chantier"):
        if (row.chantier_id, row.source) not in sold:
            ended = state if is_over else Commitment.State.RELEASED
            release_commitment(chantier=row.chantier, source=row.source, state=ended, by=by)
    for booking in CapacityBooking.objects.filter(**theirs).select_related("chantier"):
        if (booking.chantier_id, booking.source) not in staffed:
            release_capacity(booking=booking, by=by)


def follow_orders(found: Iterable[Order], cents: Counter[Place], cfte: Counter[Place]) -> None:
    """Let orders stand in their own months. What was promised shrinks by as much as is ordered
    within it, or taken away, its crew with it, and not below nothing."""
    promised = list(cents)
    for place, amount, crew, is_within in found:
        at = [each for each in promised if each[0] == place[0] and place[1] in ("", each[1])]
        before = [cents[each] for each in at]
        if sum(before) and (is_within or amount < 0):
            left = shared_out(max(0, sum(before) - abs(amount)), before)
            for each, was, now in zip(at, before, left, strict=True):
                cents[each], cfte[each] = now, cfte[each] * now // was if was else cfte[each]
        if amount > 0:
            cents[place], cfte[place] = amount, crew


def book_earlier(now: datetime) -> int:
    """Book what was filed before commitments were kept: its next step would come too late."""
    done = 0
    promising = [
        phase
        for phase, state in STATES.items()
        if state in {Commitment.State.BID, Commitment.State.SIGNED}
    ]
    for alliance in Alliance.objects.filter(phase__in=promising):
        # By chantier first, as in `book`; what nobody can book (a share unsaid) is no work done.
        known = Commitment.objects.filter(
            chantier__structure__in=alliance.parties.order_by().values("structure"),
            source__startswith=booked_by(alliance.pk),
        )
        if not known.exists():
            with transaction.atomic():
                book(locked(alliance), by=None, on=timezone.localdate(now))
            done += known.exists()
    return done


def _promised(alliance: Alliance, on: date) -> tuple[Counter[Place], Counter[Place]]:
    """Cents and cFTE of each chantier's own work, counted as its limits are (`agreement.limits`).

    An ordinary company keeps no accounts here. Every other kind is told, under a ceiling or not:
    its cash reads it too. A share without an amount is unknown, and is not booked.
    """
    terms = alliance.terms
    shared = {p.key for p in terms.parties if p.role.has_share and p.kind != Kind.ENTREPRISE}
    parties = [
        row
        for row in alliance.parties.select_related("structure__organisation")
        if row.key in shared
    ]
    # Nobody's figures are needed: only which chantier does a cell.
    facts = facts_of(parties, terms, Viewer.of_network(None, on))
    cents: Counter[Place] = Counter()
    cfte: Counter[Place] = Counter()
    for key, known in facts.items():
        for chantier, cells in cells_by_chantier(terms, key, known).items():
            for cell in cells:
                line = terms.line(cell.line)
                first, end = span_of(cell, line)
                place = (chantier, line.lot, key, first, end - first)
                cents[place] += own_cents(terms, cell)
                cfte[place] += own_cfte(terms, cell)
    return cents, cfte

"""What the terms of a filed offer promise each chantier, told to the rooms that count it."""

from collections import Counter
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement.limits import cells_by_chantier, own_cents, own_cfte, span_of
from cordee.agreement.phases import Phase
from cordee.alliances.models import Alliance
from cordee.alliances.problem.means import booked_by, facts_of
from cordee.alliances.revisions import locked
from cordee.economics.commitments.actions import book_commitment, release_commitment
from cordee.economics.models import Commitment
from cordee.members.actions.capacity import book_capacity, release_capacity
from cordee.members.models import CapacityBooking, Chantier
from cordee.members.sharing import Viewer
from cordee.rules.kinds import Kind

State = Commitment.State
# An award binds nobody before it is notified: until then it stays an offer.
STATES = {
    Phase.FILED: State.BID,
    Phase.WON: State.BID,
    Phase.SIGNED: State.SIGNED,
    Phase.DELIVERY: State.SIGNED,
    Phase.LOST: State.LOST,
    Phase.ABANDONED: State.RELEASED,
}

# (chantier, lot, party, first month, months)
type Place = tuple[int, str, str, int, int]


def book(alliance: Alliance, *, by: User | None, on: date) -> None:
    """Tell each chantier what the terms promise it, as the step has it; twice is once.

    The caller holds the lock of the alliance. Before the offer is filed there is nothing to tell;
    crews are promised from the delivery on. Whoever left the terms gets back what was theirs.
    """
    state = STATES.get(alliance.step)
    if state is None:
        return
    own = booked_by(alliance.pk)
    is_over = state in {State.LOST, State.RELEASED}
    cents, cfte = Counter[Place](), Counter[Place]()
    if not is_over:
        cents, cfte = _promised(alliance, on)
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
            ended = state if is_over else State.RELEASED
            release_commitment(chantier=row.chantier, source=row.source, state=ended, by=by)
    for booking in CapacityBooking.objects.filter(**theirs).select_related("chantier"):
        if (booking.chantier_id, booking.source) not in staffed:
            release_capacity(booking=booking, by=by)


def book_earlier(now: datetime) -> int:
    """Book what was filed before commitments were kept: its next step would come too late."""
    done = 0
    promising = [phase for phase, state in STATES.items() if state in {State.BID, State.SIGNED}]
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

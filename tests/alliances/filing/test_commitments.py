"""What a filed offer books of each chantier: once, at the right state, never over a correction."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.utils import timezone

from cordee.agreement.phases import Phase
from cordee.alliances.filing import actions as filing_actions
from cordee.alliances.models import Alliance, Withdrawal
from cordee.alliances.problem.means import booked_by, facts_of
from cordee.alliances.state.current import book, book_earlier
from cordee.alliances.table.measures import MOST_MONTHS
from cordee.economics.commitments.actions import book_commitment
from cordee.economics.models import AccountingYear, Commitment
from cordee.members.actions.capacity import book_capacity
from cordee.members.models import CapacityBooking, Chantier
from cordee.members.sharing import Viewer
from tests.alliances.makers import Rope
from tests.alliances.withdrawals.test_withdrawals import Plan, agree, answer, plan, send, tell
from tests.economics.makers import record_year

Make = Callable[..., Rope]
State = Commitment.State


def booked(team: Rope, key: str) -> list[Commitment]:
    rows = Commitment.objects.filter(chantier__structure=team.structures[key])
    return list(rows.order_by("first_month", "pk"))


def states(team: Rope) -> set[str]:
    return set(Commitment.objects.values_list("state", flat=True))


def cents(team: Rope, key: str) -> int:
    rows = booked(team, key)
    return sum(row.receipts_cents for row in rows if row.state in {State.BID, State.SIGNED})


def own(team: Rope, key: str) -> int:
    return team.terms.own_cents(team.party(key).key)


def test_a_filed_offer_books_what_each_member_keeps_over_its_months(rope: Make) -> None:
    team = rope().to_documents(company=True)
    assert not Commitment.objects.exists(), "nothing is promised before the offer left"
    for key in team.members:
        team.approve(key)
    team.file()
    assert {key: cents(team, key) for key in team.members} == {
        key: own(team, key) for key in team.members
    }, "an EI too, though it has no ceiling: its cash reads it"
    assert not booked(team, "mirel"), "an ordinary company keeps no accounts here"
    assert states(team) == {State.BID}
    lines = {(line.first_month, line.months) for line in team.terms.lines}
    assert {(row.first_month, row.months) for row in Commitment.objects.all()} == lines


def test_what_was_filed_before_commitments_were_kept_is_booked_once(rope: Make) -> None:
    team = rope().to_filed().win().sign()
    before = set(Commitment.objects.values_list("source", "receipts_cents", "state"))
    Commitment.objects.all().delete()
    assert book_earlier(team.now) == 1
    assert set(Commitment.objects.values_list("source", "receipts_cents", "state")) == before
    assert book_earlier(team.now) == 0, "what is booked is left alone"


def test_each_step_says_the_state_and_doubles_nothing(rope: Make) -> None:
    team = rope().to_filed().win()
    rows = Commitment.objects.count()
    assert states(team) == {State.BID}, "an award binds nobody before it is notified"
    team.sign().sign()
    assert (states(team), Commitment.objects.count()) == ({State.SIGNED}, rows)
    filing_actions.hand_over(alliance=team.fresh, by=team.leader, now=team.now)
    assert (states(team), Commitment.objects.count()) == ({State.SIGNED}, rows)


def test_a_lost_offer_a_taken_back_award_and_an_abandoned_one_bind_nobody(rope: Make) -> None:
    team = rope().to_filed().win()
    team.result(is_won=False, values={"reason": "no_follow_up"})
    assert states(team) == {State.LOST}
    assert not Commitment.objects.running().exists()


def test_an_abandoned_offer_is_no_lost_one(rope: Make) -> None:
    team = rope().to_filed().step(Phase.ABANDONED)
    assert states(team) == {State.RELEASED}


def test_what_the_structure_corrected_stays_and_the_state_follows(rope: Make) -> None:
    team = rope().to_filed()
    row = booked(team, "jardins")[0]
    corrected = {
        "receipts_cents": 12_345,
        "chance_percent": 70,
        "marginal_cost_share": 0.5,
        "is_in_budget": True,
    }
    Commitment.objects.filter(pk=row.pk).update(**corrected)
    team.win().sign()
    row.refresh_from_db()
    assert {name: getattr(row, name) for name in corrected} == corrected
    assert row.state == State.SIGNED


def test_who_leaves_after_filing_is_released_and_who_takes_over_is_booked_anew(rope: Make) -> None:
    team = rope().to_filed()
    before = cents(team, "jardins") + cents(team, "toits")
    peintres = cents(team, "peintres")
    row: Withdrawal = tell(team)
    plan(team, row, Plan.ONE, member=team.party("jardins"))
    for key in ("jardins", "peintres"):
        agree(team, row, key)
    send(team, row)
    answer(team, row, is_accepted=True)
    assert {each.state for each in booked(team, "toits")} == {State.RELEASED}
    assert cents(team, "jardins") == before == own(team, "jardins")
    assert cents(team, "peintres") == peintres


def test_two_alliances_on_one_lot_exclude_each_other(rope: Make) -> None:
    team = rope().to_filed()
    other = Alliance.objects.create(
        title="Une autre équipe",
        opportunity=team.alliance.opportunity,
        breakdown=team.alliance.breakdown,
        origin="scratch",
        network=team.network,
        phase=Phase.FILED,
    )
    row = team.party("jardins")
    row.pk, row.alliance = None, other
    row.save(force_insert=True)
    terms = team.terms
    known = team.party("jardins").key
    mine = replace(
        terms,
        parties=tuple(replace(p, key=row.key) for p in terms.parties if p.key == known),
        cells=tuple(replace(c, party=row.key) for c in terms.cells if c.party == known),
        lead=None,
    )
    other.take_terms(mine)
    book(other, by=team.leader, on=team.on)
    rows = booked(team, "jardins")
    assert len({each.lot for each in rows}) == len({line.lot for line in terms.lines})
    assert {each.source.partition(":")[2].partition(":")[0] for each in rows} == {
        str(other.pk),
        str(team.alliance.pk),
    }


# --- Never subtracted from itself ---------------------------------------------------------------


def accounts(team: Rope, key: str) -> None:
    first = min(line.first_month for line in team.terms.lines)
    record_year(
        chantier=Chantier.objects.get(structure=team.structures[key]),
        first_month=first,
        charges_cents=900_000_000,
        receipts_cents=0,
        basis=AccountingYear.Basis.BUDGET,
        by=None,
    )


def means(team: Rope, key: str) -> tuple[int | None, int | None]:
    """Headroom in cents and free cFTE of the first month, as the table of the alliance reads."""
    party = team.party(key)
    viewer = Viewer.of_structures({team.structures[key].pk}, team.on)
    (found,) = facts_of([party], team.terms, viewer)[party.key].means.values()
    free = found.cfte_by_month
    first = min(line.first_month for line in team.terms.lines)
    return found.years[0].headroom_cents, None if free is None else free[first]


def test_an_alliance_is_never_taken_from_its_own_means(rope: Make) -> None:
    team = rope().to_documents()
    accounts(team, "jardins")
    Chantier.objects.filter(structure=team.structures["jardins"]).update(declared_cfte=1_000)
    before = means(team, "jardins")
    party = team.party("jardins").key
    terms = team.terms
    with_people = [replace(c, cfte=100) if c.party == party else c for c in terms.cells]
    stored = replace(terms, cells=tuple(with_people))
    for key in team.members:
        team.approve(key)
    team.file()
    team.win().sign()
    alliance = team.fresh
    # The people of each cell, which this split said in euros alone.
    alliance.take_terms(stored)
    alliance.phase = Phase.DELIVERY
    book(alliance, by=team.leader, on=team.on)
    book(alliance, by=team.leader, on=team.on)
    assert CapacityBooking.objects.filter(chantier__structure=team.structures["jardins"]).exists()
    assert means(team, "jardins") == before
    # For every other alliance, both are taken.
    prefix = booked_by(team.alliance.pk)
    for model in (Commitment, CapacityBooking):
        for row in model.objects.filter(source__startswith=prefix):
            model.objects.filter(pk=row.pk).update(source=f"alliance:another:{row.pk}")
    after = means(team, "jardins")
    for less, more in zip(after, before, strict=True):
        assert less is not None
        assert more is not None
        assert less < more


def test_crews_are_promised_once_at_the_hand_over_and_given_back(rope: Make) -> None:
    team = rope().to_filed().win().sign()
    party = team.party("jardins").key
    alliance, terms = team.fresh, team.terms
    told = replace(
        terms, cells=tuple(replace(c, cfte=40) if c.party == party else c for c in terms.cells)
    )
    alliance.take_terms(told)
    book(alliance, by=team.leader, on=team.on)
    assert not CapacityBooking.objects.exists(), "before the delivery crews are free"
    alliance.phase = Phase.DELIVERY
    for _ in range(2):
        book(alliance, by=team.leader, on=team.on)
    booked = CapacityBooking.objects.all()
    assert sum(row.cfte for row in booked) == 40 * len(terms.lines)
    alliance.take_terms(terms)
    book(alliance, by=team.leader, on=team.on)
    assert not booked.all().exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_signatures_at_once_one_books(rope: Make) -> None:
    team = rope().to_filed().win()
    rows = Commitment.objects.count()
    # SQLite lets one write at a time: there, one after the other.
    together = 2 if connection.vendor == "postgresql" else 1
    gate = Barrier(together, timeout=60)

    def sign(_: int) -> None:
        gate.wait()
        try:
            filing_actions.record_signature(
                alliance=Alliance.objects.get(pk=team.alliance.pk),
                signed_on=team.on,
                by=team.leader,
                now=timezone.now(),
                on=team.on,
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(together) as both:
        list(both.map(sign, range(2)))
    assert (Commitment.objects.count(), states(team)) == (rows, {State.SIGNED})


def test_no_length_of_a_lot_or_of_its_work_refuses_a_filing(rope: Make) -> None:
    chantier = Chantier.objects.get(structure=rope().structures["jardins"])
    source = f"{booked_by(uuid4())}{'L' * 60}:{'p' * 40}-24320-{MOST_MONTHS}"
    row = book_commitment(
        chantier=chantier,
        source=source,
        state=State.BID,
        label="T" * 200,
        lot=f"lot:{uuid4()}:{'L' * 60}",
        first_month=24320,
        months=MOST_MONTHS,
        receipts_cents=1,
        by=None,
    )
    (read,) = Commitment.objects.filter(pk=row.pk).promises()
    assert read.offer == source.rpartition(":")[0]
    assert book_capacity(
        chantier=chantier,
        source=source,
        first_month=24320,
        months=MOST_MONTHS,
        cfte=1,
        reason="T" * 200,
        by=None,
    ).pk

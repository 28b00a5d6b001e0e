"""Whatever is said, corrected, sent back and accepted, in whatever order: nothing counts twice,
nothing that was accepted changes where it stands, and sums are those of a plain dictionary."""

import contextlib
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from cordee.agreement.insertion import Way
from cordee.delivery.models import MonthlyHours
from tests.delivery.test_hours import NOVEMBER, SEPTEMBER, Contract

type Key = tuple[int, int, str, int]
# Beyond what six full-time posts do in a month, now and then.
hours = st.integers(-1, 1_000)
entries = st.tuples(
    st.integers(0, 1),
    st.integers(0, 1),
    st.sampled_from([*Way]),
    st.integers(SEPTEMBER - 1, NOVEMBER + 1),
    hours,
)


class Hours(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undo = contextlib.ExitStack()
        self.undo.enter_context(self.taken_back())
        self.contract = Contract()
        # Minutes and state of what is in force; what was accepted, for ever.
        self.model: dict[Key, tuple[int, str]] = {}
        self.closed: dict[int, int] = {}

    @staticmethod
    @contextlib.contextmanager
    def taken_back():
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    def teardown(self) -> None:
        self.undo.close()

    def tried(self, act: Callable[[], object]) -> bool:
        try:
            with transaction.atomic():
                act()
        except ValidationError:
            return False
        return True

    @rule(given=st.lists(entries, min_size=1, max_size=4))
    def say(self, given: list[tuple[int, int, Way, int, int]]) -> None:
        contract = self.contract
        rows = [
            MonthlyHours(
                lot=contract.lots[lot],
                partner=contract.partners[who],
                way=way,
                month=month,
                minutes=amount * 60,
            )
            for lot, who, way, month, amount in given
        ]
        if self.tried(lambda: contract.say(*rows)):
            for row in rows:
                was = self.model.get(row.place)
                if was is None or was[0] != row.minutes or was[1] == "sent_back":
                    self.model[row.place] = (row.minutes, "stated")

    @rule(data=st.data(), is_accepted=st.booleans())
    def settle(self, data: st.DataObject, is_accepted: bool) -> None:
        every = list(MonthlyHours.objects.order_by("pk"))
        if not every:
            return
        chosen = data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=3, unique=True))
        keys = [row.pk for row in chosen]
        if self.tried(
            lambda: self.contract.settle(*keys, is_accepted=is_accepted, word="À revoir.")
        ):
            for row in chosen:
                assert row.replaced_at is None
                place = (row.lot_id, row.partner_id, row.way, row.month)
                assert is_accepted or self.model[place][1] != "accepted"
                self.model[place] = (row.minutes, "accepted" if is_accepted else "sent_back")
                if is_accepted:
                    self.closed[row.pk] = row.minutes

    @invariant()
    def what_is_in_force_is_what_was_said_last(self) -> None:
        rows = MonthlyHours.objects.in_force()
        found = {
            (row.lot_id, row.partner_id, row.way, row.month): (row.minutes, row.state)
            for row in rows
        }
        assert found == self.model
        assert len(rows) == len(found)
        assert sum(row.minutes for row in rows) == sum(each for each, _ in self.model.values())

    @invariant()
    def nothing_accepted_ever_changes(self) -> None:
        rows = MonthlyHours.objects.filter(pk__in=self.closed)
        assert {row.pk: row.minutes for row in rows} == self.closed
        assert {row.state for row in rows} <= {"accepted"}


@pytest.mark.django_db
def test_any_order_of_entries_corrections_and_answers() -> None:
    run(
        Hours,
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

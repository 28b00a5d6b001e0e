"""Whatever is published, taken up, failed, taken back, agreed to and refused, in any order: the
step of a sheet is one that its gate allows, its day of review follows what was said last, and who
is named is who says yes today."""

import contextlib
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from cordee.practices.models import Reuse, Sheet
from cordee.practices.models.reuse import Outcome
from cordee.practices.reuse import actions as reuse
from cordee.practices.sheets import actions
from cordee.practices.sheets.texts import authors_of
from cordee.rules.practices import PracticeStatus, missing_for, review_due
from tests.members.makers import make_structure
from tests.practices.reuse_makers import SAID
from tests.practices.sheet_makers import NOW, director_of, sections_of, start

others = st.integers(0, 1)
DAY = timedelta(days=1)


class Practice(RuleBasedStateMachine):
    """One sheet of two authors, and two structures that may take it up."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = contextlib.ExitStack()
        self.undo.enter_context(transaction.atomic())
        self.undo.callback(transaction.set_rollback, True)
        self.authors = [make_structure("Terrasses du Haut"), make_structure("Moulins du Bas")]
        self.others = [make_structure("Atelier des Rives"), make_structure("Fournil du Col")]
        every = [*self.authors, *self.others]
        self.by = {each.pk: director_of(each) for each in every}
        self.now, self.text = NOW, 0
        self.sheet = start(*self.authors, in_use_since=date(2026, 6, 1))
        # What a plain reader would remember.
        self.named: set[int] = set()
        self.worked: set[int] = set()
        self.confirmed: date | None = None

    def teardown(self) -> None:
        self.undo.close()

    @property
    def fresh(self) -> Sheet:
        return Sheet.objects.get(pk=self.sheet.pk)

    @property
    def on(self) -> date:
        return timezone.localdate(self.now)

    @rule(days=st.integers(1, 200))
    def wait(self, days: int) -> None:
        self.now += days * DAY

    @rule()
    def publish(self) -> None:
        self.text += 1
        said = sections_of(steps=f"Version {self.text}.")
        actions.save_draft(sheet=self.sheet, title="Titre", sections=said, by=None, now=self.now)
        actions.publish(sheet=self.sheet, by=None, now=self.now)
        self.confirmed = self.on

    @rule()
    def confirm(self) -> None:
        by = self.by[self.authors[0].pk]
        if self.confirmed is None:
            with pytest.raises(ValidationError):
                reuse.confirm_sheet(sheet=self.sheet, by=by, now=self.now)
            return
        reuse.confirm_sheet(sheet=self.sheet, by=by, now=self.now)
        self.confirmed = self.on

    @rule(which=others, outcome=st.sampled_from(Outcome), is_named=st.booleans())
    def take_up(self, which: int, outcome: Outcome, is_named: bool) -> None:
        structure = self.others[which]
        row = Reuse.objects.in_force().filter(structure=structure).first() or Reuse(
            sheet=self.sheet, structure=structure, **SAID
        )
        row.outcome, row.changed = outcome, "Deux caisses."
        by = self.by[structure.pk]
        if self.confirmed is None:
            with pytest.raises(ValidationError):
                reuse.write_reuse(row=row, is_named=is_named, by=by, now=self.now)
            return
        reuse.write_reuse(row=row, is_named=is_named, by=by, now=self.now)
        self.named = self.named - {structure.pk} | ({structure.pk} if is_named else set())
        worked = outcome != Outcome.FAILED
        self.worked = self.worked - {structure.pk} | ({structure.pk} if worked else set())

    @rule(which=others)
    def take_back(self, which: int) -> None:
        structure = self.others[which]
        for row in Reuse.objects.in_force().filter(structure=structure):
            by = self.by[structure.pk]
            reuse.keep_reuse(row=row, is_kept=False, by=by, now=self.now)
            self.worked -= {structure.pk}
            self.named -= {structure.pk}

    @rule(which=others)
    def take_up_own(self, which: int) -> None:
        structure = self.authors[which]
        row = Reuse(sheet=self.sheet, structure=structure, **SAID)
        with pytest.raises(ValidationError):
            reuse.write_reuse(row=row, is_named=False, by=self.by[structure.pk], now=self.now)

    @rule(which=others, is_yes=st.booleans())
    def answer(self, which: int, is_yes: bool) -> None:
        structure = self.authors[which]
        row = self.sheet.authors.get(structure=structure)
        by = self.by[structure.pk]
        actions.answer_naming(row=row, is_yes=is_yes, by=by, now=self.now)
        self.named = self.named - {structure.pk} | ({structure.pk} if is_yes else set())

    @rule(status=st.sampled_from(PracticeStatus))
    def step(self, status: PracticeStatus) -> None:
        lacks = missing_for(status, self.fresh.use, on=self.on)
        if lacks:
            with pytest.raises(ValidationError):
                actions.set_status(sheet=self.sheet, status=status, by=None, now=self.now)
        else:
            actions.set_status(sheet=self.sheet, status=status, by=None, now=self.now)

    @invariant()
    def its_step_is_one_that_its_gate_allows(self) -> None:
        fresh = self.fresh
        assert not missing_for(fresh.status, fresh.use, on=self.on)
        assert fresh.reused_by == len(self.worked)

    @invariant()
    def its_day_of_review_follows_what_was_said_last(self) -> None:
        due = self.fresh.review_due
        assert due == (self.confirmed and review_due(self.confirmed))

    @invariant()
    def only_who_says_yes_today_is_named(self) -> None:
        rows = list(self.sheet.reuses.elsewhere().select_related("structure"))
        shown = " ".join([authors_of(self.fresh), *(row.shown_name for row in rows)])
        for structure in (*self.authors, *self.others):
            assert (structure.name in shown) is (structure.pk in self.named)


@pytest.mark.django_db
def test_whatever_happens_its_step_its_day_and_its_names_hold() -> None:
    run(
        Practice,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

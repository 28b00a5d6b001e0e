"""Whatever is written, published, taken up, failed, taken back, agreed to, refused, withdrawn, in
any order: the step of a sheet is one that its gate allows, its day of review follows what was said
last, and who is named is who says yes today."""

import contextlib
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from cordee.practices.models import Reuse, Sheet, SheetVersion
from cordee.practices.models.reuse import Outcome
from cordee.practices.reuse import actions as reuse
from cordee.practices.sheets import actions
from cordee.practices.sheets.texts import authors_of, citation_of, document_of
from cordee.rules.practices import PracticeStatus, missing_for, review_due
from tests.members.makers import make_structure
from tests.practices.reuse_makers import SAID
from tests.practices.sheet_makers import NOW, director_of, sections_of, start

NAMES = ("Jardins du Val", "Moulins du Bas", "Atelier des Rives", "Fournil du Col")
which_one = st.integers(0, len(NAMES) - 1)


class Practice(RuleBasedStateMachine):
    """One sheet and four structures, of which two wrote it at first; days pass."""

    def __init__(self) -> None:
        super().__init__()
        # What an example wrote is taken back with it.
        self.undo = contextlib.ExitStack()
        self.undo.enter_context(transaction.atomic())
        self.undo.callback(transaction.set_rollback, True)
        self.structures = [make_structure(name) for name in NAMES]
        self.directors = [director_of(each) for each in self.structures]
        self.by, self.now = self.directors[0], NOW
        self.sheet = start(*self.structures[:2], in_use_since=date(2026, 6, 1))
        # What a plain reader would remember.
        self.authors = {0, 1}
        self.named: set[int] = set()
        self.taken_up: dict[int, bool] = {}
        self.confirmed: date | None = None
        self.is_withdrawn = False

    def teardown(self) -> None:
        self.undo.close()

    @property
    def fresh(self) -> Sheet:
        found: Sheet = Sheet.objects.with_context().get(pk=self.sheet.pk)
        return found

    @property
    def on(self) -> date:
        return timezone.localdate(self.now)

    @property
    def is_read(self) -> bool:
        return self.confirmed is not None and not self.is_withdrawn

    def tried(self, action: Any, **values: Any) -> bool:
        """Whether an action was done; a refusal says why and changes nothing."""
        before = Sheet.objects.filter(pk=self.sheet.pk).values().get()
        told: list[str] = []
        try:
            with transaction.atomic():
                action(now=self.now, **{"by": self.by} | values)
        except ValidationError as refusal:
            told = refusal.messages
        if told:
            assert all(len(words) > 10 for words in told)
            assert Sheet.objects.filter(pk=self.sheet.pk).values().get() == before
        return not told

    def keep_name(self, which: int, *, is_named: bool) -> None:
        self.named = self.named - {which} | ({which} if is_named else set())

    @rule(days=st.integers(1, 400))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(ago=st.one_of(st.none(), st.integers(-30, 900)))
    def say_since_when(self, ago: int | None) -> None:
        since = None if ago is None else (self.now - timedelta(days=ago)).date()
        self.tried(actions.set_context, sheet=self.sheet, trades=[], in_use_since=since)

    @rule(status=st.sampled_from(PracticeStatus))
    def ask_for_a_step(self, status: PracticeStatus) -> None:
        lacks = missing_for(status, self.fresh.use, on=self.on)
        done = self.tried(actions.set_status, sheet=self.sheet, status=status)
        assert done is not bool(lacks)

    @rule(text=st.text(st.sampled_from("abc é"), max_size=12), named=st.integers(0, 7))
    def publish(self, text: str, named: int) -> None:
        """A text that names an author is refused, whatever it agreed to."""
        said = f"{text} comme chez {NAMES[named]}" if named < len(NAMES) else text
        sections = sections_of(results=said)
        actions.save_draft(
            sheet=self.sheet, title="Un essai", sections=sections, by=self.by, now=self.now
        )
        done = self.tried(actions.publish, sheet=self.fresh)
        assert not (done and (named in self.authors or self.is_withdrawn))
        if done:
            self.confirmed = self.on

    @rule()
    def confirm(self) -> None:
        assert self.tried(reuse.confirm_sheet, sheet=self.sheet) is self.is_read
        if self.is_read:
            self.confirmed = self.on

    @rule()
    def withdraw_or_put_back(self) -> None:
        assert self.tried(actions.keep_sheet, sheet=self.fresh, is_kept=self.is_withdrawn)
        self.is_withdrawn = not self.is_withdrawn

    @rule(which=which_one)
    def credit(self, which: int) -> None:
        structure = self.structures[which]
        if self.tried(actions.add_author, sheet=self.sheet, structure=structure):
            assert which not in self.authors | self.taken_up.keys()
            self.authors.add(which)

    @rule(which=which_one)
    def credit_no_more(self, which: int) -> None:
        author = self.sheet.authors.filter(structure=self.structures[which]).first()
        if author and self.tried(actions.remove_author, author=author):
            self.authors.remove(which)
            self.keep_name(which, is_named=False)

    @rule(which=which_one, is_yes=st.booleans())
    def answer(self, which: int, *, is_yes: bool) -> None:
        row = self.sheet.authors.filter(structure=self.structures[which]).first()
        if row and self.tried(actions.answer_naming, row=row, is_yes=is_yes):
            self.keep_name(which, is_named=is_yes)

    @rule(which=which_one, outcome=st.sampled_from(Outcome), is_named=st.booleans())
    def take_up(self, which: int, outcome: Outcome, *, is_named: bool) -> None:
        """Of one that did not write it, and of what is published."""
        structure = self.structures[which]
        row = Reuse.objects.in_force().filter(structure=structure).first() or Reuse(
            sheet=self.sheet, structure=structure, **SAID
        )
        row.outcome, row.changed = outcome, "Deux caisses."
        by = self.directors[which]
        done = self.tried(reuse.write_reuse, row=row, is_named=is_named, by=by)
        assert done is (self.is_read and which not in self.authors)
        if done:
            self.taken_up[which] = outcome != Outcome.FAILED
            self.keep_name(which, is_named=is_named)

    @rule(which=which_one)
    def take_back(self, which: int) -> None:
        for row in Reuse.objects.in_force().filter(structure=self.structures[which]):
            assert self.tried(reuse.keep_reuse, row=row, is_kept=False)
            del self.taken_up[which]
            self.keep_name(which, is_named=False)

    @invariant()
    def its_step_is_one_that_its_gate_allows(self) -> None:
        fresh = self.fresh
        # Time only adds to what a gate asks.
        assert not missing_for(fresh.status, fresh.use, on=self.on)
        assert fresh.reused_by == sum(self.taken_up.values())

    @invariant()
    def published_is_whole_and_its_day_follows_what_was_said_last(self) -> None:
        fresh = self.fresh
        numbers = sorted(fresh.versions.values_list("number", flat=True))
        assert numbers == list(range(1, fresh.latest_number + 1))
        assert fresh.review_due == (self.confirmed and review_due(self.confirmed))
        assert (fresh.review_due is None) == (not numbers)
        assert all(version.is_whole for version in fresh.versions.all())

    @invariant()
    def who_says_yes_today_is_named_and_nobody_else(self) -> None:
        rows = self.sheet.reuses.elsewhere().select_related("structure")
        shown = " ".join([authors_of(self.fresh), *(row.shown_name for row in rows)])
        for which, name in enumerate(NAMES):
            assert (name in shown) is (which in self.named)
        for version in SheetVersion.objects.with_names().filter(sheet=self.sheet):
            text, cited = document_of(version).plain_text(), citation_of(version)
            for which in self.authors:
                is_named = which in self.named
                assert (NAMES[which] in text) is (NAMES[which] in cited) is is_named


@pytest.mark.django_db
def test_whatever_happens_its_step_its_day_and_its_names_hold() -> None:
    run(
        Practice,
        settings=settings(
            max_examples=24,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

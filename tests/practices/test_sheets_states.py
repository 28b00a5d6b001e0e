"""Status and consents, whatever happens in whatever order: gates hold, and nobody is named who did
not agree."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from cordee.practices.models import Sheet, SheetVersion
from cordee.practices.sheets import actions
from cordee.practices.sheets.texts import citation_of, document_of
from cordee.rules.practices import STEPS, missing_for
from tests.members.makers import make_person, make_structure
from tests.practices.sheet_makers import NOW, sections_of, start

NAMES = ("Jardins du Val", "Atelier des Rives", "Ferme du Haut")


class Practice(RuleBasedStateMachine):
    """One sheet, three structures of which one at least wrote it; days pass."""

    def __init__(self) -> None:
        super().__init__()
        # What an example wrote is taken back with it.
        self.kept = transaction.atomic()
        self.kept.__enter__()
        self.now = NOW
        self.by = make_person("qui@pratiques.example")
        self.structures = [make_structure(name) for name in NAMES]
        self.sheet = start(self.structures[0])
        # What the tests themselves remember of who said yes last.
        self.agreed: dict[int, bool] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.kept.__exit__(None, None, None)

    def fresh(self) -> Sheet:
        found: Sheet = Sheet.objects.with_context().get(pk=self.sheet.pk)
        return found

    def tried(self, action: Any, **values: Any) -> bool:
        """Whether an action was done; a refusal says why and changes nothing."""
        before = Sheet.objects.filter(pk=self.sheet.pk).values().get()
        told: list[str] = []
        try:
            with transaction.atomic():
                action(now=self.now, **values)
        except ValidationError as refusal:
            told = refusal.messages
        if told:
            assert all(len(words) > 10 for words in told)
            assert Sheet.objects.filter(pk=self.sheet.pk).values().get() == before
        return not told

    @rule(days=st.integers(1, 400))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(ago=st.one_of(st.none(), st.integers(-30, 900)))
    def say_since_when(self, ago: int | None) -> None:
        since = None if ago is None else (self.now - timedelta(days=ago)).date()
        said = {"sheet": self.sheet, "trades": [], "in_use_since": since, "by": self.by}
        self.tried(actions.set_context, **said)

    @rule(status=st.sampled_from(STEPS))
    def ask_for_a_step(self, status: Any) -> None:
        use, on = self.fresh().use, self.now.date()
        done = self.tried(actions.set_status, sheet=self.sheet, status=status, by=self.by)
        assert done is not bool(missing_for(status, use, on=on))

    @rule(count=st.integers(0, 3))
    def others_reuse_it(self, count: int) -> None:
        self.tried(actions.note_reuses, sheet=self.sheet, reused_by=count)

    @rule(which=st.integers(0, 2))
    def credit(self, which: int) -> None:
        structure = self.structures[which]
        if self.tried(actions.add_author, sheet=self.sheet, structure=structure, by=self.by):
            self.agreed[which] = False

    @rule(which=st.integers(0, 2))
    def credit_no_more(self, which: int) -> None:
        author = self.sheet.authors.filter(structure=self.structures[which]).first()
        if author and self.tried(actions.remove_author, author=author, by=self.by):
            self.agreed[which] = False

    @rule(which=st.integers(0, 2), is_yes=st.booleans())
    def answer(self, which: int, *, is_yes: bool) -> None:
        row = self.sheet.authors.filter(structure=self.structures[which]).first()
        if row and self.tried(actions.answer_naming, row=row, is_yes=is_yes, by=self.by):
            self.agreed[which] = is_yes

    @rule(text=st.text(st.sampled_from("abc é"), max_size=12), named=st.integers(0, 5))
    def publish(self, text: str, named: int) -> None:
        """A text that names an author is refused, whatever it agreed to."""
        said = f"{text} comme chez {NAMES[named]}" if named < len(NAMES) else text
        sections = sections_of(results=said)
        actions.save_draft(
            sheet=self.sheet, title="Un essai", sections=sections, by=self.by, now=self.now
        )
        credited = {row.structure_id for row in self.sheet.authors.all()}
        done = self.tried(actions.publish, sheet=self.fresh(), by=self.by)
        if named < len(NAMES) and self.structures[named].pk in credited:
            assert not done

    @rule()
    def withdraw_or_put_back(self) -> None:
        sheet = self.fresh()
        is_kept = sheet.removed_at is not None
        self.tried(actions.keep_sheet, sheet=sheet, is_kept=is_kept, by=self.by)

    @invariant()
    def the_step_stands_on_its_ground(self) -> None:
        sheet = self.fresh()
        # Time only adds to what a gate asks.
        assert not missing_for(sheet.status, sheet.use, on=self.now.date())

    @invariant()
    def published_is_whole_and_has_its_day(self) -> None:
        sheet = self.fresh()
        numbers = sorted(sheet.versions.values_list("number", flat=True))
        assert numbers == list(range(1, sheet.latest_number + 1))
        assert (sheet.review_due is None) == (not numbers)
        assert all(version.is_whole for version in sheet.versions.all())

    @invariant()
    def who_agreed_today_is_named_and_nobody_else(self) -> None:
        credited = {row.structure_id for row in self.sheet.authors.all()}
        for version in SheetVersion.objects.with_names().filter(sheet=self.sheet):
            shown = document_of(version).plain_text()
            for which, (name, structure) in enumerate(zip(NAMES, self.structures, strict=True)):
                if structure.pk in credited:
                    is_named = self.agreed.get(which, False)
                    assert (name in shown) is is_named
                    assert (name in citation_of(version)) is is_named


@pytest.mark.django_db
def test_gates_and_consents_hold_in_any_order() -> None:
    run(
        Practice,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

"""Moments that a clock which ran ahead wrote are put right; those that may be are left."""

from datetime import timedelta

import pytest
from django.core import mail as sent
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cordee.base import future_moments, queue
from cordee.base.mail import outbox
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import RegistryCheck
from cordee.mobilisation.models import DigestChoice
from cordee.opportunities.models import SavedSearch, SourceState

pytestmark = pytest.mark.django_db
NOW = timezone.now()
YEAR = timedelta(days=365)


def waiting(**fields: object) -> OutgoingMail:
    return OutgoingMail.objects.create(
        key=f"k{OutgoingMail.objects.count()}", kind="x", recipient="a@exemple.fr", **fields
    )


def test_a_mail_claimed_or_put_off_a_year_ahead_leaves_now() -> None:
    waiting(claimed_until=NOW + YEAR, attempts=1)
    waiting(not_before=NOW + YEAR, attempts=2)
    assert outbox.send_due(now=NOW) == 0
    assert future_moments.run(NOW) == 2
    assert outbox.send_due(now=NOW) == len(sent.outbox) == 2


def test_moments_that_may_be_are_left(caplog: pytest.LogCaptureFixture) -> None:
    waiting(claimed_until=NOW + outbox.CLAIM, attempts=1)
    waiting(not_before=NOW + timedelta(minutes=outbox.WAITS[-1]), attempts=4)
    waiting(not_before=NOW + YEAR)  # asked so by whoever wrote it
    assert future_moments.run(NOW) == 0
    assert caplog.text == ""


def test_a_source_that_failed_a_year_ahead_is_asked_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ahead = NOW + YEAR
    SourceState.objects.create(
        source="boamp",
        read_until=ahead.date(),
        failures=1,
        failing_since=ahead,
        next_try=ahead,
        reason="muet",
    )
    future_moments.run(NOW)
    state = SourceState.objects.get()
    assert state.may_try(NOW)
    assert state.read_until == timezone.localdate(NOW - timedelta(days=7))
    assert "SourceState.next_try was in the future in 1 rows" in caplog.text


def test_every_column_registered_exists_and_takes_what_it_is_put_to() -> None:
    """Those of rooms too; each of them is asked for in one query."""
    known = {(column.model, column.name) for column in future_moments.columns}
    assert {
        (SavedSearch, "notified_until"),
        (DigestChoice, "settled_until"),
        (RegistryCheck, "checked_at"),
    } <= known
    for column in future_moments.columns:
        field = column.model._meta.get_field(column.name)
        assert column.back is not None or field.null, column
    future_moments.run(NOW)


def test_rows_of_tasks_that_ended_long_ago_go() -> None:
    for status, age in (("SUCCESSFUL", 20), ("FAILED", 20), ("SUCCESSFUL", 2), ("READY", 20)):
        ended = None if status == "READY" else NOW - timedelta(days=age)
        DBTaskResult.objects.create(
            status=status,
            finished_at=ended,
            args_kwargs={"args": [], "kwargs": {}},
            task_path="x.y",
            backend_name="default",
            run_after=NOW,
        )
    assert queue.forget_old(NOW) == 2
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["READY", "SUCCESSFUL"]

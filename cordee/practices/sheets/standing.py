"""Where a sheet stands: what its next step lacks, and the step that still holds."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from cordee.practices.models import Sheet
from cordee.rules.practices import STEPS, PracticeStatus, highest_status, missing_for


@dataclass(frozen=True, slots=True)
class Standing:
    """The steps of a sheet as `steps` draws them, and what the next one lacks."""

    status: PracticeStatus
    steps: tuple[tuple[str, str, str], ...]
    before: PracticeStatus | None
    following: PracticeStatus | None
    missing: tuple[str, ...]


def standing_of(sheet: Sheet, *, now: datetime) -> Standing:
    """One query."""
    status, on = PracticeStatus(sheet.status), timezone.localdate(now)
    at, following = STEPS.index(status), status.following
    steps = tuple(
        (step.label, "", "done" if STEPS.index(step) < at else "now" if step is status else "todo")
        for step in STEPS
    )
    missing = missing_for(following, sheet.use, on=on) if following else ()
    return Standing(status, steps, STEPS[at - 1] if at else None, following, missing)


def settle_status(sheet: Sheet, *, now: datetime) -> None:
    """Step back to what its gates still allow; never forward. Unsaved."""
    sheet.status = highest_status(sheet.status, sheet.use, on=timezone.localdate(now))

"""Immersions, as tests need them."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from cordee.accounts.models import User
from cordee.bridge.immersions import actions
from cordee.bridge.models import Immersion
from cordee.members.models import Structure
from cordee.skills.models import Learner

DAY = timedelta(days=1)


def make_immersion(
    structure: Structure,
    learner: Learner | None = None,
    *,
    by: User | None = None,
    is_yes: bool = True,
    starts: int = -3,
    **values: Any,
) -> Immersion:
    """Ten days that began three days ago; with her yes, hers or as the structure noted it."""
    first = timezone.localdate() + starts * DAY
    row = Immersion(
        structure=structure,
        learner=learner,
        **{
            "company": "Les Halles du Mirel",
            "purpose": "CONFIRM",
            "first_on": first,
            "last_on": first + 9 * DAY,
            "said_on": None if learner else min(first, timezone.localdate()) - DAY,
        }
        | values,
    )
    row = actions.write_immersion(row=row, by=by or some_counsellor())
    if learner and is_yes:
        actions.settle(learner, row.pk, True, row.shown, timezone.localdate())
        row.refresh_from_db()
    return row


def some_counsellor() -> User:
    return User.objects.get_or_create(email="note@exemple.fr", display_name="Une conseillère")[0]


def typed(first: date, last: date, **values: Any) -> dict[str, Any]:
    """What the form sends."""
    return {
        "company": "Les Halles du Mirel",
        "purpose": "DISCOVER",
        "first_on": first.isoformat(),
        "last_on": last.isoformat(),
        "said_on": timezone.localdate().isoformat(),
    } | values

"""Where the hours of a contract stand, from its rows."""

import pytest
from django.utils import timezone

from cordee.agreement.insertion import Way
from cordee.delivery.hours.actions import state_hours
from cordee.delivery.models import MonthlyHours
from cordee.delivery.standing import standing_of
from tests.delivery.makers import HOUR, make_delivery, partner
from tests.members.makers import make_person, make_structure, make_valley

pytestmark = pytest.mark.django_db


def test_who_says_a_month_late_is_not_taken_for_who_did_nothing() -> None:
    """Two promise 50 hours a month, and three months are over. One said two of them, the other
    none: what it promised is still expected, and nobody's silence is told as nothing done."""
    make_valley()
    made = make_delivery(make_structure("Les Jardins"), minutes=1_200 * HOUR)
    lead = made.partners.get()
    lead.shares.update(minutes=600 * HOUR)
    partner(made, make_structure("Val Mirel"), minutes=600 * HOUR)
    rows = [
        MonthlyHours(
            lot=made.lots.get(), partner=lead, way=Way.SIAE, month=made.first_month + n, minutes=0
        )
        for n in range(2)
    ]
    rows[0].minutes = 50 * HOUR
    by = make_person("saisie@exemple.fr")
    state_hours(delivery=made, rows=rows, by=by, now=timezone.now())
    found = standing_of(made, on=timezone.localdate())
    assert (found.missing, found.whole.unstated) == (50 * HOUR, 3)

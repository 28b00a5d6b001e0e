"""Declaring trades and crews, booking capacity: what is written, what is refused."""

import pytest
from django.core.exceptions import ValidationError

from cordee.accounts.models import JournalEntry
from cordee.members.actions.capacity import book_capacity, declare_activity, declare_crew
from cordee.members.models import Activity, CapacityBooking, Crew
from cordee.members.models.capacity import Certainty
from tests.members.makers import make_structure

pytestmark = pytest.mark.django_db
TRADE = "espaces-verts"


@pytest.fixture
def chantier():
    return make_structure("Les Jardins").chantiers.get()


def test_an_activity_is_declared_then_corrected(chantier):
    declare_activity(
        chantier=chantier, trade=TRADE, certainty=Certainty.GUESSED, reach_km=60, by=None
    )
    declare_activity(chantier=chantier, trade=TRADE, proficiency=3, by=None)
    activity = Activity.objects.get()
    assert (activity.certainty, activity.reach_km, activity.proficiency) == ("known", 60, 3)
    entry = JournalEntry.objects.about(chantier).first()
    assert (entry.before["certainty"], entry.after["certainty"]) == ("guessed", "known")


@pytest.mark.parametrize("wrong", [{"trade": "astronaute"}, {"proficiency": 4}, {"reach_km": 0}])
def test_an_impossible_activity_is_refused(chantier, wrong):
    with pytest.raises(ValidationError):
        declare_activity(**({"chantier": chantier, "trade": TRADE, "by": None} | wrong))
    assert not Activity.objects.exists()


def test_a_crew_is_declared_without_its_name_in_the_journal(chantier):
    declare_crew(
        chantier=chantier, name="Équipe du lavoir", places=8, weekly_minutes=26 * 60, by=None
    )
    assert Crew.objects.get().places == 8
    assert "lavoir" not in str(JournalEntry.objects.get().after)


def test_a_crew_without_places_is_refused(chantier):
    with pytest.raises(ValidationError, match="places"):
        declare_crew(chantier=chantier, name="Vide", places=0, weekly_minutes=60, by=None)


def test_capacity_is_booked_month_by_month(chantier):
    booking = book_capacity(
        chantier=chantier, first_month=2026 * 12 + 2, months=3, cfte=250, reason="Lot 2", by=None
    )
    assert CapacityBooking.objects.get() == booking
    entry = JournalEntry.objects.about(chantier).get()
    assert entry.after == {
        "booking": booking.pk,
        "first_month": 24314,
        "months": 3,
        "cfte": 250,
    }

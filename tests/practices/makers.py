"""Small rows for the tests of commissions and sessions."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from cordee.members.models import Network, Structure
from cordee.practices.models import (
    Commission,
    CommissionSeat,
    Letter,
    Meeting,
    MeetingTask,
    Session,
)

DAY = timedelta(days=1)


def make_commission(network: Network, *sitting: Structure, **values: Any) -> Commission:
    said = {"name": "Qualité du travail", "mandate": "Comparer nos fiches.", **values}
    made = Commission.objects.create(network=network, starts_on=date(2026, 1, 5), **said)
    for structure in sitting:
        CommissionSeat.objects.create(commission=made, structure=structure, function="direction")
    return made


def make_meeting(commission: Commission, *, days: int = 7, **values: Any) -> Meeting:
    """In so many days, of three hours; in the past, below 0."""
    begins: datetime = timezone.now() + days * DAY
    said: dict[str, Any] = {
        "title": "Première réunion",
        "place": "Roche-Mirel",
        "agenda": "Lire les fiches.",
    }
    said |= {"begins_at": begins, "ends_at": begins + timedelta(hours=3)}
    return Meeting.objects.create(commission=commission, **said | values)


def make_task(meeting: Meeting, structure: Structure, *, days: int = 3) -> MeetingTask:
    until = timezone.localdate() + days * DAY
    what = "Envoyer deux fiches"
    return MeetingTask.objects.create(meeting=meeting, structure=structure, what=what, until=until)


def make_session(network: Network, *, days: int = 7, **values: Any) -> Session:
    """In so many days, of three hours, for four people; in the past, below 0."""
    begins: datetime = timezone.now() + days * DAY
    said: dict[str, Any] = {"kind": "visit", "title": "Voir une équipe", "place": "Lac-Brun"}
    said |= {"about": "Regarder tailler.", "places": 4}
    said |= {"begins_at": begins, "ends_at": begins + timedelta(hours=3)}
    return Session.objects.create(network=network, **said | values)


def make_letter(network: Network, *structures: Structure) -> Letter:
    """With two dates, in two and three weeks; answered within one."""
    now = timezone.now()
    said: dict[str, Any] = {"subject": "Relire", "message": "Deux fiches.", "sent_at": now}
    made = Letter.objects.create(network=network, answer_by=timezone.localdate() + 7 * DAY, **said)
    for days in (14, 21):
        made.dates.create(begins_at=now + days * DAY)
    for structure in structures:
        made.recipients.create(structure=structure, mails_at=now)
    return made

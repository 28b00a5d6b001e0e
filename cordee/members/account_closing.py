"""The part of members when a person closes an account or has it erased."""

from datetime import datetime

from cordee.accounts.models import User
from cordee.members.actions.people import end_seat, is_last, last_words, note_seat
from cordee.members.models import DirectorContact, Invitation, JoinRequest, RoleSeat


def hindrances(person: User) -> list[str]:
    """One sentence for each thing that nobody else would answer for."""
    seats = RoleSeat.objects.filter(person=person).with_scope()
    return [last_words(seat) for seat in seats if is_last(seat)]


def leave(*, person: User, by: User | None, now: datetime, even_if_last: bool) -> None:
    """End their seats and requests. Raises ValidationError for the last, unless `even_if_last`."""
    for seat in RoleSeat.objects.filter(person=person).with_scope():
        if even_if_last:
            note_seat("members.end_seat", seat, by, is_over=True)
            seat.delete()
        else:
            end_seat(seat=seat, by=by)
    JoinRequest.objects.pending().filter(person=person).update(
        state=JoinRequest.State.WITHDRAWN, decided_at=now
    )


def erase(*, person: User) -> None:
    """Erase the user's address where others wrote it: invitations, accepted or not."""
    addresses = [person.email, *person.emailaddress_set.values_list("email", flat=True)]
    written = {"address__in": [a.lower() for a in addresses]}
    DirectorContact.objects.filter(**written).delete()
    Invitation.objects.filter(**written).delete()

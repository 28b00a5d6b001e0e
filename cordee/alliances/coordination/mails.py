"""What is written when nobody leads an alliance any more, and when somebody does again."""

from datetime import datetime

from cordee.accounts.models import User
from cordee.alliances.frame.mails import people_inside, write
from cordee.alliances.models import Alliance
from cordee.base.mail.models import OutgoingMail


def notify_taken_over(alliance: Alliance, by: User, *, now: datetime) -> None:
    """To the others who said yes that somebody leads again."""
    context = {"alliance": alliance, "leader": by.display_name or "Une personne"}
    for person in people_inside(alliance):
        if person.pk != by.pk:
            write(person, "taken_over", context, f"{alliance.pk}:{now.isoformat()}:{person.pk}")


def notify_unled(alliance: Alliance, person: User) -> int:
    """To one who may take the lead that nobody has it: once for each who led last."""
    last = alliance.coordinators.order_by("-pk").values_list("pk", flat=True).first()
    key = f"{alliance.pk}:{last or 0}:{person.pk}"
    if OutgoingMail.objects.filter(key=f"alliance-unled:{key}").exists():
        return 0
    write(person, "unled", {"alliance": alliance}, key)
    return 1

"""What is written to a structure asked into a standing team."""

from cordee.alliances.frame.mails import write
from cordee.alliances.models import StandingMember
from cordee.members.actions.network_mails import directors_of


def notify_asked_in(member: StandingMember) -> None:
    """To the directors of a structure asked into a standing team; the others are not named."""
    context = {"team": member.team, "structure": member.structure.shown_name}
    for person in directors_of(member.structure):
        key = f"{member.pk}:{member.invited_at.isoformat()}:{person.pk}"
        write(person, "standing_invited", context, key)

"""What is written to the parties when an alliance makes a step that commits them."""

from cordee.agreement.phases import Phase
from cordee.alliances.frame.mails import people_inside, write
from cordee.alliances.models import Alliance


def notify_moved(alliance: Alliance, to: Phase) -> None:
    """To everybody who takes part."""
    for person in people_inside(alliance):
        context = {"alliance": alliance, "step": alliance.terms.arrangement.phase_label(to)}
        write(person, "moved", context, f"{alliance.pk}:{to.value}:{person.pk}")

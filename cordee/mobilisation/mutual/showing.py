"""Where mutual aid shows on the pages of lower rooms, and by which mails it is told."""

from django.urls import reverse

from cordee.accounts import mailing
from cordee.base.ui import panels
from cordee.mobilisation.actions import mutual_aid, urgent_calls


def fill() -> None:
    """Called once, when the application starts."""
    panels.fill(
        "network",
        "Qui peut donner un coup de main\u202f?",
        lambda network: reverse("mutual:panel", args=[network.slug]),
        order=50,
    )
    mailing.register(mutual_aid.MAIL_KIND, "Réponses à mes coups de main")
    mailing.register(urgent_calls.MAIL_KIND, "Appels urgents de structures de mon réseau")

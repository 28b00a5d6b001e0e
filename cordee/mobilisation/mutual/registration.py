"""Where mutual aid shows on the pages of lower rooms, and by which mails it is told."""

from django.urls import reverse

from cordee.accounts import mailing
from cordee.base.ui import panels
from cordee.mobilisation.actions import mutual_aid, urgent_calls
from cordee.mobilisation.proposals import samples


def fill() -> None:
    """Called once, when the application starts."""
    panels.fill(
        "network",
        "Qui peut donner un coup de main\u202f?",
        lambda network: reverse("mutual:panel", args=[network.slug]),
        order=50,
    )
    mailing.register(
        mutual_aid.MAIL_KIND,
        "Réponses à mes coups de main",
        why="Vous recevez ce courrier parce que vous dirigez une structure qui a écrit ou répondu.",
    )
    mailing.register(
        urgent_calls.MAIL_KIND,
        "Appels urgents de structures de mon réseau",
        why="Vous recevez ce courrier parce que cet appel concerne votre structure.",
    )
    for template, made, kind in (
        ("mobilisation/mail/mutual_reply", samples.replied, mutual_aid.MAIL_KIND),
        ("mobilisation/mail/mutual_decision", samples.decided, mutual_aid.MAIL_KIND),
        ("mobilisation/mail/urgent_call", samples.called, urgent_calls.MAIL_KIND),
        ("mobilisation/mail/urgent_answer", samples.called, urgent_calls.MAIL_KIND),
        ("mobilisation/mail/urgent_thanks", samples.called, urgent_calls.MAIL_KIND),
    ):
        mailing.sample(template, made, kind=kind)

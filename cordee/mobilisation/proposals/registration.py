"""Where proposals show on the pages of lower rooms, and by which mail they are told."""

from django.urls import reverse

from cordee.accounts import mailing
from cordee.base.ui import panels
from cordee.mobilisation.actions.proposals import MAIL_KIND, MAIL_TEMPLATE
from cordee.mobilisation.proposals import samples


def fill() -> None:
    """Called once, when the application starts."""
    panels.fill(
        "programme",
        "Ce que les réseaux décident",
        lambda programme: reverse("proposals:team_panel", args=[programme.slug]),
        order=10,
    )
    panels.fill(
        "programme-action",
        "Proposer à des réseaux",
        lambda programme: reverse("proposals:create", args=[programme.slug]),
        order=10,
    )
    panels.fill(
        "network_home",
        "Ce que des programmes proposent",
        lambda desk: reverse("proposals:network_panel", args=[desk.network.slug]),
        order=15,
    )
    panels.fill(
        "mobilisation",
        "Ce que des programmes proposent",
        lambda _: reverse("proposals:home_panel"),
        order=10,
    )
    mailing.register(
        MAIL_KIND,
        "Propositions des programmes à mon réseau",
        why="Vous recevez ce courrier parce que vous décidez de ce que votre réseau relaie.",
    )
    mailing.sample(MAIL_TEMPLATE, samples.proposed, kind=MAIL_KIND)

"""What people are told by mail when a tie between a structure and a network changes."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.urls import reverse

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.members.models import (
    Membership,
    MembershipRequest,
    Network,
    RoleSeat,
    SharingRequest,
    Structure,
)
from cordee.members.models.requests import Answer
from cordee.members.roles import May
from cordee.rules.grammar import agreed

MEMBERSHIPS = "memberships"
SHARING = "sharing_requests"
TEMPLATE = "members/mail/tie"


def directors_of(structure: Structure) -> list[User]:
    return list(RoleSeat.objects.directing(structure).people())


def staff_of(network: Network) -> list[User]:
    """The staff of a network; that of its parent where it has none."""
    staff = RoleSeat.objects.that_may(May.RUN_NETWORK)
    own = list(staff.filter(network=network).people())
    if own or network.parent is None:
        return own
    return list(staff.filter(network=network.parent).people())


def notify_asked(request: MembershipRequest) -> None:
    asks = agreed(str(request.structure), "demande à adhérer", "demandent à adhérer")
    lines = [f"{asks} au réseau {request.network}."]
    if request.words:
        lines.append(f"Son message : « {request.words} »")
    _write(
        staff_of(request.network),
        kind=MEMBERSHIPS,
        key=f"membership-asked:{request.pk}",
        subject=f"Oui ou non\u202f? {asks}",
        lines=lines,
        link=reverse("networks:members", args=[request.network.slug]),
        button="Répondre à la demande",
    )


def notify_answered(request: MembershipRequest) -> None:
    structure, network = request.structure, request.network
    if request.answer == Answer.YES:
        subject = agreed(str(structure), "est membre", "sont membres") + f" du réseau {network}"
        lines = [
            f"Le réseau {network} a accepté votre demande.",
            "Vos chiffres restent fermés tant que vous ne les ouvrez pas.",
        ]
    else:
        subject = f"Le réseau {network} n’a pas accepté votre demande"
        lines = [f"Le réseau {network} a répondu non à votre demande d’adhésion."]
        if request.reason:
            lines.append(f"La raison : {request.reason}")
    _write(
        directors_of(structure),
        kind=MEMBERSHIPS,
        key=f"membership-answered:{request.pk}",
        subject=subject,
        lines=lines,
        link=reverse("networks:page", args=[network.slug]),
        button="Voir le réseau",
    )


def notify_left(membership: Membership, network: Network, by_structure: bool, on: date) -> None:
    """The side that did not end the membership."""
    structure = membership.structure
    people = staff_of(network) if by_structure else directors_of(structure)
    closed = (
        f"Les chiffres que {structure} ouvrait au réseau {network} lui sont fermés dès maintenant."
    )
    if by_structure:
        subject = f"{agreed(str(structure), 'quitte', 'quittent')} le réseau {network}"
        lines = [f"Son dernier jour d’adhésion est le {on:%d/%m/%Y}.", closed]
    else:
        subject = f"Le réseau {network} met fin à votre adhésion"
        lines = [f"Le dernier jour est le {on:%d/%m/%Y}.", closed, "Rien d’autre ne s’efface."]
    _write(
        people,
        kind=MEMBERSHIPS,
        key=f"membership-ended:{membership.pk}:{on.isoformat()}",
        subject=subject,
        lines=lines,
        link=reverse("members:structure", args=[structure.pk]),
        button="Voir la fiche",
    )


def notify_sharing_asked(request: SharingRequest) -> None:
    _write(
        directors_of(request.structure),
        kind=SHARING,
        key=f"sharing-asked:{request.pk}",
        subject=f"Le réseau {request.network} vous demande d’ouvrir des chiffres",
        lines=[
            f"Il s’agit de : {request.get_figure_class_display()}.",
            f"Pourquoi : « {request.words} »",
            "Vous décidez. Ne pas répondre laisse vos chiffres fermés.",
        ],
        link=reverse("networks:sharing", args=[request.structure.pk, request.network.slug]),
        button="Voir et répondre",
    )


def notify_sharing_answered(request: SharingRequest) -> None:
    """Whoever asked, if the person still has an account."""
    if request.asked_by is None:
        return
    is_open = request.answer == Answer.YES
    _write(
        [request.asked_by],
        kind=SHARING,
        key=f"sharing-answered:{request.pk}",
        subject=f"{request.structure} {'ouvre' if is_open else 'garde fermés'} ses chiffres",
        lines=[
            f"Vous aviez demandé : {request.get_figure_class_display()}.",
            "Vous voyez dès maintenant ce qu’elle vous ouvre."
            if is_open
            else "Elle a répondu non, et n’a pas à dire pourquoi.",
        ],
        link=reverse("members:structure", args=[request.structure.pk]),
        button="Voir la fiche",
    )


def _write(
    people: Iterable[User],
    *,
    kind: str,
    key: str,
    subject: str,
    lines: Sequence[str],
    link: str,
    button: str,
) -> None:
    for person in people:
        mailing.write_to(
            person,
            kind=kind,
            template=TEMPLATE,
            context={"subject": subject, "lines": lines, "link": link, "button": button},
            key=f"{key}:{person.pk}",
        )

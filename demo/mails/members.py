"""Invented words for the mails about people, for who looks at them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from cordee.accounts.models import User
from cordee.members import papers
from cordee.members.actions import joining
from cordee.members.actions.joining import Beginning
from cordee.members.models import (
    Certification,
    DirectorContact,
    Invitation,
    JoinRequest,
    Network,
    RoleSeat,
    Structure,
)

WHEN = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)


def _zoe() -> User:
    return User(email="zoe@exemple.fr", display_name="Zoé Mélèze")


def _garden() -> Structure:
    return Structure(pk=1, name="Les Jardins de la Verdoire", kind="ACI")


def invitation() -> Mapping[str, object]:
    sent = Invitation(
        address="camille@exemple.fr",
        role=RoleSeat.Role.DIRECTOR,
        structure=_garden(),
        by=_zoe(),
        expires_at=WHEN,
    )
    return {"invitation": sent, "path": "/invitations/exemple/"}


def director_invitation() -> Mapping[str, object]:
    network = Network(pk=1, name="Réseau du Val")
    return {**invitation(), "contact": DirectorContact(name="Camille Orme", network=network)}


def sheet_begun() -> Mapping[str, object]:
    return joining.mail_context(Beginning("camille@exemple.fr", "Les Jardins"), WHEN)


def join_request() -> Mapping[str, object]:
    return {"request": _request(JoinRequest.State.PENDING)}


def join_answer() -> Mapping[str, object]:
    return {"request": _request(JoinRequest.State.ACCEPTED)}


def _request(state: JoinRequest.State) -> JoinRequest:
    return JoinRequest(
        pk=1,
        person=_zoe(),
        structure=_garden(),
        role=RoleSeat.Role.SUPERVISOR,
        message="J’encadre l’équipe du bourg depuis mars.",
        state=state,
    )


def tie() -> Mapping[str, object]:
    return {
        "subject": "Réseau du Val accepte votre adhésion",
        "lines": ["Les Jardins du Val sont membres du réseau.", "Vos chiffres restent fermés."],
        "link": "/reseaux/reseau-du-val/",
        "button": "Voir le réseau",
    }


def paper() -> Mapping[str, object]:
    certification = Certification(
        pk=1,
        structure=Structure(pk=1, name="Les Jardins du Val"),
        name="Assurance responsabilité civile professionnelle",
        valid_until=date(2026, 12, 25),
    )
    return papers.mail_context(certification, date(2026, 11, 25))


SAMPLES = (
    (papers.TEMPLATE.partition("/mail/")[2], paper, papers.MAIL),
    ("invitation", invitation, "invitations"),
    ("director_invitation", director_invitation, "director_invitations"),
    ("sheet_begun", sheet_begun, "sheets_begun"),
    ("join_request", join_request, "join_requests"),
    ("join_answer", join_answer, "join_requests"),
    ("tie", tie, "memberships"),
)

"""The door of the threads of alliances: who may answer one by mail, and where the answer goes."""

import base64
import uuid
from datetime import datetime

from django.http import Http404
from django.urls import reverse

from cordee.accounts.models import User
from cordee.alliances.access import AllianceAccess, taking_part_for
from cordee.alliances.messages import actions
from cordee.alliances.messages.access import exchanges_of, side_of
from cordee.alliances.models import Alliance, AllianceMessage
from cordee.mobilisation.conversations.addresses import reply_address

MARK = "al"


def address_of(alliance: Alliance, person: User) -> str:
    """Where the person answers the thread; empty where no domain is set to get mail."""
    return reply_address(MARK, _written(alliance.pk), person.pk)


def open_to(person: User, thread: str, *, now: datetime) -> AllianceAccess | None:
    """The person's access, where they take part in that alliance today."""
    pk = _read(thread)
    try:
        return None if pk is None else taking_part_for(person, pk)
    except Http404:
        return None


def write(access: AllianceAccess, *, text: str, by: User, now: datetime) -> None:
    """Add a message in the user's name: to the team, or from a subcontractor to it."""
    own = [] if access.reads_shares else exchanges_of(access)
    actions.write(
        alliance=access.alliance,
        text=text,
        about=own[0] if own else None,
        side=side_of(access),
        by=by,
        now=now,
        origin=AllianceMessage.Origin.MAIL,
    )


def title_of(access: AllianceAccess) -> str:
    """The name of the alliance."""
    return access.alliance.title


def url_of(access: AllianceAccess) -> str:
    """The page of its messages."""
    return reverse("alliances:messages", args=[access.alliance.pk])


def _written(pk: uuid.UUID) -> str:
    """An identifier in 26 letters and digits: an address has no room for its 32 figures."""
    return base64.b32encode(pk.bytes).decode().rstrip("=").lower()


def _read(written: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(bytes=base64.b32decode(written.upper() + "======"))
    except ValueError:
        return None

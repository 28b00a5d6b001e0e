"""Messages of alliances go out by mail, to those who read them when it leaves.

Once it has waited, a few mails an hour at most, and what comes in between leaves together. Last,
who may answer a thread by mail, and where the answer goes (`reply_routes`).
"""

import base64
import uuid
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.http import Http404
from django.urls import reverse

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.alliances.access import AllianceAccess, taking_part_for
from cordee.alliances.frame import mails
from cordee.alliances.messages import actions
from cordee.alliances.messages.access import exchanges_of, side_of, written_by
from cordee.alliances.models import Alliance, AllianceMessage
from cordee.alliances.revisions import locked
from cordee.base import schedule
from cordee.mobilisation.conversations.reply_routes import reply_address

KIND = "alliance_messages"
TEMPLATE = "alliances/mail/message"


def run(now: datetime) -> int:
    """Mail what waits; returns how many mails left. Run twice, it sends nothing twice."""
    how_many = 0
    # By alliance, each in its own transaction: a failure in one holds back none of the others, and
    # locks are always taken one alliance at a time.
    rows = AllianceMessage.objects.to_be_mailed(now).select_related("alliance")
    waiting = sorted(rows, key=lambda each: (str(each.alliance_id), each.pk))
    for _, messages in groupby(waiting, key=lambda message: message.alliance_id):
        how_many += _mail_each(next(messages).alliance, now)
    return how_many


@transaction.atomic
def _mail_each(alliance: Alliance, now: datetime) -> int:
    alliance = locked(alliance)
    if alliance.messages.fill_the_hour(now):
        return 0
    # Read under the lock: another process may have mailed them, their author taken one back.
    messages = list(alliance.messages.to_be_mailed(now).select_related("about__structure"))
    if not messages:
        return 0
    how_many = sum(
        _write(access, person, messages, str(messages[-1].pk))
        for person, access in mails.inside_with_access(alliance)
    )
    alliance.messages.filter(pk__in=[each.pk for each in messages]).update(mailed_at=now)
    return how_many


def _write(
    access: AllianceAccess, person: User, messages: Sequence[AllianceMessage], key: str
) -> int:
    """To one person, what the others said that it reads; how many mails left, none or one."""
    alliance = access.alliance
    others = [each for each in messages if each.by_id != person.pk and access.reads(each)]
    if not others:
        return 0
    address = address_of(alliance, person)
    sent = mailing.write_to(
        person,
        kind=KIND,
        template=TEMPLATE,
        context={
            "alliance": alliance,
            "messages": [(written_by(access, message), message.text) for message in others],
            "may_answer": bool(address),
            # An answer by mail goes to those who read the table: to a subcontractor they write
            # in Cordée, where one says to whom.
            "is_apart": not access.reads_shares,
            "is_heard_apart": access.reads_shares and any(each.about_id for each in others),
        },
        key=f"alliance-message:{alliance.pk}:{key}:{person.pk}",
        reply_to=address,
    )
    return 0 if sent is None else 1


def register() -> None:
    """Called once, when the application starts."""
    mailing.register(
        KIND, "Les messages de mes alliances", why="Vous prenez part à cette alliance."
    )
    schedule.register("alliance_messages", run, every_minutes=1, label="Messages des alliances")


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

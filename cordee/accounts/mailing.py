"""Writing to people: which sorts of mail there are, and who wants which.

Rooms name their sorts when the application starts: `mailing.register("asks", "…")`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cordee.accounts.models import User
from cordee.base.mail import outbox
from cordee.base.mail.models import OutgoingMail


@dataclass(frozen=True, slots=True)
class MailKind:
    """A sort of mail. One that is not optional (an invitation, a safety notice) always leaves."""

    slug: str
    label: str
    is_optional: bool = True


_kinds: dict[str, MailKind] = {}


def register(slug: str, label: str, *, is_optional: bool = True) -> None:
    _kinds[slug] = MailKind(slug, label, is_optional)


def kinds() -> list[MailKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.label)


def write_to(
    person: User,
    *,
    kind: str,
    template: str,
    context: Mapping[str, Any],
    key: str,
    reply_to: str = "",
    not_before: datetime | None = None,
) -> OutgoingMail | None:
    """Write once for `key` to a person who wants this sort of mail; None where she does not.

    Raises KeyError for a sort that no room registered.
    """
    _kinds[kind]
    return outbox.put(
        key=key,
        kind=kind,
        recipient=person.email,
        template=template,
        context={"person": person, **context},
        reply_to=reply_to,
        not_before=not_before,
    )


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail among many of a template: to whom, what it says, and its key."""

    person: User
    key: str
    context: Mapping[str, Any]
    not_before: datetime | None = None


def who_want(people: Iterable[User], *, kind: str) -> set[int]:
    """Ids of those of these people to whom a mail of this sort may be written today.

    Neither closed accounts, nor who stopped this sort of mail.
    """
    _kinds[kind]
    return {person.pk for person in people if person.is_active}


def write_to_many(letters: Sequence[Letter], *, kind: str, template: str) -> None:
    """Write to many people at once, each once for her key, with a fixed number of queries.

    Who does not want this sort of mail is left out: ask `who_want` first to know who.
    """
    wanting = who_want([letter.person for letter in letters], kind=kind)
    outbox.put_many(
        [
            outbox.Letter(
                key=letter.key,
                recipient=letter.person.email,
                context={"person": letter.person, **letter.context},
                not_before=letter.not_before,
            )
            for letter in letters
            if letter.person.pk in wanting
        ],
        kind=kind,
        template=template,
    )


def write_to_address(
    address: str,
    *,
    kind: str,
    template: str,
    context: Mapping[str, Any],
    key: str,
    reply_to: str = "",
) -> OutgoingMail:
    """Write once for `key` to somebody who may have no account (an invitation)."""
    _kinds[kind]
    return outbox.put(
        key=key, kind=kind, recipient=address, template=template, context=context, reply_to=reply_to
    )

"""Writing to people: which sorts of mail there are, and who wants which.

Rooms name their sorts when the application starts: `mailing.register("asks", "…")`.
"""

from collections.abc import Mapping
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

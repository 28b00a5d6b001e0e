"""Where answers by mail go: the address one answers to, and one route for each sort of thread.

The address, `<mark>-<thread>-<person>-<proof>@<domain>`, says which thread and which person, and
proves that we gave it: the mark says of which sort the thread is. Mail servers may change the case
of letters, so that all is written in small letters and digits; and they take 64 of them at most
before the "@", so that the proof is 100 bits long. Rooms name their routes when the application
starts: `reply_routes.routes["fil"] = route`.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings

from cordee.accounts.models import User
from cordee.mobilisation.models import Message

_SHAPE = re.compile(r"([a-z]{2,3})-([a-z0-9]{1,26})-(\d{1,12})-([a-z2-7]{20}(?:[a-z2-7]{6})?)")
_SALT = b"cordee.conversations.address"
_PROOF_LETTERS = 20


@dataclass(frozen=True, slots=True)
class ThreadAddress:
    """What an address says: the sort of thread, which one, and whose address it is."""

    mark: str
    thread: str
    person_pk: int


def reply_address(mark: str, thread: str | int, person_pk: int) -> str:
    """The address of a person in a thread; empty where no domain is set to get mail."""
    if not settings.MAIL_REPLY_DOMAIN:
        return ""
    address = ThreadAddress(mark, str(thread), person_pk)
    proof = _proof(address)[:_PROOF_LETTERS]
    return f"{mark}-{thread}-{person_pk}-{proof}@{settings.MAIL_REPLY_DOMAIN}"


def read_address(address: str) -> ThreadAddress | None:
    """What one of our addresses says; None for any other address."""
    local, _, domain = address.strip().lower().rpartition("@")
    if not settings.MAIL_REPLY_DOMAIN or domain != settings.MAIL_REPLY_DOMAIN.lower():
        return None
    found = _SHAPE.fullmatch(local)
    if found is None:
        return None
    thread = ThreadAddress(found.group(1), found.group(2), int(found.group(3)))
    proof = found.group(4)
    # Proofs of 26 letters were given before. No other length is read: one letter more than ours
    # would be right by chance once in thirty-two.
    if not hmac.compare_digest(proof, _proof(thread)[: len(proof)]):
        return None
    return thread


def _proof(address: ThreadAddress) -> str:
    # A key for this use only: a proof of another part of the site proves nothing here.
    key = hashlib.sha256(_SALT + settings.SECRET_KEY.encode()).digest()
    signed = f"{address.thread}:{address.person_pk}"
    if address.mark != "fil":
        # Addresses of the first sort were given before there was a second one.
        signed = f"{address.mark}:{signed}"
    # A truncated HMAC (RFC 2104, section 5): 100 bits cannot be guessed by mail, and base 32 has
    # neither capitals nor signs that a mail server could change.
    whole = hmac.new(key, signed.encode(), hashlib.sha256).digest()
    return base64.b32encode(whole[:16]).decode().rstrip("=").lower()


class ReplyRoute(Protocol):
    def open_to(self, person: User, thread: str, *, now: datetime) -> Any | None:
        """The thread that an address names, where the user takes part in it at that moment."""

    def write(self, thread: Any, *, text: str, by: User, now: datetime) -> Message | None:
        """Add what the user wrote. Raises ValidationError where it may not be.

        Returns the message of a conversation, that the mail is tied to; None of another sort.
        """

    def title_of(self, thread: Any) -> str:
        """What it is about, in the subject of a refusal."""

    def url_of(self, thread: Any) -> str:
        """Its page, where one answers without mail."""


# By the mark of the sort of thread.
routes: dict[str, ReplyRoute] = {}

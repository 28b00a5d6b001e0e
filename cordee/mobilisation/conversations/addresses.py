"""The address one answers to: it says which thread and which person, and proves that we gave it.

`fil-<thread>-<person>-<proof>@<domain>`; mail servers may change the case of letters, so that the
proof is written in small letters and digits only.
"""

import base64
import hashlib
import hmac
import re

from django.conf import settings

_SHAPE = re.compile(r"fil-(\d{1,12})-(\d{1,12})-([a-z2-7]{26})")
_SALT = b"cordee.conversations.address"


def reply_address(thread_pk: int, person_pk: int) -> str:
    """The address of a person in a thread; empty where no domain is set to get mail."""
    if not settings.MAIL_REPLY_DOMAIN:
        return ""
    proof = _proof(thread_pk, person_pk)
    return f"fil-{thread_pk}-{person_pk}-{proof}@{settings.MAIL_REPLY_DOMAIN}"


def read_address(address: str) -> tuple[int, int] | None:
    """(thread, person) of an address that we gave; None for any other."""
    local, _, domain = address.strip().lower().rpartition("@")
    if not settings.MAIL_REPLY_DOMAIN or domain != settings.MAIL_REPLY_DOMAIN.lower():
        return None
    found = _SHAPE.fullmatch(local)
    if found is None:
        return None
    thread_pk, person_pk = int(found.group(1)), int(found.group(2))
    if not hmac.compare_digest(found.group(3), _proof(thread_pk, person_pk)):
        return None
    return thread_pk, person_pk


def _proof(thread_pk: int, person_pk: int) -> str:
    key = hashlib.sha256(_SALT + settings.SECRET_KEY.encode()).digest()
    told = hmac.new(key, f"{thread_pk}:{person_pk}".encode(), hashlib.sha256).digest()
    return base64.b32encode(told[:16]).decode().rstrip("=").lower()

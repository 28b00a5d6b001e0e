"""How much one may ask, by pages and programs alike: how often, how large, and how many wait.

Counted in fixed windows of time, in the cache of all processes.
"""

import ipaddress
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.tasks.base import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cordee.base.ui import french

# Bytes. A form of text weighs a few kilobytes; routes that take files say so by `takes_files`.
MOST_BODY = 1_000_000
# What browsers and proxies send stays under 8 kilobytes for either.
MOST_ADDRESS, MOST_HEADERS = 8_192, 32_768
_FILE_BYTES = "cordee_file_bytes"


class NotNow(Exception):
    """What cannot be done at this moment: why, and after how many seconds to ask again."""

    status = 429
    title = "Trop de demandes à la suite"

    def __init__(self, reason: str, seconds_left: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds_left = seconds_left

    @property
    def cure(self) -> str:
        return f"Recommencez dans {_words(self.seconds_left)}."

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.seconds_left)}

    def __str__(self) -> str:
        return f"{self.reason} {self.cure}"

    def mark[Answer: HttpResponseBase](self, response: Answer) -> Answer:
        """The page that says so, made the refusal that it is."""
        response.status_code = self.status
        for name, value in self.headers.items():
            response.headers[name] = value
        return response


class QueueFull(NotNow):
    """So much waits already that one more would only wait too."""

    status = 503
    title = "Beaucoup de calculs attendent déjà"


def count(action: str, who: object, now_s: float) -> None:
    """Count a demand of somebody (a person, an address) at a second. Raises `NotNow`."""
    most, seconds = settings.API_LIMITS[action]
    # A fixed window lets twice the rate through at its edge: enough here, and one counter a key.
    window, into = divmod(int(now_s), seconds)
    key = f"api:{action}:{who}:{window}"
    # Add and then increment: both are atomic, and the key dies with its window.
    cache.add(key, 0, timeout=seconds)
    try:
        asked = cache.incr(key)
    except ValueError:
        # The window ended between the two: this is the first of the next one.
        asked = 1
    if asked > most:
        rate = french.count(most, "demande")
        raise NotNow(f"{rate} au plus en {_words(seconds)}.", seconds - into)


def refuse_when_full(queue: str = "default") -> None:
    """Raise `QueueFull` where a queue holds as many waiting jobs as it may."""
    waiting = DBTaskResult.objects.filter(queue_name=queue, status=TaskResultStatus.READY).count()
    if waiting >= settings.MOST_WAITING_JOBS:
        raise QueueFull(f"{french.count(waiting, 'calcul attend', 'calculs attendent')} déjà.", 60)


def count_visit(request: HttpRequest) -> None:
    """Count whoever has no account, by address, on a page that costs. Raises `NotNow`."""
    if not request.user.is_authenticated:
        count("visit", address_of(request), timezone.now().timestamp())


def address_of(request: HttpRequest) -> str:
    """From where somebody asks who is not signed in: a household of IPv6 counts as one."""
    written = str(get_adapter(request).get_client_ip(request))
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return written
    if address.version == 6:
        # A provider gives a household a /64: counted by address it would have no limit at all.
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def takes_files(most_bytes: int) -> Callable[[Any], Any]:
    """Let whoever is signed in send a view one file of so many bytes, with the fields around it."""

    def mark(view: Any) -> Any:
        setattr(view, _FILE_BYTES, most_bytes)
        return view

    return mark


def file_bytes_of(view: Any, *, is_signed_in: bool) -> int:
    """The largest file that a view takes, 0 for none; without an account one has none to send."""
    return getattr(view, _FILE_BYTES, 0) if is_signed_in else 0


def most_bytes_of(view: Any, *, is_signed_in: bool) -> int:
    """The largest body that a view reads: up to twice its file, the form itself says the limit."""
    return 2 * file_bytes_of(view, is_signed_in=is_signed_in) + MOST_BODY


def _words(seconds: int) -> str:
    """A length of time, rounded up: "une heure", "12 minutes", "45 secondes"."""
    if seconds == 3_600:
        return "une heure"
    if seconds > 90:
        return french.count(-(-seconds // 60), "minute")
    return french.count(seconds, "seconde")

"""Whether this state is being served: whoever serves it shares a lock, which ends with the process.

Whoever replaces the state, or changes its tables, wants the lock alone.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

LOCK = "en-service.lock"
_held: list[int] = []


class Served(Exception):
    """Another process serves this state."""


def hold() -> None:
    """Have this process count as serving, until it ends. Waits for a restore that is under way."""
    handle = _open()
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
    except OSError:
        # A file system without locks: whether it is served cannot be told.
        os.close(handle)
    else:
        _held.append(handle)


@contextmanager
def stopped() -> Iterator[None]:
    """Keep others from serving meanwhile. Raises `Served`."""
    handle = _open()
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Served(
            "Cordée est en service sur ces données. Arrêtez-la d’abord (Ctrl-C, ou "
            "systemctl stop cordee)."
        ) from None
    finally:
        os.close(handle)


def _open() -> int:
    return os.open(Path(settings.STATE_DIR) / LOCK, os.O_RDWR | os.O_CREAT, 0o600)

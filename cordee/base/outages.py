"""What stops a machine and not a program: a disk that is full, a base that does not answer.

It passes without a change of code: whoever works in the background waits and goes on, a page says
what is the matter, and nothing is marked as failed for it.
"""

import errno
import logging
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator

import psycopg
from django.conf import settings
from django.db import InterfaceError, close_old_connections

logger = logging.getLogger(__name__)

DISK_FULL = "Le disque est plein"
BASE_BUSY = "La base est occupée"
BASE_LOST = "La base ne répond pas"
# Seconds before another try: a second, then twice as long each time, up to this.
LONGEST_PAUSE = 15.0
# With less than this, a file can hardly grow: SQLite then speaks of "I/O errors".
LEAST_FREE_BYTES = 1_000_000
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_OF_SQLITE = {
    sqlite3.SQLITE_FULL: DISK_FULL,
    sqlite3.SQLITE_BUSY: BASE_BUSY,
    sqlite3.SQLITE_LOCKED: BASE_BUSY,
    sqlite3.SQLITE_IOERR: BASE_LOST,
    sqlite3.SQLITE_CANTOPEN: BASE_LOST,
}
# A state, or the class that its first two letters are: connections, resources, a server that stops.
_OF_POSTGRES = {
    "53100": DISK_FULL,
    "40001": BASE_BUSY,
    "40P01": BASE_BUSY,
    "55P03": BASE_BUSY,
    "08": BASE_LOST,
    "53": BASE_LOST,
    "57P01": BASE_LOST,
    "57P02": BASE_LOST,
    "57P03": BASE_LOST,
}


def outage_of(error: BaseException | None) -> str:
    """One of the sentences above, or nothing where the fault is ours."""
    found = {words for each in _chain(error) if (words := _words(each))}
    if BASE_LOST in found and _is_disk_full():
        return DISK_FULL
    return next((words for words in (DISK_FULL, BASE_BUSY, BASE_LOST) if words in found), "")


def run_through_outages(
    step: Callable[[], float], *, stop: threading.Event, report: Callable[[str], None]
) -> None:
    """Call `step` until `stop` is set, and wait between two calls the seconds that it returns.

    Where it raises, it is tried again after growing pauses. That is said in one line when it
    begins and in one when it is over, however long it lasts.
    """
    pause, reported = 1.0, ""
    while not stop.is_set():
        try:
            wait = step()
        except Exception as error:
            words = outage_of(error)
            if not words:
                words = f"{type(error).__name__} : {error}"
                if words != reported:
                    logger.exception("A step failed; it is tried again")
            if words != reported:
                report(f"{words}. Nouvel essai toutes les quelques secondes.")
            reported, wait, pause = words, pause, min(2 * pause, LONGEST_PAUSE)
        else:
            if reported:
                report("Tout fonctionne de nouveau.")
            pause, reported = 1.0, ""
        close_old_connections()
        stop.wait(wait)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _words(error: BaseException) -> str:
    if isinstance(error, OSError):
        return DISK_FULL if error.errno in _NO_SPACE else ""
    if isinstance(error, sqlite3.Error):
        # The low byte is the error, what is above tells its circumstances.
        return _OF_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "")
    if isinstance(error, psycopg.Error):
        if error.sqlstate is None:  # never reached, or gone in the middle
            return BASE_LOST if isinstance(error, psycopg.OperationalError) else ""
        known = _OF_POSTGRES
        return known.get(error.sqlstate) or known.get(error.sqlstate[:2], "")
    # Django's own, where a connection is closed already.
    return BASE_LOST if isinstance(error, InterfaceError) and error.__cause__ is None else ""


def _is_disk_full() -> bool:
    try:
        return shutil.disk_usage(settings.STATE_DIR).free < LEAST_FREE_BYTES
    except OSError:
        return False

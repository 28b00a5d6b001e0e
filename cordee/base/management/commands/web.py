"""Serves the pages. The code is read once: the workers of the web server are copies of it.

Reading it takes longer than all that is done before the first page. Copied, two workers start at
once and share its memory, and one that is killed is back before the next click.
"""

import argparse
import gc
import multiprocessing
import signal
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connections
from django.urls import resolve
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

WORKERS, THREADS = 2, 4


class Command(BaseCommand):
    help = "Sert les pages ; avec --first, après une autre commande et dans le même processus."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="l’adresse où écouter")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--first",
            nargs=argparse.REMAINDER,
            default=[],
            metavar="COMMANDE",
            help="à la fin : la commande à faire d’abord, et ses options",
        )

    def handle(self, *, host: str, port: int, first: list[str], **options: Any) -> None:
        if first:
            # Told to stop, a command ends as on Ctrl-C: what it had begun is taken back.
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            call_command(*first)
        get_internal_wsgi_application()
        # Reads every address, and so every view, which the first page would else do.
        resolve("/")
        self._ready_to_be_copied()
        Granian(
            # Granian writes "module:name" where Django writes "module.name".
            ":".join(settings.WSGI_APPLICATION.rsplit(".", 1)),
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=WORKERS,
            blocking_threads=THREADS,
            respawn_failed_workers=True,
            respawn_interval=1,
            # HTTP/2 without TLS, which no proxy speaks to us, would take headers of 16 MB.
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=65_536),
            log_level=LogLevels.warning,
        ).serve()

    def _ready_to_be_copied(self) -> None:
        """Close what no copy may share: a connection, or the threads of a pool of them."""
        for connection in connections.all(initialized_only=True):
            connection.close()
            if hasattr(connection, "close_pool"):
                connection.close_pool()
        if sys.platform == "linux":
            multiprocessing.set_start_method("fork", force=True)
        # Counted again and again, what never goes would be copied page by page.
        gc.collect()
        gc.freeze()

"""Runs the tasks of all queues, each in a thread of its own, until it is told to stop."""

import os
import signal
import socket
import threading
import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connections
from django.utils.crypto import get_random_string

from cordee.base import queue, serving
from cordee.base.models import WorkerBeat
from cordee.base.outages import run_through_outages

# `go` kills after eight: what is not done by then is put back for the next worker.
GRACE_SECONDS = 6.0


class Command(BaseCommand):
    help = "Fait ce que les pages confient à la file : compositions, imports, courriers."

    def handle(self, **options: Any) -> None:
        worker_id = f"{socket.gethostname()[:30]}-{os.getpid()}-{get_random_string(12)}"
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        serving.hold()
        threads = [self._started(name, worker_id, stop) for name in settings.TASK_QUEUES]
        run_through_outages(queue.Watch(worker_id, self._write).step, stop=stop, report=self._write)
        ends = time.monotonic() + GRACE_SECONDS
        for thread in threads:
            thread.join(max(0.0, ends - time.monotonic()))
        # Without a base, the next worker finds what this one had in hand.
        with suppress(DatabaseError, InterfaceError):
            queue.put_back(queue.in_hand_of(worker_id))
            WorkerBeat.objects.filter(worker_id=worker_id).delete()
        if any(thread.is_alive() for thread in threads):
            # A search cannot be interrupted, and Python would wait for it.
            os._exit(0)

    def _started(self, name: str, worker_id: str, stop: threading.Event) -> threading.Thread:
        def report(words: str) -> None:
            self._write(f"File « {name} » : {words}")

        def work() -> None:
            run_through_outages(queue.Runner(name, worker_id).step, stop=stop, report=report)
            connections.close_all()

        thread = threading.Thread(target=work, name=f"file {name}", daemon=True)
        thread.start()
        return thread

    def _write(self, words: str) -> None:
        self.stderr.write(words)

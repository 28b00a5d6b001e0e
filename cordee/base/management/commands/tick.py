"""Runs what is due: once, or again and again beside the web server and the queue worker."""

import signal
import threading
from contextlib import suppress
from typing import Any, Never

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from cordee.base import schedule, serving
from cordee.base.models import ScheduledRun
from cordee.base.outages import run_through_outages


class Command(BaseCommand):
    help = "Fait ce qui est à faire régulièrement : courriers, relances, nettoyages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="recommence sans fin")
        parser.add_argument(
            "--seconds", type=int, default=60, help="entre deux passages (60 si rien n’est dit)"
        )

    def handle(self, *, loop: bool, seconds: int, **options: Any) -> None:
        if not loop:
            self._once()
            return
        # `go` ends its children with SIGTERM: leave as after Ctrl-C, with the claim given back.
        signal.signal(signal.SIGTERM, _stop)

        def step() -> float:
            self._once(is_quiet=True)
            return seconds

        with suppress(KeyboardInterrupt):
            serving.hold()
            run_through_outages(step, stop=threading.Event(), report=self.stderr.write)

    def _once(self, *, is_quiet: bool = False) -> None:
        ran = schedule.tick(now=timezone.now())
        for job in ran:
            if job.outcome == ScheduledRun.Outcome.NOT_SET:
                if not is_quiet:
                    self.stdout.write(f"{job.name} : {job.error}")
                continue
            if job.outcome == ScheduledRun.Outcome.FAILED:
                self.stderr.write(f"{job.name} : {job.error}. Nouvel essai plus tard.")
            elif not is_quiet:
                counted = "" if job.count is None else f" ({job.count})"
                self.stdout.write(f"{job.name}\u00a0: fait{counted}.")
        if not ran and not is_quiet:
            self.stdout.write("Rien à faire maintenant.")


def _stop(*_: object) -> Never:
    raise KeyboardInterrupt

import os
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cordee.base import terminal
from cordee.base.ui import french
from cordee.mobilisation import night

QUIET_SECONDS = 2.0
SECONDS_BETWEEN_LINES = 1.0


class Command(BaseCommand):
    help = "Classe toutes les structures pour tous les travaux ouverts ; à lancer chaque nuit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=terminal.day, metavar="AAAA-MM-JJ")
        parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, metavar="N")
        parser.add_argument(
            "--scheduler",
            metavar="ADRESSE",
            help="ordonnanceur Dask, par exemple tcp://machine:8786, dont les machines voient "
            "le dossier d’état",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["threads"] < 1:
            raise CommandError(f"--threads {options['threads']} : donnez 1 ou plus.")
        terminal.prepare_base(self.stderr)
        self.started = time.monotonic()
        self.last_line = self.started + QUIET_SECONDS - SECONDS_BETWEEN_LINES
        try:
            with self._executor(options["scheduler"], options["threads"]) as executor:
                report = night.rank_all(
                    on=options["on"] or timezone.localdate(),
                    now=timezone.now(),
                    folder=Path(settings.STATE_DIR) / "classement",
                    executor=executor,
                    progress=self._progress,
                )
        except night.AlreadyRunning:
            raise CommandError(
                "Un autre classement est en cours : attendez qu’il finisse."
            ) from None
        self._report(report)

    @contextmanager
    def _executor(self, scheduler: str | None, threads: int) -> Iterator[Executor]:
        if scheduler is None:
            with ThreadPoolExecutor(threads) as pool:
                yield pool
            return
        try:
            from distributed import Client
        except ImportError:
            raise CommandError(
                "--scheduler demande l’option « cluster », qui n’est pas installée. "
                "Installez-la avec : uv sync --extra cluster"
            ) from None
        try:
            client = Client(scheduler, timeout="10s")  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise CommandError(f"--scheduler {scheduler} : pas de réponse ({error}).") from error
        with client:
            yield client.get_executor(pure=False)  # type: ignore[no-untyped-call]

    def _progress(self, what: str, done: int, total: int) -> None:
        """A line a second, once the run has lasted two."""
        if time.monotonic() - self.last_line >= SECONDS_BETWEEN_LINES:
            self.last_line = time.monotonic()
            self.stderr.write(f"  {what} : {french.number(done)} sur {french.number(total)}")

    def _report(self, report: night.Report) -> None:
        seconds = french.number(round(time.monotonic() - self.started))
        words = [
            french.count(report.packages, "ensemble de travaux", "ensembles de travaux"),
            french.count(report.structures, "chantier"),
            french.count(report.views, "point de vue", "points de vue"),
        ]
        done = [
            french.count(report.kept, "classement gardé", "classements gardés"),
            french.count(report.already, "déjà fait", "déjà faits"),
            french.count(report.dropped, "retiré"),
        ]
        self.stdout.write(f"{', '.join(words)} : {', '.join(done)}, en {seconds} s.")
        for line in report.refused:
            self.stdout.write(f"Sans classement : {line}")

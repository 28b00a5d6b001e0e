import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone

from cordee.base import terminal
from cordee.base.ui import french
from cordee.members.terminal import network_named
from cordee.opportunities.actions.importing import import_notices
from cordee.opportunities.import_report import ImportReport

UNREADABLE = 2
INTERRUPTED = 130
QUIET_SECONDS = 2.0
SECONDS_BETWEEN_LINES = 1.0
GOES_ON = (
    "Tout ce qui est compté ci-dessus est gardé. Relancez la même commande\u00a0: elle passe "
    "ce qui est déjà importé et continue."
)


class Command(BaseCommand):
    help = (
        "Importe des avis : fichiers, dossiers, archives (archive.zip!membre). Arrêtée à tout "
        "moment, elle continue là où elle en était quand on la relance."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="CHEMIN")
        parser.add_argument("--on", type=terminal.day, metavar="AAAA-MM-JJ")
        parser.add_argument("--network", help="identifiant du réseau à qui vont les besoins privés")

    def handle(self, *args: Any, **options: Any) -> None:
        terminal.prepare_base(self.stderr)
        self.started = time.monotonic()
        self.last_line = self.started + QUIET_SECONDS - SECONDS_BETWEEN_LINES
        report = ImportReport()
        try:
            import_notices(
                options["paths"],
                by=None,
                on=options["on"] or timezone.localdate(),
                progress=self._progress,
                network=network_named(options["network"]),
                report=report,
            )
        except KeyboardInterrupt:
            self.stdout.write(report.as_text())
            self.stderr.write(f"\nArrêté. {GOES_ON}")
            sys.exit(INTERRUPTED)
        except OperationalError as error:
            self.stdout.write(report.as_text())
            raise CommandError(
                f"La base n’a pas pu écrire ({error}). Vérifiez que le disque n’est pas plein. "
                f"{GOES_ON}"
            ) from error
        self.stdout.write(report.as_text())
        if report.errors and not (report.notices or report.skipped):
            sys.exit(UNREADABLE)

    def _progress(self, done: int, place: str) -> None:
        """A line a second, once the run has lasted two."""
        now = time.monotonic()
        if now - self.last_line >= SECONDS_BETWEEN_LINES:
            self.last_line = now
            self.stderr.write(
                f"  {french.count(done, 'document')} en {now - self.started:.0f} s, {place[-60:]}"
            )

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cordee.base import terminal
from cordee.members.models import Network
from cordee.opportunities.actions import import_notices

UNREADABLE = 2


class Command(BaseCommand):
    help = "Importe des avis : fichiers, dossiers, archives (archive.zip!membre)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="CHEMIN")
        parser.add_argument("--on", type=terminal.day, metavar="AAAA-MM-JJ")
        parser.add_argument("--network", help="identifiant du réseau à qui vont les besoins privés")

    def handle(self, *args: Any, **options: Any) -> None:
        terminal.prepare_base(self.stderr)
        network = None
        slug = options["network"]
        if slug:
            network = Network.objects.filter(slug=slug).first()
            if network is None:
                known = ", ".join(Network.objects.order_by("slug").values_list("slug", flat=True))
                raise CommandError(
                    f"--network {slug} : inconnu. Réseaux connus : {known or 'aucun'}."
                )
        report = import_notices(
            options["paths"],
            by=None,
            on=options["on"] or timezone.localdate(),
            progress=self._progress,
            network=network,
        )
        self.stdout.write(report.as_text())
        if report.errors and not (report.notices or report.skipped):
            sys.exit(UNREADABLE)

    def _progress(self, done: int, place: str) -> None:
        if done % 25 == 0 or done == 1:
            self.stderr.write(f"  {done} documents, {place[-60:]}")

import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cordee.members.models import Network
from cordee.opportunities.actions import import_notices


class Command(BaseCommand):
    help = "Import notices from files, folders and archives (archive.zip!member)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH")
        parser.add_argument("--on", type=date.fromisoformat, help="day, as 2026-11-25")
        parser.add_argument(
            "--network", help="slug of the network that private needs are meant for"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        network = None
        if options["network"]:
            network = Network.objects.filter(slug=options["network"]).first()
            if network is None:
                known = ", ".join(Network.objects.values_list("slug", flat=True)) or "(none)"
                raise CommandError(f"--network {options['network']}: no such network. Use: {known}")
        report = import_notices(
            options["paths"],
            by=None,
            on=options["on"] or timezone.localdate(),
            progress=self._progress,
            network=network,
        )
        self.stderr.write("")
        self.stdout.write(report.as_text())

    def _progress(self, done: int, place: str) -> None:
        if done % 25 == 0 or done == 1:
            end = "\r" if sys.stderr.isatty() else "\n"
            self.stderr.write(f"{done} documents, {place[-60:]}", ending=end)

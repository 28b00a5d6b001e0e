from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cordee.base import terminal
from cordee.base.ui import french
from cordee.opportunities.actions.importing import reread


class Command(BaseCommand):
    help = "Relit, avec les lecteurs d’aujourd’hui, chaque avis qu’ils n’ont pas encore lu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=terminal.day, metavar="AAAA-MM-JJ")

    def handle(self, *args: Any, **options: Any) -> None:
        terminal.prepare_base(self.stderr)
        report = reread(on=options["on"] or timezone.localdate(), progress=self._progress)
        read = french.count(report.read, "nouvelle lecture", "nouvelles lectures")
        errors = french.count(len(report.errors), "avis illisible", "avis illisibles")
        self.stdout.write(f"{read}, dont {report.changed} qui disent autre chose, {errors}.")
        for error in report.errors:
            self.stdout.write(str(error))

    def _progress(self, done: int, total: int) -> None:
        if done % 50 == 0 or done == total:
            self.stderr.write(f"{done} / {total}")

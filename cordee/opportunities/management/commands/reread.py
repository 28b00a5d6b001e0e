from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cordee.opportunities.actions import reread


class Command(BaseCommand):
    help = "Read again, with the present readers, every imported notice that they have not read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="day, as 2026-11-25")

    def handle(self, *args: Any, **options: Any) -> None:
        report = reread(on=options["on"] or timezone.localdate(), progress=self._progress)
        self.stdout.write(f"{report.read} nouvelles lectures, {len(report.errors)} illisibles.")
        for error in report.errors:
            self.stdout.write(str(error))

    def _progress(self, done: int, total: int) -> None:
        if done % 50 == 0 or done == total:
            self.stderr.write(f"{done} / {total}")

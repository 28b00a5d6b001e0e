import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cordee.base import terminal
from cordee.opportunities.actions.syncing import sync_source
from cordee.opportunities.sources.registry import FEEDS

NOTHING_READ = 2
SECONDS_BETWEEN_LINES = 1.0


class Command(BaseCommand):
    help = "Lit ce qu’ont publié le BOAMP, TED et les DECP ; à lancer plusieurs fois par jour."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--source",
            choices=sorted(FEEDS),
            help="cette source seulement, même si son prochain essai n’est pas encore dû",
        )
        parser.add_argument(
            "--since",
            type=terminal.day,
            metavar="AAAA-MM-JJ",
            help="premier jour de publication à lire ; sinon, là où la dernière lecture s’arrête",
        )
        parser.add_argument(
            "--detail",
            action="store_true",
            help="dit ce qui est venu, et si la forme est celle attendue, comme la première fois",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        terminal.prepare_base(self.stderr)
        today = timezone.localdate()
        since = options["since"]
        if since and since > today:
            raise CommandError(f"--since {since} : ce jour n’est pas encore venu.")
        asked = [FEEDS[options["source"]]] if options["source"] else list(FEEDS.values())
        reports = []
        for feed in asked:
            self.name, self.last_line = feed.name, 0.0
            report = sync_source(
                feed,
                on=today,
                since=since,
                is_urgent=bool(options["source"] or since),
                is_detailed=options["detail"],
                progress=self._progress,
            )
            reports.append(report)
            self.stdout.write(report.as_text(today))
        if not any(report.was_read for report in reports):
            sys.exit(NOTHING_READ)

    def _progress(self, label: str) -> None:
        """A line a second at most."""
        if time.monotonic() - self.last_line >= SECONDS_BETWEEN_LINES:
            self.last_line = time.monotonic()
            self.stderr.write(f"  {self.name}, {label}")

"""Values of law unknown today, never checked, not recently checked; then those read, and where."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from cordee.base import terminal
from cordee.rules import accounts, official_forms, parameters, trades


class Command(BaseCommand):
    help = (
        "Liste les valeurs de droit\u00a0: inconnues ce jour-là, jamais vérifiées, à relire, lues."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=terminal.day, metavar="AAAA-MM-JJ")
        parser.add_argument("--max-age-days", type=int, default=365, metavar="JOURS")

    def handle(self, *, on: date | None, max_age_days: int, **options: Any) -> None:
        on = on or timezone.localdate()
        lines = [
            *parameters.report(on, max_age_days=max_age_days),
            *official_forms.report(),
            *accounts.report(),
            *trades.report(),
        ]
        titles = {
            parameters.Concern.UNKNOWN: "Inconnues ce jour-là",
            parameters.Concern.NEVER_CHECKED: "Jamais vérifiées dans le texte",
            parameters.Concern.NOT_RECENTLY_CHECKED: "À relire",
        }
        self.stdout.write(f"{len(parameters.all_parameters())} valeurs, le {on:%d/%m/%Y}")
        for concern, title in titles.items():
            found = [line for line in lines if line.concern is concern]
            if found:
                self.stdout.write(f"\n{title} ({len(found)})")
                for line in found:
                    self.stdout.write(f"  {line.name:<42} {line.message}")
        read = [p for p in parameters.all_parameters() if p.holds_on(on) and p.checked_on]
        self.stdout.write(f"\nLues dans une source ({len(read)})")
        for p in read:
            self.stdout.write(
                f"  {p.name:<42} depuis le {p.valid_from:%d/%m/%Y}, {p.source}. Lue le "
                f"{p.checked_on:%d/%m/%Y}."
            )

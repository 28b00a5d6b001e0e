"""Files without a row go to the bin, even where the schedule refuses because they are many."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cordee.base import files
from cordee.base.ui import french


class Command(BaseCommand):
    help = "Met à la corbeille, pour trente jours, les fichiers sans ligne dans la base."

    def handle(self, **options: Any) -> None:
        moved = files.forget_orphans(timezone.now(), however_many=True)
        self.stdout.write(f"À la corbeille : {french.count(moved, 'fichier', 'fichiers')}.")

from typing import Any

from django.core.management.base import BaseCommand

from cordee.base.ui import french
from cordee.members.actions.territories import load_territories


class Command(BaseCommand):
    help = "Remplit régions, départements et communes depuis les référentiels publics livrés."

    def handle(self, *args: Any, **options: Any) -> None:
        def progress(done: int, total: int) -> None:
            if options["verbosity"] > 1:
                self.stderr.write(f"communes : {done} sur {total}")

        regions, departments, communes = load_territories(progress=progress)
        self.stdout.write(
            f"{french.count(regions, 'région')}, "
            f"{french.count(departments, 'département')}, "
            f"{french.count(communes, 'commune')}."
        )

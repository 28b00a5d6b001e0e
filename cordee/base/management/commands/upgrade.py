"""After new code: a copy, the base in step, notices read again; what changed and the way back."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cordee.base import backup, serving
from cordee.base.backup.state import state_folder
from cordee.base.migrating import refuse_older_base
from cordee.base.version import noted_version, version


class Command(BaseCommand):
    help = "Après une mise à jour du code : copie tout, met la base à jour, relit les avis."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder",
            type=Path,
            nargs="?",
            metavar="DOSSIER",
            help="où faire la copie (sauvegardes/ parmi les données si rien n’est dit)",
        )

    def handle(self, *, folder: Path | None, **options: Any) -> None:
        refuse_older_base()
        folder = (folder or state_folder() / "sauvegardes").resolve()
        before = noted_version()
        try:
            with serving.stopped():
                call_command("backup", str(folder), stdout=self.stdout)
                self._bring_up(before, backup.made_in(folder)[-1])
        except serving.Served as error:
            raise CommandError(f"{error} Rien n’a changé.") from error

    def _bring_up(self, before: str, copy: Path) -> None:
        way_back = (
            f"Pour revenir : ./go run -- restore --replace {copy}, puis remettez le code d’avant "
            "avant de servir."
        )
        # Said before anything changes: whoever is killed says nothing.
        self.stdout.write(way_back)
        try:
            self._change(before)
        except KeyboardInterrupt:
            raise CommandError(f"Arrêté. Relancez upgrade, il reprendra. {way_back}") from None
        except Exception as error:
            raise CommandError(
                f"La mise à jour s’est arrêtée ({type(error).__name__} : {error}). Relancez "
                f"upgrade, il reprendra, ou revenez. {way_back}"
            ) from error

    def _change(self, before: str) -> None:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        call_command("prepare", stdout=self.stdout, stderr=self.stderr)
        self.stdout.write(f"Version : {before or 'non notée'} avant, {version()} maintenant.")
        self.stdout.write(f"Migrations faites : {len(plan) or 'aucune'}.")
        for migration, _ in plan:
            self.stdout.write(f"  {migration.app_label}.{migration.name}")
        # By name: base knows no room above it.
        call_command("reread", stdout=self.stdout, stderr=self.stderr)

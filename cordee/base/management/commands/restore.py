"""Puts a copy made by `backup` in the place of the present state, which is kept beside."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cordee.base import backup, serving
from cordee.base.backup.state import state_folder
from cordee.base.management.commands.backup import contents
from cordee.base.management.commands.prepare import is_migrated


class Command(BaseCommand):
    help = "Vérifie une copie faite par backup, puis remet tout à sa place."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="COPIE")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="met la copie à la place de ce qui est là, qui est gardé à côté",
        )

    def handle(self, *, folder: Path, replace: bool, **options: Any) -> None:
        try:
            done = backup.restore_copy(folder.resolve(), replace=replace, now=timezone.now())
        except serving.Served as error:
            raise CommandError(f"{error} Rien n’a changé.") from error
        except (backup.BadCopy, backup.NotRestored, backup.ToolFailed) as error:
            raise CommandError(f"{error} Rien n’a changé.") from error
        manifest = done.manifest
        made_at = datetime.fromisoformat(manifest.made_at)
        self.stdout.write(
            f"Copie du {made_at:%d/%m/%Y à %H:%M}, faite avec Cordée {manifest.version} : entière, "
            "et remise en place."
        )
        self.stdout.write(f"  {contents(manifest)}.")
        if done.aside:
            self.stdout.write(f"  Ce qui était là est gardé : {done.aside}")
        if done.schema:
            self.stdout.write(f"  La base d’avant est gardée dans son schéma {done.schema}.")
        if os.environ.get("CORDEE_SECRET_KEY") and (state_folder() / "secret_key").exists():
            self.stdout.write(
                "  CORDEE_SECRET_KEY passe avant la clé de la copie : ôtez-la, sauf si c’est "
                "la même."
            )
        if not is_migrated():
            self.stdout.write(
                "  Ce code est plus récent que la base : ./go serve la mettra à jour. Pour revenir "
                "en arrière, remettez d’abord le code d’avant."
            )
        self.stdout.write("Servez : ./go serve. Vérifiez : ./go run -- verify_approvals.")

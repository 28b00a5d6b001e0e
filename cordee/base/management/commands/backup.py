"""Copies all state (database, keys, mail, files) to a folder, consistently while Cordée runs."""

import os
import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cordee.base import backup
from cordee.base.backup.state import is_state, state_folder
from cordee.base.ui import french


class Command(BaseCommand):
    help = "Copie toutes les données de Cordée dans un dossier, même pendant qu’elle tourne."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DOSSIER")
        parser.add_argument(
            "--keep",
            type=int,
            metavar="N",
            help="garde les N dernières copies entières de ce dossier, efface les autres",
        )

    def handle(self, *, folder: Path, keep: int | None, **options: Any) -> None:
        folder = folder.resolve()
        if keep is not None and keep < 1:
            raise CommandError(f"--keep {keep} : gardez au moins une copie, par exemple --keep 7.")
        if folder == state_folder() or (
            folder.is_relative_to(state_folder())
            and is_state(folder.relative_to(state_folder()).parts[0])
        ):
            raise CommandError(
                f"{folder} : ce dossier est parmi ce qu’on copie. Prenez-en un autre."
            )
        try:
            made, manifest = backup.make_copy(folder, now=timezone.now())
        except OSError as error:
            raise CommandError(
                f"{error.filename or folder} : {error.strerror}. Aucune copie n’est faite : nommez "
                "un dossier à vous, où il reste de la place."
            ) from error
        except (backup.BadCopy, backup.ToolFailed) as error:
            raise CommandError(f"{error} Aucune copie n’est faite.") from error
        self.stdout.write(f"Copie faite : {made}")
        self.stdout.write(f"  {contents(manifest)}.")
        self.stdout.write(f"  {_warning()}")
        for old in backup.made_in(folder)[:-keep] if keep else []:
            # Under the name of what is not whole: cut short, nobody takes the rest for a copy.
            shutil.rmtree(old.rename(old.with_name(f"{old.name}.part")))
            self.stdout.write(f"  Copie plus ancienne effacée : {old.name}")
        for left in backup.unfinished_in(folder):
            self.stdout.write(
                f"  {left.name} est le reste d’une copie interrompue, ou une copie en cours : "
                "effacez ce dossier si rien n’y écrit."
            )


def contents(manifest: backup.Manifest) -> str:
    """What a copy holds, in words."""
    parts = [
        {"sqlite": "la base (SQLite)", "postgresql": "la base (PostgreSQL)"}[manifest.database],
        french.count(manifest.count("fichiers"), "fichier privé", "fichiers privés"),
        french.count(manifest.count("courrier"), "fichier de courrier", "fichiers de courrier"),
    ]
    size = french.with_unit(french.number(manifest.bytes / 1e6, 1), "Mo")
    return f"{', '.join(parts)}, {size} en tout"


def _warning() -> str:
    if os.environ.get("CORDEE_SECRET_KEY"):
        return (
            "La clé secrète n’y est pas : elle est dans CORDEE_SECRET_KEY. Gardez-la à part, la "
            "copie ne suffit pas sans elle. Ce que les personnes ont écrit y est en clair."
        )
    return (
        "La clé secrète est dedans, et tout ce que les personnes ont écrit : qui lit cette copie "
        "peut tout. Gardez-la sous clé, ailleurs que sur cette machine."
    )

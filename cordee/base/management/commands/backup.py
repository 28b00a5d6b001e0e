"""Copies all state (database, keys, mail, files) to a folder, consistently while Cordée runs."""

import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone


class Command(BaseCommand):
    help = "Copie toutes les données de Cordée dans un dossier, même pendant qu’elle tourne."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DOSSIER")

    def handle(self, *, folder: Path, **options: Any) -> None:
        if folder.resolve().is_relative_to(Path(settings.STATE_DIR).resolve()):
            raise CommandError(
                f"{folder} : ce dossier est parmi ce qu’on copie. Prenez-en un autre."
            )
        target = folder / f"cordee-{timezone.localtime():%Y-%m-%d-%H%M%S}"
        if target.exists():
            raise CommandError(f"{target} existe déjà. Réessayez dans une seconde.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # Keys and people are in it: its owner alone reads it.
            target.mkdir(mode=0o700)
        except OSError as error:
            raise CommandError(f"{folder} : {error.strerror}. Nommez un dossier à vous.") from error
        if connection.vendor == "sqlite":
            self._copy_sqlite(target)
        else:
            self._dump_postgres(target)
        for path in sorted(Path(settings.STATE_DIR).iterdir()):
            if ".sqlite3" in path.name or path.name == "cache":
                continue
            if path.is_dir():
                shutil.copytree(path, target / path.name)
            else:
                shutil.copy2(path, target / path.name)
        self.stdout.write(f"Copie faite : {target}")

    def _copy_sqlite(self, target: Path) -> None:
        # SQLite's own online copy: a plain copy of the file could tear a transaction in two.
        name = str(settings.DATABASES["default"]["NAME"])
        source = sqlite3.connect(name)
        copy = sqlite3.connect(target / Path(name).name)
        with copy:
            source.backup(copy)
        copy.close()
        source.close()

    def _dump_postgres(self, target: Path) -> None:
        base = connection.settings_dict
        command = ["pg_dump", "--format=custom", f"--file={target / 'cordee.dump'}"]
        for option, key in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
            if base[key]:
                command.append(f"{option}={base[key]}")
        done = subprocess.run(
            [*command, str(base["NAME"])],
            env={"PGPASSWORD": base["PASSWORD"], "PATH": "/usr/bin:/bin:/usr/local/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CommandError(f"pg_dump n’a pas pu copier la base : {done.stderr.strip()}")

"""Brings the database in step with the code: tables and public data. Quick when nothing is new."""

import os
import stat
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_permission_codename
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cordee.base.migrating import migrate, refuse_older_base
from cordee.base.version import note_version

# What a group and everybody may do.
PRIVATE = 0o077


def is_migrated() -> bool:
    """Whether the tables are those of the code, and what Django writes after them is there too."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    # A migrate that was cut after its last table has not written these, and never would.
    rows = apps.get_model("auth.Permission").objects
    known = set(rows.values_list("content_type__app_label", "content_type__model", "codename"))
    return known >= {
        (
            model._meta.app_label,
            model._meta.model_name,
            get_permission_codename(action, model._meta),
        )
        for model in apps.get_models()
        for action in model._meta.default_permissions
    }


def keep_private(folder: Path) -> int:
    """Take from others what they may do with a folder and all in it; how many were not ours."""
    foreign = 0
    for path, folders, files in os.walk(folder):
        for each in (path, *(os.path.join(path, name) for name in (*folders, *files))):
            try:
                mode = os.lstat(each).st_mode
                if mode & PRIVATE and not stat.S_ISLNK(mode):
                    os.chmod(each, mode & ~PRIVATE & 0o7777)
            except PermissionError:
                foreign += 1
            except FileNotFoundError:
                continue  # a server may run meanwhile
    return foreign


class Command(BaseCommand):
    help = "Crée ou met à jour la base, et charge les territoires et les programmes publics."

    def handle(self, **options: Any) -> None:
        refuse_older_base()
        foreign = keep_private(Path(settings.STATE_DIR))
        if foreign:
            self.stderr.write(
                f"  {settings.STATE_DIR} : {foreign} fichiers sont à un autre compte, et restent "
                "lisibles. Donnez-les au compte qui lance Cordée (chown -R)."
            )
        if not is_migrated():
            self.stderr.write("  Base de données …")
            migrate()
        # By name: base knows no room above it.
        if not apps.get_model("members.Commune").objects.exists():
            self.stderr.write("  Communes de France …")
            call_command("load_territories", stdout=self.stdout)
        if not apps.get_model("members.Programme").objects.exists():
            self.stderr.write("  Programmes publics …")
            call_command("load_programmes", stdout=self.stdout)
        note_version()

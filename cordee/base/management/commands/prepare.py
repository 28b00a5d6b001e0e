"""Brings the database in step with the code: tables and public data. Quick when nothing is new."""

from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cordee.base.migrating import migrate
from cordee.base.version import note_version


def is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


class Command(BaseCommand):
    help = "Crée ou met à jour la base, et charge les territoires et les programmes publics."

    def handle(self, **options: Any) -> None:
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

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cordee.base import terminal
from cordee.base.ui import french
from cordee.members.actions import checking
from cordee.members.actions.checking import configured_register


class Command(BaseCommand):
    help = "Vérifie au répertoire SIRENE les structures qui ne l’ont pas été depuis 30 jours."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--most", type=int, metavar="N", help="au plus tant de structures")

    def handle(self, *args: Any, **options: Any) -> None:
        register = configured_register()
        if register is None:
            raise CommandError(
                "CORDEE_SIRENE_URL n’est pas réglé : aucun répertoire à interroger. "
                "Voyez docs/sources.md."
            )
        terminal.prepare_base(self.stderr)
        report = checking.check_registry(
            register=register,
            by=None,
            now=timezone.now(),
            most=options["most"],
            progress=self._progress,
        )
        self.stdout.write(
            french.count(report.checked, "structure vérifiée", "structures vérifiées")
        )
        for title, labels in (
            ("Fermées", report.closed),
            ("Dites fermées, à confirmer par la structure ou son réseau", report.to_confirm),
            ("Rouvertes", report.reopened),
            ("SIRET introuvable", report.unknown),
            ("Nom ou adresse différents", report.different),
        ):
            if labels:
                self.stdout.write(f"{title} ({len(labels)})")
                for label in labels:
                    self.stdout.write(f"  {label}")
        if report.stopped:
            left = french.count(report.left, "structure reste", "structures restent")
            raise CommandError(f"Arrêté : {report.stopped} {left} : relancez plus tard.")

    def _progress(self, done: int, total: int) -> None:
        if done % 50 == 0 or done == total:
            self.stderr.write(f"{french.number(done)} sur {french.number(total)}")

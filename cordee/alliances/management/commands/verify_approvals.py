"""Recounts the chains of approvals from the base and the journal: whole, or not, and where."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cordee.alliances.life.standing import chain_faults
from cordee.alliances.models import Alliance


class Command(BaseCommand):
    help = "Vérifie les chaînes d’approbations : chaque ligne, son lien, et ce que note le journal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "alliance",
            nargs="?",
            metavar="ALLIANCE",
            help="identifiant d’une alliance ; sans lui, toutes celles qui ont une approbation",
        )

    def handle(self, *, alliance: str | None, **options: Any) -> None:
        broken = 0
        rows = self._alliances(alliance)
        for row in rows:
            faults = chain_faults(row)
            how_many = row.approvals.count()
            told = "chaîne rompue" if faults else "chaîne entière"
            lines = f"{how_many} ligne{'s' if how_many > 1 else ''}"
            self.stdout.write(f"{row.pk} : {told}, {lines}.")
            for fault in faults:
                self.stdout.write(f"  ligne {fault.sequence} : {fault.sentence}")
            broken += bool(faults)
        if broken:
            raise CommandError(
                f"{broken} chaîne{'s' if broken > 1 else ''} sur {len(rows)} "
                f"{'sont rompues' if broken > 1 else 'est rompue'}. Comparez avec une sauvegarde."
            )
        if not rows:
            self.stdout.write("Aucune approbation à vérifier.")

    def _alliances(self, pk: str | None) -> list[Alliance]:
        if pk is None:
            # One whose every line was taken away is still in the journal.
            return [row for row in Alliance.objects.order_by("made_at", "pk") if _has_any(row)]
        try:
            return [Alliance.objects.get(pk=uuid.UUID(pk))]
        except (ValueError, ValidationError, Alliance.DoesNotExist):
            raise CommandError(f"Aucune alliance {pk} : donnez son identifiant.") from None


def _has_any(row: Alliance) -> bool:
    return row.approvals.exists() or bool(chain_faults(row))

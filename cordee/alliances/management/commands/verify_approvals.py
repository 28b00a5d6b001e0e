"""Recounts the chains of approvals and hashes the kept texts again: whole, or not, and where."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cordee.agreement.chain import KeptText
from cordee.alliances.models import Alliance
from cordee.alliances.state.approval_chain import Trace, chain_faults, trace_of

NEVER = "Approuvée avant que Cordée garde les textes : seule l’empreinte du texte reste."


class Command(BaseCommand):
    help = "Vérifie les chaînes d’approbations : chaque ligne, son lien, son texte, et le journal."

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
            trace = trace_of(row)
            self.stdout.write(f"{row.pk} : {_summary(trace)}.")
            for fault in trace.faults:
                self.stdout.write(f"  ligne {fault.sequence} : {fault.sentence}")
            for place, kept in trace.kept.items():
                if kept is KeptText.NEVER:
                    self.stdout.write(f"  ligne {place} : {NEVER}")
            broken += bool(trace.faults)
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


def _summary(trace: Trace) -> str:
    """Whether the chain is whole, how long it is, and how many of its lines have their text."""
    lines = len(trace.rows)
    whole = sum(kept is KeptText.WHOLE for kept in trace.kept.values())
    state = "chaîne rompue" if trace.faults else "chaîne entière"
    texts = f"textes approuvés gardés et conformes : {whole} sur {lines}"
    return f"{state}, {lines} ligne{'s' if lines > 1 else ''} ; {texts}"


def _has_any(row: Alliance) -> bool:
    return row.approvals.exists() or bool(chain_faults(row))

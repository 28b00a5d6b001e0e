from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cordee.notices.reading import not_opened
from cordee.notices.trades.labels import codes_by_id, read_labels, with_codes
from cordee.notices.trades.model import PATH
from cordee.notices.trades.training import Example, to_toml, train

LABELS = "labels/sectors.jsonl"
CODED = "ted/ted_export_fr.zip"


class Command(BaseCommand):
    help = "Apprend à lire les métiers à partir d’avis étiquetés, et écrit model.toml."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("data", type=Path, metavar="DOSSIER", help=f"contient {LABELS}")
        parser.add_argument("--output", type=Path, default=PATH, metavar="FICHIER")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["data"] / LABELS
        try:
            labels = read_labels(path)
        except OSError as error:
            raise CommandError(str(not_opened(str(path), error))) from None
        except ValueError as error:
            raise CommandError(f"{path} : illisible ({error}).") from None
        coded = list(with_codes(labels, codes_by_id(options["data"] / CODED)))
        examples = [Example(label.document, label.sectors) for label in (*labels, *coded)]
        model = train(examples)
        source = (
            f"Learned from {len(labels)} labelled notices, {len(coded)} of them also with codes."
        )
        options["output"].write_text(to_toml(model, source=source), "utf-8")
        self.stdout.write(
            f"{len(labels)} avis étiquetés, dont {len(coded)} avec leurs codes. "
            f"{len(model.weights)} poids écrits dans {options['output'].name}."
        )

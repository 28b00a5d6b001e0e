import time
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from cordee.base import tables, terminal
from cordee.base.outages import outage_of
from cordee.base.ui import french
from cordee.members import import_parts, list_columns
from cordee.members.actions import imports
from cordee.members.actions.imports import import_structures, preview_structures
from cordee.members.import_report import ImportReport
from cordee.members.models import ListMapping, Network
from cordee.members.structure_list import COLUMNS, FIELD_LABELS, own_column
from cordee.members.terminal import network_named

BUSY = "Tout ce qui est compté est gardé. Relancez la même commande\u00a0: elle continue."
SECONDS_BETWEEN_LINES = 1.0


class Command(BaseCommand):
    help = (
        "Importe une liste de structures (CSV ou XLSX) et dit chaque ligne rejetée ou douteuse. "
        "Une colonne absente ne change rien ; une case vide non plus, sauf --empty-erases."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path", type=Path, help=f"CSV ou XLSX ; colonnes : {', '.join(COLUMNS)}"
        )
        parser.add_argument("--network", help="identifiant d’un réseau dont elles seront membres")
        parser.add_argument("--sheet", default="", help="feuille d’un classeur (sinon la première)")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="EN-TÊTE=CHAMP",
            help="dit ce que donne une colonne, par exemple --map « Raison sociale=nom » ; "
            "autant de fois qu’il faut ; « Colonne= » ne la lit pas",
        )
        parser.add_argument(
            "--empty-erases",
            action="store_true",
            help="les cases vides effacent ce qui était connu",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="dit ce qui changerait, et n’écrit rien"
        )
        parser.add_argument("--report", type=Path, help="écrit aussi le rapport, en CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.is_file():
            raise CommandError(f"{path} : ce fichier n’existe pas. Donnez le chemin d’un CSV.")
        if options["report"] and not options["report"].parent.is_dir():
            raise CommandError(f"--report {options['report']} : ce dossier n’existe pas.")
        terminal.prepare_base(self.stderr)
        network = network_named(options["network"])
        self.last_line = time.monotonic()
        try:
            with path.open("rb") as file:
                table = tables.open_table(file, options["sheet"])
                columns = _columns(table.header, network, options["map"])
                report = self._report(table.rows, path.name, network, columns, options)
        except imports.Overtaken:
            raise CommandError(f"Une autre commande importe pour {network}. {BUSY}") from None
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        except (DatabaseError, OSError, ValueError) as error:
            if words := outage_of(error):
                raise CommandError(f"{words}. {BUSY}") from error
            if isinstance(error, DatabaseError):
                raise
            raise CommandError(f"{path} : {error}") from error
        if options["dry_run"]:
            self.stdout.write("Essai : rien n’est écrit. Voici ce que la liste ferait.")
        self.stdout.write(report.as_text(is_written=not options["dry_run"]))
        if options["report"]:
            with options["report"].open("w", encoding="utf-8", newline="") as file:
                file.writelines(report.as_csv())

    def _report(
        self,
        rows: Iterable[tables.Row],
        source: str,
        network: Network | None,
        columns: dict[str, str],
        options: dict[str, Any],
    ) -> ImportReport:
        erases = options["empty_erases"]
        if options["dry_run"]:
            return preview_structures(
                rows, source=source, columns=columns, empty_erases=erases, progress=self._progress
            )
        kept = import_structures(
            rows,
            by=None,
            source=source,
            network=network,
            columns=columns,
            empty_erases=erases,
            progress=self._progress,
        )
        return import_parts.whole_report(kept)

    def _progress(self, done: int, total: int) -> None:
        """A line a second at most, and the last one."""
        now = time.monotonic()
        if done == total or now - self.last_line >= SECONDS_BETWEEN_LINES:
            self.last_line = now
            self.stderr.write(f"{french.number(done)} lignes sur {french.number(total)}")


def _columns(header: list[str], network: Network | None, asked: list[str]) -> dict[str, str]:
    """The choice that the network made for this header, or what the page would propose; then
    what is asked. Raises CommandError for what is asked in vain, and for what lacks.
    """
    key = list_columns.header_key([name for name in header if name])
    known = ListMapping.objects.filter(network=network, key=key).first() if network else None
    columns = dict(known.columns) if known is not None else list_columns.guess_columns(header)
    for each in asked:
        name, _, label = each.rpartition("=")
        if name.strip() not in columns:
            raise CommandError(
                f"--map {each} : aucune colonne « {name.strip()} ». Il y a : {', '.join(columns)}."
            )
        field = own_column(label)
        if field not in ("", *COLUMNS):
            known_fields = ", ".join(FIELD_LABELS.values())
            raise CommandError(f"--map {each} : champ inconnu. Champs : {known_fields}.")
        for other, given in columns.items():
            # What is asked wins over what was guessed.
            columns[other] = "" if field and given == field else given
        columns[name.strip()] = field
    if lacking := list_columns.missing(columns):
        raise CommandError(
            f"Il manque\u00a0: {', '.join(lacking)}. Colonnes de la liste\u00a0: "
            f"{', '.join(columns) or 'aucune'}. "
            "Dites laquelle\u00a0: --map «\u00a0Votre colonne=nom\u00a0»."
        )
    return columns

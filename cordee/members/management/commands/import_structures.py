from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cordee.base import tables, terminal
from cordee.base.ui import french
from cordee.members import actions, list_columns
from cordee.members.import_report import ImportReport
from cordee.members.models import ListMapping, Network
from cordee.members.structure_list import COLUMNS, check_columns


class Command(BaseCommand):
    help = "Importe une liste de structures (CSV ou XLSX) et dit chaque ligne rejetée ou douteuse."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path", type=Path, help=f"CSV ou XLSX ; colonnes : {', '.join(COLUMNS)}"
        )
        parser.add_argument("--network", help="identifiant d’un réseau dont elles seront membres")
        parser.add_argument("--sheet", default="", help="feuille d’un classeur (sinon la première)")
        parser.add_argument("--report", type=Path, help="écrit aussi le rapport, en CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.is_file():
            raise CommandError(f"{path} : ce fichier n’existe pas. Donnez le chemin d’un CSV.")
        if options["report"] and not options["report"].parent.is_dir():
            raise CommandError(f"--report {options['report']} : ce dossier n’existe pas.")
        terminal.prepare_base(self.stderr)
        network = self._network(options["network"])
        try:
            with path.open("rb") as file:
                table = tables.open_table(file, options["sheet"])
                columns = _columns(table.header, network)
                kept = actions.import_structures(
                    table.rows,
                    by=None,
                    source=path.name,
                    network=network,
                    columns=columns,
                    progress=self._progress,
                )
        except (OSError, ValueError) as error:
            raise CommandError(f"{path} : {error}") from error
        report = ImportReport.from_json(kept.report)
        self.stdout.write(report.as_text())
        if options["report"]:
            with options["report"].open("w", encoding="utf-8", newline="") as file:
                file.writelines(report.as_csv())

    def _network(self, slug: str | None) -> Network | None:
        if slug is None:
            return None
        network = Network.objects.filter(slug=slug).first()
        if network is None:
            known = ", ".join(Network.objects.order_by("slug").values_list("slug", flat=True))
            raise CommandError(f"--network {slug} : inconnu. Réseaux connus : {known or 'aucun'}.")
        return network

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"{french.number(done)} lignes sur {french.number(total)}")


def _columns(header: list[str], network: Network | None) -> dict[str, str]:
    """The choice that the network made for this header; none where columns bear usual names."""
    key = list_columns.header_key([name for name in header if name])
    known = ListMapping.objects.filter(network=network, key=key).first() if network else None
    if known is not None:
        return dict(known.columns)
    check_columns(header)
    return {}

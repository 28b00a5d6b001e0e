"""From a file to a proven team, in the terminal, without any earlier command."""

import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.module_loading import import_string

from cordee.base.terminal import day as a_day
from cordee.base.terminal import prepare_base
from cordee.composing import terminal
from cordee.composing.terminal.progress import ProgressLine
from cordee.members.models import Network, Structure
from cordee.members.sharing import Viewer
from cordee.notices.notice import Notice, NoticeError
from cordee.notices.reading import read
from cordee.rules.parameters import UnknownParameter

UNREADABLE, INTERRUPTED = 2, 130


class Command(BaseCommand):
    help = "Lit un avis, classe les structures, compose l’équipe et la prouve."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="FICHIER", help="un avis ; archive.zip!membre convient")
        parser.add_argument(
            "--members",
            choices=["demo", "database"],
            default="demo",
            help="structures du monde de démonstration, ou de votre base",
        )
        parser.add_argument("--on", type=a_day, metavar="AAAA-MM-JJ")
        parser.add_argument("--network", metavar="RÉSEAU", help="au nom de quel réseau composer")
        parser.add_argument(
            "--time-limit",
            type=terminal.seconds,
            default=20.0,
            metavar="SECONDES",
            help="pour tout : l’équipe d’abord, puis le reste (20 par défaut)",
        )
        parser.add_argument("--json", action="store_true", help="un objet JSON sur la sortie")
        parser.add_argument(
            "--alternatives",
            type=terminal.whole_number(0, terminal.MOST_ALTERNATIVES, 3),
            default=3,
            metavar="N",
            help="combien d’autres équipes chercher (3 par défaut, 0\u00a0: aucune)",
        )

    def handle(self, *, path: str, on: date | None, **given: Any) -> None:
        notice = self._one_notice(path)
        day = on or timezone.localdate()
        follower = ProgressLine(self._write, is_in_place=self.stderr.isatty())
        try:
            report = terminal.answer(
                notice,
                viewer_of=lambda: self._viewer(given["members"], given["network"], day),
                on=day,
                now=timezone.now() if on is None else None,
                time_limit_s=given["time_limit"],
                progress=self._report,
                follower=follower,
                alternatives=given["alternatives"],
            )
        except KeyboardInterrupt:
            follower.clear()
            self.stderr.write("Abandonné : rien n’est gardé.")
            sys.exit(INTERRUPTED)
        except UnknownParameter as unknown:
            since = f", connue depuis le {unknown.after:%d/%m/%Y}" if unknown.after else ""
            self._refuse(
                f"Le {day:%d/%m/%Y}, une valeur de droit manque : {unknown.name}{since}. "
                "Choisissez un autre jour avec --on."
            )
        if given["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(report.as_text())

    def _one_notice(self, path: str) -> Notice:
        """The only notice of the file; anything else ends the command in one line."""
        if not path or Path(path).is_dir():
            self._refuse(
                f"« {path} » est un dossier : nommez un avis, par exemple dossier/avis.xml."
            )
        found = read(path)
        first = next(found, None)
        if first is None:
            self._refuse(f"{path} : aucun avis dans ce fichier.")
        if isinstance(first, NoticeError):
            self._refuse(str(first))
        if next(found, None) is not None:
            self._refuse(
                f"{path} : plusieurs avis. Nommez-en un, par exemple archive.zip!membre.xml."
            )
        assert isinstance(first, Notice)
        return first

    def _viewer(self, members: str, slug: str | None, day: date) -> Viewer:
        if members == "demo":
            started = time.monotonic()
            import_string(settings.DEMO_WORLD)(day, progress=self._report)
            if time.monotonic() - started > 1:
                self._report(f"Monde prêt en {time.monotonic() - started:.1f} s")
        else:
            prepare_base(self.stderr)
            if not Structure.objects.exists():
                self._report(
                    "Votre base n’a encore aucune structure : import_structures en importe."
                )
        if slug:
            network = Network.objects.filter(slug=slug).first()
            if network is None:
                self._refuse(f"--network {slug} : ce réseau n’est pas dans la base.")
        else:
            # A base with one network at its top speaks for that one; the demo for its first.
            tops = list(Network.objects.filter(parent=None).order_by("pk")[:2])
            network = tops[0] if len(tops) == 1 or (tops and members == "demo") else None
        if network is None:
            self._report(
                "Sans réseau, capacités et plafonds restent inconnus : --network en choisit un."
            )
        return Viewer.of_network(network, day)

    def _write(self, text: str) -> None:
        """Text as it is, at once: a line that is drawn anew has no end."""
        self.stderr.write(text, style_func=str, ending="")
        self.stderr.flush()

    def _report(self, line: str) -> None:
        # Plain: Django would draw all that goes there in the red of errors.
        self.stderr.write(f"  {line}" if line.endswith(".") else f"  {line} …", style_func=str)

    def _refuse(self, line: str) -> NoReturn:
        self.stderr.write(line)
        sys.exit(UNREADABLE)

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cordee.base import terminal
from cordee.notices.notice import Notice, NoticeError
from cordee.notices.reading import not_opened, read
from cordee.notices.summary import BareText, read_lines, summary_of, summary_of_text

UNREADABLE = 2
PATIENCE_SECONDS = 2.0
HEAD_BYTES = 4_096


class Command(BaseCommand):
    help = "Lit des avis et écrit une ligne JSON par avis ; les refus vont sur l’autre sortie."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths",
            nargs="*",
            metavar="CHEMIN",
            help="fichier, dossier, archive, archive.zip!membre",
        )
        parser.add_argument(
            "--jsonl",
            action="append",
            default=[],
            type=Path,
            metavar="FICHIER",
            help="lignes de texte nu : id, title, text, grouping_text, descripteurs, departments",
        )
        parser.add_argument("--on", type=terminal.day, metavar="AAAA-MM-JJ")

    def handle(self, *args: Any, **options: Any) -> None:
        paths, files = options["paths"], options["jsonl"]
        if not paths and not files:
            raise CommandError("Donnez au moins un chemin d’avis, ou --jsonl FICHIER.")
        self._started, self._shown_at, self._done, self._refused = time.monotonic(), 0.0, 0, 0
        on: date = options["on"] or timezone.localdate()
        for path in paths:
            self._write(read(path), lambda notice: summary_of(notice, on=on))
        for file in files:
            self._write(_lines(file), lambda bare: summary_of_text(bare, on=on))
        if self._shown_at:
            self.stderr.write(f"  {self._done} avis lus, {self._refused} refusés.")
        if self._refused and not self._done:
            sys.exit(UNREADABLE)

    def _write[T: (Notice, BareText)](
        self, found: Iterable[T | NoticeError], summary: Callable[[T], dict[str, Any]]
    ) -> None:
        for item in found:
            if isinstance(item, NoticeError):
                self._refused += 1
                self.stderr.write(str(item))
                continue
            line = json.dumps(summary(item), ensure_ascii=False)
            # A lone surrogate in a source has no UTF-8: its escape says the same.
            self.stdout.write(line.encode("utf-8", "backslashreplace").decode("utf-8"))
            self._done += 1
            self._progress()

    def _progress(self) -> None:
        elapsed = time.monotonic() - self._started
        if elapsed - self._shown_at >= PATIENCE_SECONDS:
            self._shown_at = elapsed
            self.stderr.write(f"  {self._done} avis lus…")


def _lines(file: Path) -> Iterator[BareText | NoticeError]:
    try:
        with file.open("rb") as head:
            is_text = b"\0" not in head.read(HEAD_BYTES)
        if not is_text:
            yield NoticeError(
                str(file),
                "Ce n’est pas un fichier de lignes JSON.",
                "Pour des avis ou une archive, donnez le chemin sans --jsonl.",
            )
            return
        with file.open(encoding="utf-8", errors="replace") as stream:
            yield from read_lines(stream, str(file))
    except OSError as error:
        yield not_opened(str(file), error)

"""Checks an attestation in the terminal, as the page « Vérifier » does."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cordee.dossier.phrases import moment
from cordee.skills.badges import keys, tokens
from cordee.skills.models import WithdrawnBadge

UNREADABLE, WITHDRAWN = 2, 3


class Command(BaseCommand):
    help = "Vérifie une attestation\u00a0: vraie (0), refusée (1) ou retirée (3)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "token",
            nargs="?",
            metavar="CODE",
            help="le code, ou l’adresse qui le porte\u202f; sans lui, l’entrée standard",
        )
        parser.add_argument("--file", type=Path, metavar="FICHIER", help="un fichier du code")

    def handle(self, *, token: str | None, file: Path | None, **options: Any) -> None:
        try:
            text = file.read_text() if file else sys.stdin.read() if token is None else token
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(
                f"{file} ne se lit pas\u00a0: {error}", returncode=UNREADABLE
            ) from error
        try:
            said = tokens.verify(tokens.pasted(text), keys.public_key(), keys.key_address())
        except tokens.Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Attestation vraie\u00a0: {said.who}, «\u00a0{said.competence}\u00a0».")
        for sentence in (*said.sentences, said.told):
            self.stdout.write(f"  {sentence}")
        self.stdout.write(f"Par {said.structure}, le {moment(said.issued_at)}.")
        if WithdrawnBadge.objects.filter(number=said.number).exists():
            raise CommandError("Elle a été retirée depuis.", returncode=WITHDRAWN)

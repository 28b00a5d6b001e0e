"""Checks an attestation in the terminal, as the page « Vérifier » does."""

import sys
from os.path import isfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cordee.dossier.phrases import moment
from cordee.skills.badges import tokens
from cordee.skills.models import WithdrawnBadge


class Command(BaseCommand):
    help = "Vérifie une attestation\u00a0: vraie (0), refusée (1) ou retirée (3)."

    def add_arguments(self, parser: CommandParser) -> None:
        told = "code, adresse ou fichier\u202f; sans lui, l’entrée standard"
        parser.add_argument("code", nargs="?", metavar="CODE", help=told)

    def handle(self, *, code: str | None, **options: Any) -> None:
        text = sys.stdin.read() if code is None else code
        if code and isfile(code):
            text = Path(code).read_text("utf-8", errors="replace")
        try:
            said = tokens.verify_ours(text)
        except tokens.Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(tokens.WORDS["titles"]["genuine"].format(said=said))
        signed = f"Par {said.structure}, le {moment(said.issued_at)}."
        self.stdout.write("\n  ".join(["", *said.sentences, said.told, signed]).strip("\n"))
        if WithdrawnBadge.objects.filter(number=said.number).exists():
            raise CommandError(tokens.WORDS["titles"]["withdrawn"], returncode=3)

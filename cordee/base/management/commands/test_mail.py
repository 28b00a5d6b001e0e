"""Sends one mail through the mail server that is set, and says what came of it."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from cordee.base.mail import returns, server

TEXT = """Bonjour,

Ce courrier est un essai de Cordée, demandé par qui la tient. S’il vous arrive, le serveur d’envoi
fait son travail.

{site}
"""


class Command(BaseCommand):
    help = "Envoie un courrier d’essai par le serveur d’envoi, et dit ce qu’il a répondu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", metavar="ADRESSE", help="adresse électronique")

    def handle(self, *, address: str, **options: Any) -> None:
        try:
            validate_email(address)
        except ValidationError as wrong:
            raise CommandError(
                f"{address} : écrivez une adresse, par exemple nom@exemple.fr."
            ) from wrong
        if not server.is_set():
            raise CommandError(
                "Aucun serveur d’envoi n’est réglé : les courriers sont des fichiers du dossier "
                f"{settings.STATE_DIR / 'courrier'}, et personne ne les reçoit. Nommez un serveur "
                "dans CORDEE_MAIL_SERVER, puis essayez de nouveau."
            )
        message = EmailMessage(
            "Cordée : essai d’envoi",
            TEXT.format(site=settings.SITE_ADDRESS),
            to=[address],
            headers={"Auto-Submitted": "auto-generated"},
        )
        where = server.name()
        self.stderr.write(f"De {settings.DEFAULT_FROM_EMAIL} à {address}, par {where} …")
        with server.Conversation() as conversation:
            try:
                conversation.send(message)
            except (OSError, ValueError) as failure:
                conversation.close(is_deaf=True)
                words = returns.verdict_on(failure).words
                raise CommandError(
                    f"Pas parti. {where} : {words}\n{server.cure_of(failure)}"
                ) from failure
            answer = conversation.answer()
        server.forget_failures()
        self.stdout.write(f"Pris par {where}{f' : {answer}' if answer else ''}")
        self.stdout.write("Regardez la boîte, et son dossier des indésirables.")

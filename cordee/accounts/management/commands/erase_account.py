from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cordee.accounts import account_closing, actions
from cordee.accounts.models import User


class Command(BaseCommand):
    help = "Efface un compte : adresse, nom, rôles. Ce que la personne a fait reste, sans son nom."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="ADRESSE", help="adresse électronique du compte")

    def handle(self, *, email: str, **options: Any) -> None:
        person = User.objects.filter(email=email.strip().lower()).first()
        if person is None:
            raise CommandError(f"{email} : aucun compte à cette adresse.")
        # Erasure is a right: whoever keeps the server does it, and learns what it leaves alone.
        for hindrance in account_closing.hindrances(person):
            self.stderr.write(hindrance)
        actions.erase_account(person=person, by=None)
        self.stdout.write(
            "Compte effacé. Les sauvegardes et les courriers en fichiers gardent l’adresse."
        )

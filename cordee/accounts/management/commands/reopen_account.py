from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cordee.accounts import actions
from cordee.accounts.models import User


class Command(BaseCommand):
    help = "Rouvre un compte que la personne avait fermé. Ses rôles se donnent de nouveau."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="ADRESSE", help="adresse électronique du compte")

    def handle(self, *, email: str, **options: Any) -> None:
        person = User.objects.filter(email=email.strip().lower()).first()
        if person is None:
            raise CommandError(f"{email} : aucun compte à cette adresse.")
        actions.reopen_account(person=person, by=None)
        self.stdout.write(f"{person.email} : le compte est ouvert.")

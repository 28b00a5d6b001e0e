from argparse import ArgumentParser
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from cordee.accounts.models import User
from cordee.base import terminal
from cordee.members.actions.people import invite
from cordee.members.models import Programme, RoleSeat
from cordee.members.terminal import add_kind, network_named, structure_named


class Command(BaseCommand):
    help = "Ouvre un compte avec un rôle, et donne le lien où choisir son mot de passe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="ADRESSE", help="adresse électronique")
        parser.add_argument("--role", required=True, choices=RoleSeat.Role.values)
        parser.add_argument("--network", metavar="RÉSEAU", help="identifiant du réseau")
        parser.add_argument("--programme", metavar="PROGRAMME", help="identifiant du programme")
        parser.add_argument("--structure", metavar="SIRET", help="SIRET de la structure")
        add_kind(parser)
        parser.add_argument(
            "--site",
            default=settings.SITE_ADDRESS,
            metavar="URL",
            help="début du lien (CORDEE_SITE si rien n’est dit)",
        )

    def handle(self, *, email: str, role: str, site: str, **options: Any) -> None:
        terminal.prepare_base(self.stderr)
        siret = options["structure"]
        structure = structure_named("--structure", siret, options["kind"]) if siret else None
        try:
            seat = invite(
                email=email,
                role=RoleSeat.Role(role),
                network=network_named(options["network"]),
                structure=structure,
                programme=self._programme(options["programme"]),
                by=None,
            )
        except ValidationError as wrong:
            raise CommandError(f"{email} : {' '.join(wrong.messages)}") from wrong
        days = settings.PASSWORD_RESET_TIMEOUT // 86_400
        self.stdout.write(f"{seat.person.email} : {seat}")
        self.stderr.write(f"Mot de passe à choisir à cette adresse, dans les {days} jours :")
        self.stdout.write(site.rstrip("/") + _password_path(seat.person))

    def _programme(self, slug: str | None) -> Programme | None:
        programme = Programme.objects.filter(slug=slug).first()
        if slug and programme is None:
            raise CommandError(f"--programme {slug} : ce programme n’est pas dans la base.")
        return programme


def _password_path(person: User) -> str:
    key = default_token_generator.make_token(person)
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(person), "key": key},
    )

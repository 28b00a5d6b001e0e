from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from cordee.base import terminal
from cordee.members.actions.networks import open_network
from cordee.members.models import Network


class Command(BaseCommand):
    help = "Ouvre un réseau, ou une délégation d’un réseau."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", metavar="IDENTIFIANT", help="par exemple mon-reseau")
        parser.add_argument("name", metavar="NOM", help="par exemple « Mon réseau »")
        parser.add_argument("--parent", metavar="RÉSEAU", help="identifiant du réseau parent")

    def handle(self, *, slug: str, name: str, parent: str | None, **options: Any) -> None:
        terminal.prepare_base(self.stderr)
        above = Network.objects.filter(slug=parent).first()
        if parent and above is None:
            raise CommandError(f"--parent {parent} : ce réseau n’est pas dans la base.")
        try:
            network = open_network(slug=slug, name=name, parent=above, by=None)
        except ValidationError as wrong:
            raise CommandError(f"{slug} : {' '.join(wrong.messages)}") from wrong
        self.stdout.write(f"Réseau ouvert : {network.name} ({network.slug})")

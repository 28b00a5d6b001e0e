from typing import Any

from django.core.management.base import BaseCommand

from cordee.members.actions.programmes import load_programmes


class Command(BaseCommand):
    help = "Écrit les programmes publics livrés (Paris 2024, Alpes françaises 2030), avec sources."

    def handle(self, **options: Any) -> None:
        written, left = load_programmes()
        for name in written:
            self.stdout.write(f"{name} : écrit, avec ses sources.")
        for name in left:
            self.stdout.write(f"{name} : laissé tel quel, une équipe le tient.")

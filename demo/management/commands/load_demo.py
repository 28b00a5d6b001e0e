"""Fill a database with the fictional world."""

import argparse
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cordee.members.models import Commune
from cordee.opportunities.actions.importing import import_notices
from cordee.rules.clock import PARIS
from demo import loading, programmes, weekly
from demo.campaigns import load_campaigns
from demo.contracts import render_contracts
from demo.exits import load_exits
from demo.needs import post_jobs, post_needs
from demo.notices import render_notices
from demo.practices_commissions import load_commissions
from demo.practices_reuse import load_reuses
from demo.practices_sheets import load_sheets
from demo.training import load_training
from demo.unclaimed import add_unclaimed
from demo.week import load_week
from demo.world import Size, build_world


class Command(BaseCommand):
    help = "Remplit la base avec le monde de démonstration, entièrement inventé."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on", type=_day, help="jour du monde (AAAA-MM-JJ) ; aujourd’hui par défaut"
        )
        parser.add_argument(
            "--size",
            type=_size,
            default="full",
            help="valley (la vallée seule), full (le pays entier) ou un nombre de structures",
        )
        parser.add_argument(
            "--flush", action="store_true", help="vide d’abord la base de démonstration"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if loading.holds_other_data():
            raise CommandError(
                "Cette base contient des personnes ou des structures qui ne viennent pas du monde "
                "de démonstration : rien n’est écrit. Donnez une base vide (CORDEE_STATE)."
            )
        there = loading.loaded_world()
        if there is not None and not options["flush"]:
            self._write_what_is_there(there, options["on"], str(options["size"]))
            return
        if there is not None:
            self._progress("La base de démonstration est vidée")
            loading.empty_database()
        if Commune.objects.count() < 30_000 and options["size"] != "valley":
            self._progress("Communes de France")
            call_command("load_territories", stdout=self.stderr, verbosity=options["verbosity"])
        world = build_world(options["on"] or timezone.localdate(), options["size"])
        loading.load_world(world, progress=self._progress)
        self.stdout.write(
            f"Monde de démonstration du {world.on:%d/%m/%Y} : {len(world.structures)} structures, "
            f"{len(world.networks)} réseaux, {len(world.people)} personnes."
        )
        # After the world: its rows keep the keys that each day gives them.
        add_unclaimed(now=datetime.combine(world.on, time(9), tzinfo=PARIS))
        self._import_notices(world.on, str(options["size"]))

    def _write_what_is_there(self, there: tuple[date, str], on: date | None, size: str) -> None:
        day, size_there = there
        if (on is not None and on != day) or size != size_there:
            raise CommandError(
                f"Le monde du {day:%d/%m/%Y} (taille {size_there}) est déjà là : ajoutez --flush "
                "pour le remplacer."
            )
        self.stdout.write(
            f"Le monde du {day:%d/%m/%Y} est déjà là. Ajoutez --flush pour le refaire."
        )
        self._import_notices(day, size)

    def _import_notices(self, day: date, size: str) -> None:
        # Also where the world is already there: an import that was cut short ends here, and what
        # is already in is skipped.
        self._progress("Douze avis")
        paths = render_notices(day, settings.STATE_DIR / "demo-notices")
        # After the notices: what they are estimated at stays what `demo.expected` says.
        paths.append(render_contracts(day, settings.STATE_DIR / "demo-contracts"))
        report = import_notices(paths, by=None, on=day, network=loading.national_network())
        for error in report.errors:
            raise CommandError(f"Un avis de démonstration ne se lit pas. {error}")
        if size != "valley":
            self._progress("Besoins d’une entreprise")
            post_needs(day)
            post_jobs(day)
            self._progress("La semaine de deux personnes")
            weekly.load(day)
            self._progress("Campagnes")
            load_campaigns(day)
        self._progress("Programmes et coups de main")
        programmes.fill(day)
        self._progress("Des personnes qui apprennent")
        load_training(day)
        load_week(day)
        load_exits(day)
        self._progress("Fiches et monographies, commissions")
        load_sheets(day)
        load_reuses(day)
        load_commissions(day)

    def _progress(self, line: str) -> None:
        self.stderr.write(f"{line} …")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text} n’est pas un jour ; écrivez par exemple 2026-11-25"
        ) from None


def _size(text: str) -> Size:
    if text == "valley":
        return "valley"
    if text == "full":
        return "full"
    if text.isdigit() and int(text) >= 6:
        return int(text)
    raise argparse.ArgumentTypeError(
        f"{text} n’est pas une taille ; écrivez valley, full ou un nombre d’au moins 6"
    )

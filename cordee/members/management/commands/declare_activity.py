from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cordee.base import terminal
from cordee.members.actions.capacity import declare_activity
from cordee.members.models import Chantier
from cordee.members.terminal import add_kind, structure_named
from cordee.rules import crafts
from cordee.rules.trades import TRADES


class Command(BaseCommand):
    help = "Dit dans quels métiers travaille une structure : sans métier connu, rien ne la trouve."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("siret", metavar="SIRET")
        words = f"{', '.join(TRADES)}\u202f; {crafts.TRADE}:CORPS,CORPS parmi\u00a0: "
        parser.add_argument(
            "trades", nargs="+", metavar="MÉTIER", help=words + ", ".join(crafts.CRAFTS)
        )
        add_kind(parser)
        parser.add_argument("--reach-km", type=int, metavar="KM", help="rayon d’action")

    @transaction.atomic
    def handle(self, *, siret: str, trades: list[str], **options: Any) -> None:
        terminal.prepare_base(self.stderr)
        structure = structure_named("SIRET", siret, options["kind"])
        chantier = Chantier.objects.filter(structure=structure).order_by("pk").first()
        if chantier is None:
            raise CommandError(f"SIRET {siret} : cette structure n’a aucun chantier.")
        for asked in trades:
            trade, named = crafts.trade_of(asked), crafts.craft_of(asked)
            if trade not in TRADES:
                raise CommandError(f"{trade} : métier inconnu. Connus : {', '.join(TRADES)}.")
            try:
                activity = declare_activity(
                    chantier=chantier,
                    trade=trade,
                    by=None,
                    reach_km=options["reach_km"],
                    crafts=named.split(",") if named else None,
                )
            except ValidationError as wrong:
                raise CommandError(f"{trade} : {' '.join(wrong.messages)}") from wrong
            self.stdout.write(f"{structure.shown_name} : {activity}, {activity.reach_km} km")

from typing import Any

from django.core.management.base import BaseCommand

from cordee.base import terminal
from cordee.base.ui import french
from cordee.members.actions.guessing import guess_all
from cordee.opportunities.trade_guesses import awards_of


class Command(BaseCommand):
    help = (
        "Suppose des métiers d’après le nom, le code NAF et les marchés remportés. "
        "Ne change rien à ce qu’une structure a dit."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        terminal.prepare_base(self.stderr)
        tally = guess_all(by=None, awards=awards_of, progress=self._progress)
        lines = (
            (tally.seen, "structure regardée", "structures regardées"),
            (
                tally.spoken_for,
                "a dit ses métiers : rien n’y change",
                "ont dit leurs métiers : rien n’y change",
            ),
            (tally.with_guess, "a un métier supposé au moins", "ont un métier supposé au moins"),
            (tally.without_guess, "reste sans métier", "restent sans métier"),
            (tally.added, "supposition ajoutée", "suppositions ajoutées"),
            (
                tally.struck,
                "supposition rayée par sa structure, pas refaite",
                "suppositions rayées par leurs structures, pas refaites",
            ),
        )
        for count, one, many in lines:
            self.stdout.write(french.count(count, one, many))

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"{french.number(done)} structures sur {french.number(total)}")

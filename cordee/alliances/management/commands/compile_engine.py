"""Compiles what composing and ranking run, once for each state of the engine's sources."""

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand

from cordee.alliances.problem.warming import warm
from cordee.mobilisation.problem import warm_ranking


class Command(BaseCommand):
    help = "Prépare le calcul : une minute environ la première fois, une seconde ensuite."

    def handle(self, **options: Any) -> None:
        began = perf_counter()
        warm()
        warm_ranking()
        if options["verbosity"] > 1:
            self.stdout.write(f"Calcul prêt en {perf_counter() - began:.1f} s.")

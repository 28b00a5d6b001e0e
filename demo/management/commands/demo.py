"""Everything `./go demo` does before it serves: base, world, notices, rankings, proven teams."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from cordee.accounts.models import User
from cordee.alliances.models import Alliance
from cordee.base.mail import outbox
from cordee.base.management.commands.prepare import is_migrated, keep_private
from cordee.base.migrating import migrate, refuse_older_base
from cordee.base.ui import french
from cordee.composing import actions as alliances
from cordee.composing import pages
from cordee.composing.models import Composition
from cordee.composing.verdicts import turns
from cordee.members.models import Network
from cordee.members.sharing import Viewer
from cordee.mobilisation import actions as mobilisation
from cordee.mobilisation import pages as ranking_pages
from cordee.mobilisation.models import Ranking
from cordee.mobilisation.problem import NotComposable
from cordee.opportunities.models import Opportunity, Verdict
from demo import loading
from demo.alliances import LEADER, load_alliance
from demo.award_letters import load_award_letter
from demo.company import load_company_contract
from demo.delivery import load_delivery
from demo.documents import load_files
from demo.hours import load_hours
from demo.immersions import load_immersions
from demo.phases import load_phases, speak
from demo.practices_positioning import load_positionings
from demo.practices_reuse import load_finished
from demo.valley import CONTRACTS, NATIONAL, contract

SHOWN = contract("berges")


class Command(BaseCommand):
    help = "Prépare le monde de démonstration et y compose des équipes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="refait tout pour aujourd’hui")

    def handle(self, *, fresh: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("CORDEE_DEMO=True manque : lancez ./go demo.")
        refuse_older_base()
        keep_private(Path(settings.STATE_DIR))
        if not is_migrated():
            with self._step("Base de données"):
                migrate()
        if loading.loaded_world() is None or fresh:
            with self._step("Monde inventé : un réseau de 750 structures, douze avis"):
                quiet = {"stdout": _Silence(), "stderr": _Silence()}
                call_command("load_demo", flush=fresh, **quiet)
        # A demo prepared on another port has drawn mails that lead there.
        outbox.follow_site()
        day, _ = loading.loaded_world() or (timezone.localdate(), "")
        if day != timezone.localdate():
            self._write(f"Ce monde date du {day:%d/%m/%Y}. `./go demo --fresh` le refait.")
        network = Network.objects.get(slug=NATIONAL)
        viewer = Viewer.of_network(network, day)
        if not Ranking.objects.exists():
            with self._step("Qui peut répondre : classements"):
                self._rank_all(viewer)
        if not Composition.objects.exists():
            with self._step("Équipes composées et vérifiées"):
                self._compose_all(viewer)
        if not Alliance.objects.exists():
            with self._step("Des alliances, de la composition au marché gagné ou perdu"):
                self._open_alliances(day)
        if not Verdict.objects.exists():
            with self._step("Les marchés qui conviennent à chaque direction"):
                turns.run(timezone.now())
        self._show(viewer)

    def _rank_all(self, viewer: Viewer) -> None:
        for opportunity in Opportunity.objects.all():
            breakdown = opportunity.latest_breakdown()
            if breakdown is not None and breakdown.packages.exists():
                mobilisation.rank_structures(breakdown=breakdown, viewer=viewer, by=None)

    def _compose_all(self, viewer: Viewer) -> None:
        valley = {o.pk for known in CONTRACTS for o in _from_file(known.notice)}
        for opportunity in Opportunity.objects.open(timezone.now()):
            breakdown = opportunity.latest_breakdown()
            if breakdown is None or not breakdown.packages.exists():
                continue
            try:
                composition = alliances.request_composition(
                    breakdown=breakdown,
                    viewer=viewer,
                    by=None,
                )
            except NotComposable as missing:
                self._write(str(missing))
                continue
            if opportunity.pk in valley:
                alliances.open_to_all(composition=composition)

    @transaction.atomic
    def _open_alliances(self, day: Any) -> None:
        """All of them or none: a command cut short begins again here."""
        shown = _from_file(SHOWN.notice).get()
        composition = Composition.objects.filter(breakdown__opportunity=shown).last()
        if composition is not None and composition.has_answer:
            composition.read_answer()
            alliance = load_alliance(composition, day)
            if alliance is not None:
                load_files(alliance, day)
                leader = User.objects.get(email=LEADER)
                speak(alliance, leader, day)
                load_phases(Network.objects.get(slug=NATIONAL), leader, day)
                contract = load_delivery(day)
                load_award_letter(day)
                load_company_contract(day)
                load_hours(contract, day)
                load_immersions(contract, day)
        load_finished(day)
        # After what they count.
        load_positionings(day)

    def _show(self, viewer: Viewer) -> None:
        """Print a ranking and a proven alliance: the main job, on the valley."""
        opportunity = _from_file(SHOWN.notice).get()
        ranking = Ranking.objects.filter(breakdown__opportunity=opportunity).first()
        composition = Composition.objects.filter(breakdown__opportunity=opportunity).last()
        self.stdout.write(f"\n{opportunity.title}\n\nQui peut répondre")
        for package in ranking_pages.rankings_of(ranking, viewer, limit=3) if ranking else []:
            self.stdout.write(f"  {package.label}")
            for line in package.lines:
                trip = french.trip(line.distance_km)
                self.stdout.write(
                    f"    {line.rank}. {line.name} ({line.kind}), {trip} : "
                    f"{line.points} / {line.out_of}"
                )
        if composition is None or not composition.is_over:
            return
        everyone = {int(who["structure_id"]) for who in composition.people.values()}
        page = pages.Page(composition, Viewer.of_structures(everyone, viewer.on))
        self.stdout.write(f"\n{page.title}")
        if page.best:
            self.stdout.write(f"  {page.best.proof} Vérifié par un second calcul.")
            for row in page.best.team.rows:
                self.stdout.write(
                    f"    {row.number}. {row.name} ({row.kind}) : "
                    f"{french.euros(row.cents, rounded=True)}, {french.fte(row.cfte)}"
                )
            self.stdout.write(f"  {page.simple_method}")

    @contextmanager
    def _step(self, text: str) -> Iterator[None]:
        start = time.monotonic()
        self.stderr.write(f"  {text} …", ending="")
        self.stderr.flush()
        yield
        self.stderr.write(f" {time.monotonic() - start:.1f} s")

    def _write(self, line: str) -> None:
        self.stderr.write(f"  {line}")


def _from_file(name: str) -> Any:
    """Opportunities that came from a notice file of this name."""
    return Opportunity.objects.filter(
        publications__versions__imported_from__contains=name
    ).distinct()


class _Silence:
    """Takes the words of an inner command: the step already says what is done."""

    def write(self, *args: Any, **kwargs: Any) -> None:
        return

    def flush(self) -> None:
        return

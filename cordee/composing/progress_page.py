"""What the page of a search says while it runs: how far it is, and the team found so far.

The rules of the answer hold here too: a team whose figures were taken back is not shown, a term
that would tell a figure is left out of the cost. Where one is left out, the gap is in whole per
cent: with exact gaps in time one would compute what is hidden. The bound itself is never shown.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.utils import timezone

from cordee.base import queue
from cordee.base.ui import french
from cordee.composing import access
from cordee.composing.models import Composition
from cordee.composing.problem import search_progress, team_table, wish_search
from cordee.composing.problem.reader import Reader, percent_at_most
from cordee.members.sharing import Viewer

BANDS_PERCENT = (1, 2, 5, 10, 20, 50)
NOT_SERVED = "Personne ne prend cette recherche pour l’instant."


@dataclass(frozen=True, slots=True)
class TeamSoFar:
    """The best team of one run, to one reader."""

    team: team_table.TeamTable
    is_certain: bool
    at_most: float | None
    decimals: int

    @property
    def gap(self) -> str:
        return percent_at_most(self.at_most, self.decimals)

    @property
    def gap_text(self) -> str:
        return _gap_text(self.at_most, self.gap)

    @property
    def gap_sentence(self) -> str:
        """The same by steps: what is read aloud must not change with each per cent."""
        at_most = 100 if self.at_most is None else 100 * self.at_most
        band = next((each for each in BANDS_PERCENT if at_most <= each), 100)
        return _gap_text(self.at_most, french.percent(band / 100, 0))


class ProgressPage:
    """Everything the page of a composition that is not over says while it waits.

    `turn`: where it stands in the queue.
    """

    def __init__(
        self,
        composition: Composition,
        viewer: Viewer,
        now: datetime,
        turn: queue.Turn | None = None,
    ) -> None:
        progress = search_progress.progress_of(composition.progress)
        found: dict[search_progress.Run, TeamSoFar] = {}
        self.is_withheld = False
        if progress is not None and progress.found:
            on = timezone.localdate(now)
            self.is_withheld = access.is_progress_withheld(composition, progress, on=on)
            if not self.is_withheld:
                reader = access.viewer_in(viewer, composition, progress.people)
                found = _found(composition, progress, reader)
        self.best = found.get(search_progress.Run.BEST)
        self.certain = found.get(search_progress.Run.CERTAIN)
        self.elapsed_s, self.limit_s = _times(composition, now)
        self.time_text = _time_text(composition, self.elapsed_s, self.limit_s, turn)
        run = progress.run if progress else search_progress.Run.BEST
        self.steps = _steps(composition, run)
        self.is_stopping = composition.stop_asked_at is not None
        self.is_served = turn is None or turn.is_served

    @property
    def current(self) -> TeamSoFar | None:
        """The team of the run that is on, or the one found before."""
        return self.certain or self.best

    @property
    def key(self) -> str:
        """What the buttons depend on: they are drawn anew when it changes, and then only."""
        if self.is_stopping:
            return "arret"
        return "equipe" if self.best else ""

    @property
    def announcement(self) -> str:
        """What is read aloud; it changes when something happened, not each second."""
        if self.is_stopping:
            return "Arrêt demandé."
        if not self.is_served:
            return NOT_SERVED
        if self.current is None:
            return "Nous comparons les équipes possibles."
        size = french.count(len(self.current.team.rows), "structure")
        whose = " sans rien supposer" if self.current.is_certain else ""
        return f"Une équipe de {size} est trouvée{whose}. {self.current.gap_sentence}"


def _times(composition: Composition, now: datetime) -> tuple[int, int]:
    """Whole seconds spent on this try, and those it may take at most; 0 while it waits."""
    limit_s = max(1, ceil(composition.progress.get("time_limit_s", composition.time_limit_s)))
    began_at = composition.progress.get("began_at")
    if began_at is None or composition.state == Composition.State.QUEUED:
        return 0, limit_s
    elapsed = (now - datetime.fromisoformat(began_at)).total_seconds()
    return min(limit_s, max(0, int(elapsed))), limit_s


def _time_text(
    composition: Composition, elapsed_s: int, limit_s: int, turn: queue.Turn | None
) -> str:
    if turn is not None and not turn.is_served:
        return (
            "Votre demande est gardée\u00a0: elle part seule dès que le service des calculs "
            "reprend. Dites-le à qui s’occupe de Cordée chez vous."
        )
    if composition.state == Composition.State.QUEUED:
        if turn is None or not turn.before:
            return "C’est bientôt votre tour."
        passing = french.count(turn.before, "calcul passe", "calculs passent")
        return f"{passing} avant le vôtre."
    left = limit_s - elapsed_s
    spent = french.count(elapsed_s, "seconde")
    if left <= 0:
        return f"Depuis {spent}. Nous rassemblons la réponse."
    return f"Depuis {spent}. Encore {french.count(left, 'seconde')} au plus."


def _steps(composition: Composition, run: search_progress.Run) -> list[tuple[str, str, str]]:
    """Its turn where it waits, then the two runs."""
    rows = [
        ("Chercher la meilleure équipe", "avec ce que nous supposons"),
        ("Chercher sans rien supposer", "avec les chiffres connus seulement"),
    ]
    at = 0 if run is search_progress.Run.BEST else 1
    if composition.state == Composition.State.QUEUED:
        at, rows = 0, [("Attendre son tour", "un premier essai, court, est fait"), *rows]
    states = ["done"] * at + ["now"] + ["todo"] * (len(rows) - at - 1)
    return [(what, when, state) for (what, when), state in zip(rows, states, strict=True)]


def _found(
    composition: Composition, progress: search_progress.Progress, viewer: Viewer
) -> dict[search_progress.Run, TeamSoFar]:
    problem, people = progress.problem, progress.people
    against = wish_search.read_against(composition.against) if composition.base_id else None
    weights = problem.params.weights if against is None else against.weights
    plans = [each.plan for each in progress.found.values()]
    reader = Reader.of(problem, people, viewer, plans)
    decimals = 0 if reader.hidden else 1
    shown = {}
    for run, each in progress.found.items():
        plan = wish_search.at_prices(problem, each.plan, weights)
        team = team_table.team_of(plan, reader, each.assumptions)
        is_certain = run is search_progress.Run.CERTAIN
        shown[run] = TeamSoFar(team, is_certain, each.gap, decimals)
    return shown


def _gap_text(gap: float | None, euros: str) -> str:
    if gap is None:
        return "Nous ne savons pas encore ce qu’une autre équipe gagnerait."
    if gap == 0:
        return "Aucune autre ne coûterait moins."
    return f"Une autre équipe coûterait au plus {euros} de moins."

"""What `compose` prints: one report, as text for a person or as JSON for a program."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cordee.alliances import problem
from cordee.alliances.following import Follower
from cordee.alliances.outcomes import Outcome
from cordee.alliances.problem import sentences, telling
from cordee.base.ui import french, months
from cordee.members.sharing import FigureClass, Viewer, visible_structure_ids
from cordee.mobilisation import problem as mobilisation
from cordee.notices.notice import Notice
from cordee.notices.notice_json import notice_to_json
from cordee.notices.packages import ScopeOutcome, scope
from cordee.opportunities.breaking import package_rows
from cordee.opportunities.models import WorkPackage
from cordee.opportunities.places import PlaceFinder
from cordee.opportunities.understanding import ReadVersion, understand
from cordee.rules.reservation import Reservation
from cordee.rules.trades import TRADES

SHOWN_RANKS = 5


@dataclass(slots=True)
class Report:
    """Everything that was found about one notice; empty where the road ended earlier."""

    notice: Notice
    on: date
    outcome: str = ""
    reasons: Sequence[str] = ()
    left_out: Sequence[Mapping[str, str]] = ()
    packages: Sequence[WorkPackage] = ()
    ranking: Sequence[Mapping[str, Any]] = ()
    question: problem.Question | None = None
    answer: problem.Answer | None = None
    sight: telling.Sight = field(default_factory=lambda: telling.Sight(frozenset(), frozenset()))

    def as_json(self) -> dict[str, Any]:
        """One object; amounts in cents, work in hundredths of an FTE, months as YYYY-MM."""
        reason = {
            "text": " ".join(self.reasons),
            "sentences": list(self.reasons),
            "shortages": self._shortages(),
        }
        return {
            "notice": notice_to_json(self.notice),
            "on": self.on.isoformat(),
            "outcome": self.outcome,
            "reason": reason if self.reasons else None,
            "work_packages": [_package_json(row) for row in self.packages],
            "supposed_needs": sentences.supposed_of(self.packages),
            "lots_left_out": [dict(lot) for lot in self.left_out],
            "ranking": list(self.ranking),
            "was_stopped": self.was_stopped,
            "problem": self.question.problem_json if self.question else None,
            "proposals": self._proposals(),
        }

    @property
    def was_stopped(self) -> bool:
        """Whether the search was stopped by hand before it was through."""
        return self.answer is not None and self.answer.was_stopped and not self.answer.is_final

    def _shortages(self) -> list[dict[str, Any]]:
        """Packages and months that nobody can hold, with what lacks."""
        why = self.answer.best.impossibility if self.answer else None
        return [
            {
                "shortage": str(each.shortage),
                "package": each.package,
                "months": [_month_json(month) for month in each.months],
                "missing_cfte": each.missing_cfte,
                "missing_cents": each.missing_cents,
                "certificate": str(why.certificate) if why else None,
            }
            for each in (why.reasons if why else ())
        ]

    def _proposals(self) -> list[dict[str, Any]]:
        if self.answer is None or self.question is None or self.outcome != Outcome.COMPOSED:
            return []
        results = [("best", self.answer.best)]
        if self.answer.certain is not self.answer.best and self.answer.certain.plan is not None:
            results.append(("certain", self.answer.certain))
        return [
            {"origin": origin, **problem.proposal_json(self.question, result)}
            for origin, result in results
        ]

    def as_text(self) -> str:
        """Lines for a person."""
        lines = [*_notice_lines(self.notice, self.on), ""]
        if self.packages:
            lines += ["Ce qu’il faut tenir", *_package_lines(self.packages), ""]
        lines += [f"  Hors de nos métiers : {lot['label']} ({lot['why']})" for lot in self.left_out]
        if self.ranking:
            lines += ["", "Qui peut répondre", *_ranking_lines(self.ranking)]
        lines += ["", *self._answer_lines()]
        return "\n".join(lines).replace("\n\n\n", "\n\n")

    def _answer_lines(self) -> list[str]:
        title = {
            Outcome.COMPOSED: "Équipe trouvée",
            Outcome.IMPOSSIBLE: "Personne ne peut tout tenir",
            Outcome.OUT_OF_SCOPE: "Hors de nos métiers",
            Outcome.CLOSED: "On ne peut plus répondre",
            Outcome.UNDECIDED: "Ni trouvé ni exclu dans le temps donné",
        }[Outcome(self.outcome)]
        lines = [title, *(f"  {sentence}" for sentence in self.reasons)]
        if self.was_stopped:
            lines.append("  Recherche arrêtée à votre demande, avant la fin.")
        if self.outcome != Outcome.COMPOSED or self.answer is None or self.question is None:
            return lines
        supposed = sentences.supposed_of(self.packages)
        if supposed:
            lines.append("  L’avis ne dit pas, et nous avons supposé :")
            lines += [f"    - {sentence}" for sentence in supposed]
        lines += _team_lines(self.question, self.answer.best, self.sight)
        if self.answer.certain is not self.answer.best:
            lines += ["", "Sans supposer aucun chiffre des structures"]
            if self.answer.certain.plan is None:
                everything = sentences.reasons_of(
                    self.question.problem,
                    self.answer.certain,
                    solo_only=self.question.solo_only,
                    accounts_seen_of=None,
                    known_only=True,
                )
                undecided = ["Ni trouvé ni exclu dans le temps donné."]
                lines += [f"  {sentence}" for sentence in everything or undecided]
            else:
                lines += _team_lines(
                    self.question, self.answer.certain, self.sight, known_only=True
                )
        return lines


def answer(
    notice: Notice,
    *,
    viewer_of: Callable[[], Viewer],
    on: date,
    now: datetime | None,
    time_limit_s: float,
    progress: Callable[[str], None],
    follower: Follower | None = None,
) -> Report:
    """Go from a notice to a proven team, as far as the road leads.

    `viewer_of` opens the base of structures, which a notice that ends earlier does not need.
    `now` decides whether the deadline has passed; without it, the start of the day `on` does.
    `follower` is told how far the search is, and may stop it.
    """
    report = Report(notice, on)
    read = scope(notice, on=on)
    if read.outcome is not ScopeOutcome.IN_SCOPE:
        report.outcome, report.reasons = Outcome(read.outcome.value), list(read.why)
        return report
    if now is not None and notice.deadline is not None and notice.deadline <= now:
        when = french.moment(timezone.localtime(notice.deadline), on)
        report.outcome, report.reasons = Outcome.CLOSED, [f"Délai de réponse passé : {when}."]
        return report
    viewer = viewer_of()
    understanding = understand([ReadVersion(0, 0, notice)], [])
    rows, left_out = package_rows(understanding, PlaceFinder(), on=on)
    report.packages = [WorkPackage(**row.values()) for row in rows]
    report.left_out = left_out
    try:
        _compose(report, viewer, time_limit_s, progress, follower)
    except mobilisation.NotComposable as missing:
        report.outcome, report.reasons = Outcome.IMPOSSIBLE, [str(missing)]
    return report


def _compose(
    report: Report,
    viewer: Viewer,
    time_limit_s: float,
    progress: Callable[[str], None],
    follower: Follower | None,
) -> None:
    progress("Classement des structures")
    question = problem.pose(report.packages, report.notice, viewer=viewer, on=report.on)
    report.question = question
    report.ranking = mobilisation.ranking_of(
        question.problem.packages,
        mobilisation.Field(question.problem.candidates, question.known),
        params=question.problem.params,
    )
    progress(f"Composition parmi {french.count(len(question.known), 'structure')}")
    with follower.stopped_by_ctrl_c() if follower else nullcontext():
        answer = problem.solve(question, time_limit_s=time_limit_s, seed=0, watch=follower)
    report.answer, report.outcome = answer, answer.outcome
    report.sight = telling.Sight(
        frozenset(visible_structure_ids(viewer, FigureClass.NETWORK, report.on)),
        frozenset(visible_structure_ids(viewer, FigureClass.PRIVATE, report.on)),
    )
    report.reasons = sentences.reasons_of(
        question.problem, answer.best, solo_only=question.solo_only, accounts_seen_of=None
    )


def _package_json(row: WorkPackage) -> dict[str, Any]:
    return {
        "id": f"{row.position:02d}",
        "lot": row.lot_id,
        "label": row.label,
        "trade": row.trade,
        "place": row.place_label,
        "latitude_deg": row.latitude,
        "longitude_deg": row.longitude,
        "is_place_supposed": row.is_place_supposed,
        "first_month": _month_json(row.first_month),
        "months": row.months,
        "need_cfte": row.need_cfte,
        "amount_cents": row.amount_cents,
        "reserved": row.reserved,
        "provenance": row.provenance,
    }


def _month_json(month: int | None) -> str | None:
    return None if month is None else f"{month // 12:04d}-{month % 12 + 1:02d}"


def _notice_lines(notice: Notice, on: date) -> list[str]:
    buyer = notice.buyer.name if notice.buyer else "acheteur inconnu"
    deadline = (
        f"réponse avant le {french.moment(timezone.localtime(notice.deadline), on)}"
        if notice.deadline
        else "délai inconnu"
    )
    return [notice.title or "Avis sans titre", f"{notice.id} · {buyer} · {deadline}"]


def _package_lines(rows: Sequence[WorkPackage]) -> list[str]:
    lines = []
    for row in rows:
        when = months.span(row.first_month, row.months) if row.first_month and row.months else "?"
        states = {entry["state"] for entry in row.provenance.values()}
        guess = "  (supposé en partie)" if "supposed" in states else ""
        reserved = " · réservé" if row.reserved not in ("", Reservation.NONE.value) else ""
        trade = f"{TRADES[row.trade].short_label}{reserved}"
        lines.append(f"  {row.position:>2}. {row.label[:56]:<56} {trade}")
        lines.append(
            f"      {row.place_label or 'lieu inconnu'} · {when} · {french.fte(row.need_cfte)} · "
            f"{french.euros(row.amount_cents, rounded=True)}{guess}"
        )
    return lines


def _ranking_lines(ranking: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for package in ranking:
        lines.append(f"  {package['package']}. {package['label'][:60]}")
        for rank, row in enumerate(package["ranked"][:SHOWN_RANKS], start=1):
            trip = french.trip(row["facts"]["distance_hm"] / 10)
            name = f"{row['name']} ({row['kind']})"
            lines.append(
                f"     {rank}. {name[:48]:<48} {trip:>9}  {row['points']:>3} / {row['out_of']}"
            )
        rest = len(package["ranked"]) - SHOWN_RANKS
        if rest > 0:
            lines.append(f"     et {french.count(rest, 'autre')}")
        if not package["ranked"]:
            lines.append("     personne de ce métier assez près")
            untold = package["set_aside"].get("unknown_trade", 0)
            if untold:
                who = french.count(
                    untold,
                    "structure proche n’a pas dit ses métiers",
                    "structures proches n’ont pas dit leurs métiers",
                )
                lines.append(f"     {who}")
    return lines


def _team_lines(
    question: problem.Question, result: Any, sight: telling.Sight, *, known_only: bool = False
) -> list[str]:
    people = question.people_json
    team = problem.team(question, result, sight)
    studied = problem.studied(question.problem, result, known_only=known_only)
    lines = [f"  {sentences.proof_of(result, studied)}"]
    alone = sentences.maybe_alone(question.problem, result)
    if alone:
        lines.append(f"  {alone}")
    guesses = sentences.guesses_of(result, people)
    if guesses:
        lines.append("  Sous réserve de :")
        lines += [f"    - {guess.text} ({guess.certainty})" for guess in guesses]
    for row in team.rows:
        lead = ", mandataire" if row.is_lead else ""
        lines.append(
            f"  {row.number}. {row.name} ({row.kind}{lead}) · {french.trip(row.distance_km)} · "
            f"{french.euros(row.cents, rounded=True)} · {french.fte(row.cfte)} · {row.state}"
        )
        for cell in row.cells:
            if cell.cents is not None:
                lines.append(
                    f"       {cell.title[:56]:<56} {french.fte(cell.cfte):>10} "
                    f"{french.euros(cell.cents, rounded=True):>12}"
                )
    greedy = telling.team_of(question.problem, result.greedy, (), (), people, sight)
    lost = "; ".join(greedy.missing) or (
        f"{french.euros(greedy.cost_cents - team.cost_cents, rounded=True)} de plus"
        if greedy.cost_cents > team.cost_cents
        else ("la même équipe" if result.greedy.shares == result.plan.shares else "sans perte")
    )
    lines.append(
        f"  Coût de l’équipe : {french.euros(team.cost_cents, rounded=True)} ; "
        f"méthode simple : {lost}. Vérifié à part : {'oui' if result.verified else 'non'}."
    )
    return lines

"""A report as lines for a person: the notice, who could answer, the team or why there is none."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from cordee.base.ui import french, months
from cordee.composing import problem
from cordee.composing.outcomes import Outcome
from cordee.composing.pages import shown_of
from cordee.composing.problem import reasons, sentences, team_table
from cordee.composing.problem.reader import Reader
from cordee.composing.terminal.study_text import partner_text, study_lines
from cordee.members.sharing import Viewer
from cordee.notices.notice import Notice
from cordee.opportunities.models import WorkPackage
from cordee.rules.reservation import Reservation
from cordee.rules.trades import TRADES

if TYPE_CHECKING:
    from cordee.composing.terminal.report import Report

SHOWN_RANKS = 5
TITLES = {
    Outcome.COMPOSED: "Équipe trouvée",
    Outcome.IMPOSSIBLE: "Personne ne peut tout tenir",
    Outcome.OUT_OF_SCOPE: "Hors de nos métiers",
    Outcome.CLOSED: "On ne peut plus répondre",
    Outcome.UNDECIDED: "Ni trouvé ni exclu dans le temps donné",
}


def text_of(report: "Report") -> str:
    """All of it, title to proof."""
    lines = [*_notice_lines(report.notice, report.on), ""]
    if report.packages:
        lines += ["Ce qu’il faut tenir", *_package_lines(report.packages), ""]
    lines += [f"  Hors de nos métiers : {lot['label']} ({lot['why']})" for lot in report.left_out]
    if report.ranking:
        lines += ["", "Qui peut répondre", *_ranking_lines(report.ranking)]
    lines += ["", *_answer_lines(report)]
    if report.study is not None:
        lines += study_lines(report.study, report.expected_elsewhere)
    return "\n".join(lines).replace("\n\n\n", "\n\n")


def _answer_lines(report: "Report") -> list[str]:
    lines = [TITLES[Outcome(report.outcome)], *(f"  {sentence}" for sentence in report.reasons)]
    if report.was_stopped:
        lines.append("  Recherche arrêtée à votre demande, avant la fin.")
    is_composed = report.outcome == Outcome.COMPOSED
    if not (is_composed and report.answer and report.question and report.viewer):
        return lines
    if report.notice.groups_banned and not report.answer.best.solo:
        lines.append(f"  {report.notice.groups_banned}")
    supposed = sentences.supposed_of(report.packages)
    if supposed:
        lines.append("  L’avis ne dit pas, et nous avons supposé :")
        lines += [f"    - {sentence}" for sentence in supposed]
    lines += _team_lines(report.question, report.answer.best, report.viewer)
    if report.answer.certain is not report.answer.best:
        lines += ["", "Sans supposer aucun chiffre des structures"]
        lines += _certain_lines(report.question, report.answer.certain, report.viewer)
    return lines


def _certain_lines(question: problem.Question, certain: Any, viewer: Viewer) -> list[str]:
    """The best team that rests on known figures only, or why there is none."""
    if certain.plan is not None:
        return _team_lines(question, certain, viewer, known_only=True)
    everything = sentences.reasons_of(
        question.problem, certain, accounts_seen_of=None, known_only=True
    )
    undecided = ["Ni trouvé ni exclu dans le temps donné."]
    return [f"  {sentence}" for sentence in everything or undecided]


def _notice_lines(notice: Notice, on: date) -> list[str]:
    buyer = notice.buyer.name if notice.buyer else "acheteur inconnu"
    deadline = (
        f"réponse avant le {french.moment(notice.deadline, on)}"
        if notice.deadline
        else "délai inconnu"
    )
    return [notice.title or "Avis sans titre", f"{notice.id} · {buyer} · {deadline}"]


def _package_lines(rows: Sequence[WorkPackage]) -> list[str]:
    lines = []
    for row in rows:
        when = months.span(row.first_month, row.months) if row.first_month and row.months else "?"
        states = {entry["state"] for entry in row.provenance.values()}
        guess = "  (supposé en partie)" if states & sentences.UNSURE else ""
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
            unknown_trade = package["set_aside"].get("unknown_trade", 0)
            if unknown_trade:
                who = french.count(
                    unknown_trade,
                    "structure proche n’a pas dit ses métiers",
                    "structures proches n’ont pas dit leurs métiers",
                )
                lines.append(f"     {who}")
    return lines


def _team_lines(
    question: problem.Question, result: Any, viewer: Viewer, *, known_only: bool = False
) -> list[str]:
    posed = question.problem
    studied = problem.studied(posed, result, known_only=known_only)
    reader = Reader(posed, question.people_json, viewer)
    shown = shown_of("best", "", result, reader, studied)
    assert shown is not None
    team, alone = shown.team, sentences.maybe_alone(posed, result)
    lines = [f"  {sentence}" for sentence in (shown.proof, alone) if sentence]
    if shown.guesses:
        lines.append("  Sous réserve de\u00a0:")
        lines += [f"    - {guess.text} ({guess.certainty})" for guess in shown.guesses]
    for row in team.rows:
        lines.append(f"  {row.number}. {partner_text(row, row.state)}")
        for cell in row.cells:
            if cell.cents is not None:
                lines.append(
                    f"       {cell.title[:56]:<56} {french.fte(cell.cfte):>10} "
                    f"{french.euros(cell.cents, rounded=True):>12}"
                )
    greedy = team_table.team_of(result.greedy, reader)
    cost = french.euros(team.cost_cents, rounded=True)
    checked = "oui" if result.verified else "non"
    lines.append(f"  Coût de l’équipe\u00a0: {cost}. Vérifié à part\u00a0: {checked}.")
    return [*lines, f"  {reasons.simple_method(result, team, greedy)}"]

"""The study of an answer as lines: reasons, limits, other teams, ways out."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from cordee.base.ui import french
from cordee.composing.problem.reader import listed
from cordee.composing.problem.study import MOST_CURES, StudyStep
from cordee.composing.problem.study_report import StudyReport, WayOut
from cordee.composing.problem.team_table import TeamRow

WIDTH = 100
HIDDEN_TEAM = "Équipe non montrée\u00a0: ses parts diraient un chiffre non partagé avec vous."
STEP_WORDS = {
    StudyStep.WISHES: "ce que coûte votre demande",
    StudyStep.EXPECTED: "les structures attendues",
    StudyStep.ALTERNATIVES: "d’autres équipes",
    StudyStep.LIMITS: "ce que rapporterait chaque limite un peu plus large",
    StudyStep.CURES: "d’autres changements possibles",
}


def study_lines(report: StudyReport, elsewhere: Sequence[str]) -> list[str]:
    """Every part that has something to say, each under its title.

    `elsewhere` are sentences on those expected who are in the team already, or nowhere near.
    """
    explanation = report.found.explanation
    # What the simple method leaves undone stands with the team.
    is_whole = explanation is not None and explanation.greedy_loss is not None
    absences = [*(each.sentences for each in report.absences), *([each] for each in elsewhere)]
    lines = [
        *_block("Ce que change votre demande", _wrapped(report.wishes)),
        *_block("Pourquoi ces structures", _items(_why(report))),
        *_block("Ce qui limite l’équipe", _items(each.sentences for each in report.limits)),
        *_block("Les structures attendues", _items(absences)),
        *_block("Où la méthode simple perd", _wrapped(report.greedy_loss if is_whole else ())),
        *_block("D’autres équipes", _other_teams(report)),
        *_block(
            "Ce qui rendrait ce marché possible" if report.ways_out else "Ce qui ne suffirait pas",
            _ways_out(report),
        ),
    ]
    if report.found.unfinished:
        what = listed([STEP_WORDS[step] for step in report.found.unfinished])
        lines += ["", *_wrapped([f"Pas cherché jusqu’au bout\u00a0: {what}."], 0)]
    return lines


def partner_text(row: TeamRow, more: str) -> str:
    """A partner of a team, what it takes in all, and one thing more."""
    lead = ", mandataire" if row.is_lead else ""
    return (
        f"{row.name} ({row.kind}{lead}) · {french.trip(row.distance_km)} · "
        f"{french.euros(row.cents, rounded=True)} · {french.fte(row.cfte)} · {more}"
    )


def _block(title: str, lines: Iterable[str]) -> list[str]:
    kept = list(lines)
    return ["", title, *kept] if kept else []


def _wrapped(texts: Sequence[str], indent: int = 2, bullet: str = "") -> list[str]:
    """Sentences as one paragraph; a line of a terminal is not endless."""
    return textwrap.wrap(
        " ".join(text for text in texts if text),
        WIDTH,
        initial_indent=" " * indent + bullet,
        subsequent_indent=" " * (indent + len(bullet)),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _items(paragraphs: Iterable[Sequence[str]]) -> Iterator[str]:
    for sentences in paragraphs:
        if sentences:
            yield from _wrapped(sentences, 2, "- ")


def _why(report: StudyReport) -> Iterator[list[str]]:
    """How a partner ranks for its largest share, where nothing shows that it is needed."""
    labels = {package.id: package.label for package in report.found.question.problem.packages}
    for partner in report.partners:
        share, rank = max(partner.found.shares, key=lambda held: held[0].cents)
        points = f"{rank.points} / {rank.out_of} pour «\u00a0{labels[share.package]}\u00a0»"
        nothing = [f"{points}. Aucun remplacement simple n’a été trouvé."]
        yield [f"{partner.name}\u00a0:", *(partner.sentences or nothing)]


def _other_teams(report: StudyReport) -> Iterator[str]:
    for each in report.alternatives:
        sentences = [each.who_changes, each.sentence, each.proof]
        yield from _wrapped(sentences, 2, f"{each.number}. ")
    # That time lacked stands at the end; who alone suffices is no team.
    is_team, unfinished = len(report.partners) > 1, report.found.unfinished
    if report.alternatives_end and is_team and StudyStep.ALTERNATIVES not in unfinished:
        yield f"  {report.alternatives_end}"


def _ways_out(report: StudyReport) -> Iterator[str]:
    for way in report.ways_out:
        yield from _wrapped([way.sentence, way.proof], 2, f"{way.number}. ")
        yield f"     Qui décide · {way.who_decides}"
        yield from _team_lines(way)
    if len(report.ways_out) < MOST_CURES:
        yield from _wrapped(report.useless)


def _team_lines(way: WayOut) -> Iterator[str]:
    if way.team is None:
        yield f"     {HIDDEN_TEAM}"
        return
    for row in way.team.rows:
        held = [cell.title.split(".")[0] for cell in row.cells if cell.cents is not None]
        lots = f"{'lots' if len(held) > 1 else 'lot'} {listed(held)}"
        yield f"     - {partner_text(row, lots)}"
    if way.doubtful:
        names = " ; ".join(way.doubtful)
        yield from _wrapped([f"Sous réserve de chiffres inconnus de\u00a0: {names}."], 5)

"""What was found about one notice: as one JSON object, and as lines for a person."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cordee.base.ui import french, months
from cordee.composing import problem
from cordee.composing.models import Outcome
from cordee.composing.pages import shown_of
from cordee.composing.problem import reasons, sentences, team_table
from cordee.composing.problem.reader import Reader
from cordee.composing.problem.size_limits import sentences_of
from cordee.composing.problem.study import MOST_CURES, StudyStep
from cordee.composing.problem.study_json import month_json, study_json
from cordee.composing.problem.study_report import PartnerReasons, StudyReport, WayOut
from cordee.composing.study_page import NO_SIMPLE_EXCHANGE
from cordee.members.sharing import Viewer
from cordee.notices.notice import Notice
from cordee.notices.notice_json import notice_to_json
from cordee.opportunities.models import WorkPackage
from cordee.opportunities.supposed import UNSURE
from cordee.rules.reservation import Reservation

WIDTH = 100
SHOWN_RANKS = 5
TITLES = {
    Outcome.COMPOSED: "Équipe trouvée",
    Outcome.IMPOSSIBLE: "Personne ne peut tout tenir",
    Outcome.OUT_OF_SCOPE: "Hors de nos métiers",
    Outcome.CLOSED: "On ne peut plus répondre",
    Outcome.UNDECIDED: "Ni trouvé ni exclu dans le temps donné",
}
STEP_WORDS = {
    StudyStep.SIZES: "à quelle taille la réponse change",
    StudyStep.ALTERNATIVES: "d’autres équipes",
    StudyStep.LIMITS: "ce que rapporterait chaque limite un peu plus large",
    StudyStep.CURES: "d’autres changements possibles",
}


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
    study: StudyReport | None = None
    # For whom it was sought.
    viewer: Viewer | None = None

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
            **study_json(self.study),
        }

    def as_text(self) -> str:
        """Lines for a person, title to proof: blocks with an empty line between them."""
        blocks = [_notice_lines(self.notice, self.on)]
        if self.packages:
            blocks.append(["Ce qu’il faut tenir", *_package_lines(self.packages)])
        blocks.append([f"  Hors de nos métiers : {x['label']} ({x['why']})" for x in self.left_out])
        if self.ranking:
            blocks.append(["Qui peut répondre", *_ranking_lines(self.ranking)])
        blocks += _answer_blocks(self)
        if self.study is not None:
            blocks += _study_blocks(self.study)
        return "\n\n".join("\n".join(block) for block in blocks if block)

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
                "months": [month_json(month) for month in each.months],
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


def _package_json(row: WorkPackage) -> dict[str, Any]:
    return {
        "id": f"{row.position:02d}",
        "lot": row.lot_id,
        "label": row.label,
        "trade": row.trade,
        "craft": row.craft,
        "place": row.place_label,
        "latitude_deg": row.latitude,
        "longitude_deg": row.longitude,
        "is_place_supposed": row.is_place_supposed,
        "first_month": None if row.first_month is None else month_json(row.first_month),
        "months": row.months,
        "need_cfte": row.need_cfte,
        "amount_cents": row.amount_cents,
        "reserved": row.reserved,
        "provenance": row.provenance,
    }


# The same as text.


def _notice_lines(notice: Notice, on: date) -> list[str]:
    buyer = notice.buyer.name if notice.buyer else "acheteur inconnu"
    deadline = (
        f"réponse avant le {french.moment(notice.deadline, on)}"
        if notice.deadline
        else "délai inconnu"
    )
    return [notice.title or "Avis sans titre", f"{notice.id} · {buyer} · {deadline}"]


def _package_lines(rows: Sequence[WorkPackage]) -> Iterator[str]:
    for row in rows:
        when = months.span(row.first_month, row.months) if row.first_month and row.months else "?"
        states = {entry["state"] for entry in row.provenance.values()}
        guess = "  (supposé en partie)" if states & UNSURE else ""
        reserved = " · réservé" if row.reserved not in ("", Reservation.NONE.value) else ""
        yield f"  {row.position:>2}. {row.label[:56]:<56} {row.trade_label}{reserved}"
        yield (
            f"      {row.place_label or 'lieu inconnu'} · {when} · {french.fte(row.need_cfte)} · "
            f"{french.euros(row.amount_cents, rounded=True)}{guess}"
        )


def _ranking_lines(ranking: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for package in ranking:
        yield f"  {package['package']}. {package['label'][:60]}"
        for rank, row in enumerate(package["ranked"][:SHOWN_RANKS], start=1):
            trip = french.trip(row["facts"]["distance_hm"] / 10)
            name = f"{row['name']} ({row['kind']})"
            yield f"     {rank}. {name[:48]:<48} {trip:>9}  {row['points']:>3} / {row['out_of']}"
        rest = len(package["ranked"]) - SHOWN_RANKS
        if rest > 0:
            yield f"     et {french.count(rest, 'autre')}"
        if not package["ranked"]:
            yield "     personne de ce métier assez près"
            if unknown_trade := package["set_aside"].get("unknown_trade", 0):
                who = french.count(
                    unknown_trade,
                    "structure proche n’a pas dit ses métiers",
                    "structures proches n’ont pas dit leurs métiers",
                )
                yield f"     {who}"


def _answer_blocks(report: Report) -> Iterator[list[str]]:
    """The team and its proof, then the one that supposes nothing; else why there is none."""
    lines = [TITLES[Outcome(report.outcome)], *(f"  {sentence}" for sentence in report.reasons)]
    if report.was_stopped:
        lines.append("  Recherche arrêtée à votre demande, avant la fin.")
    is_composed = report.outcome == Outcome.COMPOSED
    if not (is_composed and report.answer and report.question and report.viewer):
        yield lines
        return
    best, certain = report.answer.best, report.answer.certain
    reader = Reader(report.question.problem, report.question.people_json, report.viewer)
    if report.notice.groups_banned and not best.solo:
        lines.append(f"  {report.notice.groups_banned}")
    if supposed := sentences.supposed_of(report.packages):
        lines.append("  L’avis ne dit pas, et nous avons supposé :")
        lines += [f"    - {sentence}" for sentence in supposed]
    yield [*lines, *_team_lines(reader, best)]
    if certain is not best:
        yield ["Sans supposer aucun chiffre des structures", *_certain_lines(reader, certain)]


def _certain_lines(reader: Reader, certain: Any) -> Sequence[str]:
    """The best team that rests on known figures only, or why there is none."""
    if certain.plan is not None:
        return list(_team_lines(reader, certain, known_only=True))
    why = sentences.reasons_of(reader.problem, certain, accounts_seen_of=None, known_only=True)
    return [f"  {sentence}" for sentence in why or ["Ni trouvé ni exclu dans le temps donné."]]


def _team_lines(reader: Reader, result: Any, *, known_only: bool = False) -> Iterator[str]:
    studied = problem.studied(reader.problem, result, known_only=known_only)
    shown = shown_of("best", "", result, reader, studied)
    assert shown is not None
    for sentence in (shown.proof, sentences.maybe_alone(reader.problem, result)):
        if sentence:
            yield f"  {sentence}"
    if shown.guesses:
        yield "  Sous réserve de\u00a0:"
        yield from (f"    - {guess.text} ({guess.certainty})" for guess in shown.guesses)
    for row in shown.team.rows:
        lead = ", mandataire" if row.is_lead else ""
        yield (
            f"  {row.number}. {row.name} ({row.kind}{lead}) · {french.trip(row.distance_km)} · "
            f"{french.euros(row.cents, rounded=True)} · {french.fte(row.cfte)} · {row.state}"
        )
        for cell in row.cells:
            if cell.cents is not None:
                yield (
                    f"       {cell.title[:56]:<56} {french.fte(cell.cfte):>10} "
                    f"{french.euros(cell.cents, rounded=True):>12}"
                )
    cost = french.euros(shown.team.cost_cents, rounded=True)
    checked = "oui" if result.verified else "non"
    yield f"  Coût de l’équipe\u00a0: {cost}. Vérifié à part\u00a0: {checked}."
    greedy = team_table.team_of(result.greedy, reader)
    yield f"  {reasons.simple_method(result, shown.team, greedy)}"


def _study_blocks(report: StudyReport) -> Iterator[list[str]]:
    """Every part of the study that has something to say, each under its title."""
    found = report.found
    # What the simple method leaves undone stands with the team.
    is_whole = found.explanation is not None and found.explanation.greedy_loss is not None
    # That time lacked stands at the end; who alone suffices is no team.
    is_through = len(report.partners) > 1 and StudyStep.ALTERNATIVES not in found.unfinished
    others = [(each.who_changes, each.sentence, each.proof) for each in report.alternatives]
    ways = [*map(_way_out, report.ways_out)]
    supposed = found.request.supposed
    sizes = [supposed.sentence] if supposed else []
    if supposed and found.sizes:
        sizes += sentences_of(found.sizes, supposed, found.question.problem.packages)
    possible = "Ce qui rendrait ce marché possible" if ways else "Ce qui ne suffirait pas"
    parts: list[tuple[str, Sequence[Sequence[str]], Sequence[str]]] = [
        ("Ce que nous supposons du marché", (), sizes),
        ("Pourquoi ces structures", [*map(_why, report.partners)], ()),
        ("Ce qui limite l’équipe", [each.sentences for each in report.limits], ()),
        ("Où la méthode simple perd", (), report.greedy_loss if is_whole else ()),
        ("D’autres équipes", others, [report.alternatives_end] if is_through else ()),
        (possible, ways, report.useless if len(ways) < MOST_CURES else ()),
    ]
    for title, items, rest in parts:
        lines = [line for each in items if each for line in _wrapped(each, "  - ")]
        if lines := [*lines, *_wrapped(rest, "  ")]:
            yield [title, *lines]
    if found.unfinished:
        what = french.series([STEP_WORDS[step] for step in found.unfinished])
        yield _wrapped([f"Pas cherché jusqu’au bout\u00a0: {what}."], "")


def _why(partner: PartnerReasons) -> Sequence[str]:
    return [f"{partner.name}\u00a0:", *(partner.sentences or [NO_SIMPLE_EXCHANGE])]


def _way_out(way: WayOut) -> Sequence[str]:
    doubtful = f"Sous réserve de chiffres inconnus de\u00a0: {' ; '.join(way.doubtful)}."
    return [
        way.sentence,
        way.proof,
        f"Qui décide · {way.who_decides}.",
        f"L’équipe\u00a0: {way.names}.",
        doubtful if way.doubtful else "",
    ]


def _wrapped(texts: Sequence[str], begins: str) -> list[str]:
    """Sentences as one paragraph; a line of a terminal is not endless."""
    return textwrap.wrap(
        " ".join(text for text in texts if text),
        WIDTH,
        initial_indent=begins,
        subsequent_indent=" " * len(begins),
        break_long_words=False,
        break_on_hyphens=False,
    )

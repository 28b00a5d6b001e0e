"""What the page of an answer shows of its study: other teams, trade-offs, reasons, ways out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cordee.base.ui import french
from cordee.composing import pages
from cordee.composing.problem.study import measure
from cordee.composing.problem.study_report import OtherTeam, WayOut, report_of

LEAST_TO_COMPARE = 2
UNKNOWN = "inconnu"
NO_SIMPLE_EXCHANGE = "D’autres peuvent prendre sa part, mais aucun échange simple ne tient."


@dataclass(frozen=True, slots=True)
class OtherTeamCard:
    """Another team as it is shown, with its table."""

    team: OtherTeam
    shown: pages.Shown
    rests_on_guesses: bool

    @property
    def name(self) -> str:
        """How its table is asked for."""
        return f"autre-{self.team.number}"


@dataclass(frozen=True, slots=True)
class TradeOffCell:
    """A measure of one team; the best of its column says so."""

    title: str
    text: str
    is_best: bool


@dataclass(frozen=True, slots=True)
class TradeOffRow:
    """A team in the table of trade-offs."""

    title: str
    name: str
    cells: Sequence[TradeOffCell]


class StudyPage:
    """The study of an answer, to one reader; nothing of it where figures were taken back."""

    def __init__(self, page: pages.Page) -> None:
        self.report = report_of(page.findings, page.result, page.reader.viewer, page.reader)
        self.others = [_other(each, page) for each in self.report.alternatives]
        self.lines, self.unknown = _trade_offs(page, self.others)
        self.is_withheld = page.is_study_withheld

    @property
    def is_cut_short(self) -> bool:
        """Whether some changes were neither found to suffice nor excluded."""
        cures = self.report.found.cures
        return cures is not None and bool(cures.undecided)

    @property
    def partners(self) -> list[tuple[str, Sequence[str]]]:
        """Each partner by name, and why it is there."""
        return [(p.name, p.sentences or [NO_SIMPLE_EXCHANGE]) for p in self.report.partners]

    @property
    def limits(self) -> list[tuple[str, str]]:
        """Each limit that may be seen, and what one more unit there would bring."""
        lines = [each.sentences for each in self.report.limits if each.sentences]
        return [(binds, " ".join(brings)) for binds, *brings in lines]

    @property
    def columns(self) -> Sequence[str]:
        return [cell.title for cell in self.lines[0].cells] if self.lines else []

    def other(self, name: str) -> OtherTeamCard | None:
        """The other team of that name."""
        return next((each for each in self.others if each.name == name), None)

    def way_out(self, name: str) -> WayOut | None:
        """The way out of that name."""
        return next((each for each in self.report.ways_out if each.name == name), None)


def _other(each: OtherTeam, page: pages.Page) -> OtherTeamCard:
    title = f"Autre équipe {each.number}"
    result = each.found.result
    shown = pages.shown_of("alternative", title, result, page.reader, page.candidates, each.number)
    assert shown is not None
    # What the notice left open is as open for every team.
    return OtherTeamCard(each, shown, bool(page.supposed or shown.guesses))


# Trade-offs.


def _trade_offs(
    page: pages.Page, others: Sequence[OtherTeamCard]
) -> tuple[Sequence[TradeOffRow], Sequence[str]]:
    """The best, the others and the simple method on what people choose by; what is unknown."""
    if page.best is None:
        return (), ()
    rows: list[tuple[str, str, pages.Shown, Any]] = [
        ("Notre proposition", "", page.best, page.result.plan)
    ]
    rows += [(o.shown.title, o.name, o.shown, o.team.found.plan) for o in others]
    if page.greedy is not None and page.greedy_is_valid and not page.greedy_is_same:
        rows.append(("Méthode simple", "simple", page.greedy, page.result.greedy))
    if len(rows) < LEAST_TO_COMPARE:
        return (), ()
    measures = [measure(page.posed, plan) for _, _, _, plan in rows]
    costs = [row[2].team.cost_cents for row in rows]
    columns = [
        _column("Coût", costs, lambda cents: french.euros(int(cents), rounded=True)),
        _column(
            "Trajet moyen", [round(m.mean_km, 1) for m in measures], lambda km: french.km(km, 1)
        ),
        _column("Structures", [m.partners for m in measures], lambda n: french.number(int(n))),
    ]
    unknown = []
    # No level told is not told to teach nothing.
    taught = [-m.learning_cfte_months or None for m in measures]
    if any(taught):
        columns.append(_column("Apprentissage", taught, lambda n: french.fte(-n)))
    else:
        unknown.append("Apprentissage\u00a0: inconnu, aucune structure n’a dit ses niveaux.")
    full = [m.tension_permille for m in measures]
    if "ceiling_tightness" in page.reader.hidden:
        unknown.append("Plafonds\u00a0: ces chiffres ne vous sont pas tous ouverts.")
    elif any(full):
        columns.append(_column("Plafond le plus plein", full, _permille))
    else:
        unknown.append("Plafonds\u00a0: inconnus, ou sans objet pour ces équipes.")
    cells = zip(*columns, strict=True)
    return [
        TradeOffRow(row[0], row[1], mine) for row, mine in zip(rows, cells, strict=True)
    ], unknown


def _column(title: str, values: Sequence[float | None], written: Any) -> list[TradeOffCell]:
    """A measure of each team. What is unknown is never the best, nor is anything beside it."""
    texts = [UNKNOWN if value is None else written(value) for value in values]
    known = [value for value in values if value is not None]
    # As it is written: a difference that nobody reads makes no best.
    best = texts[values.index(min(known))]
    differs = len(set(texts)) > 1 and len(known) == len(values)
    return [TradeOffCell(title, text, differs and text == best) for text in texts]


def _permille(full: float) -> str:
    return french.percent(full / 1_000, 0) if full else "sans objet"

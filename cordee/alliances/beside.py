"""What a page shows beside an answer: other teams, trade-offs, reasons, limits, ways out, wishes.

Everything is read from what was stored, through the same `Reader` as the answer itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cordee.alliances import pages
from cordee.alliances.models import Study
from cordee.alliances.problem import (
    choices,
    further,
    reasons,
    study,
    telling,
    ways_out,
)
from cordee.alliances.problem.reader import Reader, listed
from cordee.base.ui import french

LEAST_TO_COMPARE = 2


@dataclass(frozen=True, slots=True)
class Other:
    """Another team: what it gives and costs against the best, and why that one is better."""

    number: int
    shown: pages.Shown
    sentence: str
    who: str
    proof: str
    is_proven: bool
    rests_on_guesses: bool
    terms: Sequence[str]

    @property
    def name(self) -> str:
        """How its table is asked for."""
        return f"autre-{self.number}"

    @property
    def title(self) -> str:
        return f"Autre équipe {self.number}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A measure of one team; the best of its column says so."""

    title: str
    text: str
    is_best: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A team in the table of trade-offs."""

    title: str
    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Bind:
    """A limit that leaves no room, and what one more unit there would bring."""

    sentence: str
    worth: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why a partner is in the team."""

    name: str
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of an impossible contract, its team, and who must say yes."""

    number: int
    title: str
    sentence: str
    proof: str
    who_decides: str
    names: str
    team: telling.Team | None

    @property
    def name(self) -> str:
        """How its table is asked for."""
        return f"issue-{self.number}"

    @property
    def may_be_tried(self) -> bool:
        """Whether asking again with it tells nothing that its sentence leaves out."""
        return self.team is not None


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything that was studied of an answer, to one reader."""

    others: Sequence[Other] = ()
    end: str = ""
    lines: Sequence[Line] = ()
    unknown: Sequence[str] = ()
    whys: Sequence[Why] = ()
    binds: Sequence[Bind] = ()
    loss: Sequence[str] = ()
    ways: Sequence[Way] = ()
    useless: Sequence[str] = ()
    is_cut_short: bool = False
    is_withheld: bool = False

    @property
    def columns(self) -> Sequence[str]:
        return [cell.title for cell in self.lines[0].cells] if self.lines else []

    def other(self, name: str) -> Other | None:
        """The other team of that name."""
        return next((each for each in self.others if each.name == name), None)

    def way(self, name: str) -> Way | None:
        """The way out of that name."""
        return next((each for each in self.ways if each.name == name), None)


def studied_of(row: Study | None) -> study.Studied:
    """What a study has found so far."""
    if row is None:
        return study.NOTHING
    return study.read_studied(row.explanation, row.alternatives, row.worths, row.cures, row.people)


def beside_of(page: pages.Page, studied: study.Studied) -> Beside:
    """Everything beside an answer, from what was studied."""
    reader = page.reader
    if page.best is None:
        open_kinds = () if studied.cures is None else studied.cures.undecided
        return Beside(
            ways=_ways(page, studied), useless=_useless(studied), is_cut_short=bool(open_kinds)
        )
    others = [_other(n, each, page) for n, each in enumerate(studied.alternatives or (), 1)]
    lines, unknown = _trade_offs(page, others, studied)
    return Beside(
        others=others,
        end="" if studied.alternatives is None else choices.end_of(studied.alternatives),
        lines=lines,
        unknown=unknown,
        whys=_whys(studied, page),
        binds=_binds(studied, reader),
        loss=reasons.greedy_loss(studied.explanation, reader) if studied.explanation else (),
    )


def _other(number: int, each: Any, page: pages.Page) -> Other:
    reader = page.reader
    shown = pages.shown_of(
        "alternative",
        f"Autre équipe {number}",
        page.posed,
        each.result,
        page.composition.people,
        reader.sight,
        reader.hidden,
        page.candidates,
        number,
    )
    assert shown is not None
    return Other(
        number,
        shown,
        choices.alternative(each.comparison, reader),
        choices.who_changes(each.comparison, reader),
        choices.proof_of_alternative(each),
        shown.is_proven,
        # What the notice left open is as open for every team.
        bool(page.supposed or shown.guesses),
        choices.why_better(each.comparison, reader),
    )


# Trade-offs.


def _trade_offs(
    page: pages.Page, others: Sequence[Other], studied: study.Studied
) -> tuple[Sequence[Line], Sequence[str]]:
    """The best, the others and the simple method on what people choose by; what nobody told."""
    assert page.best is not None
    rows: list[tuple[str, str, pages.Shown, Any]] = [
        ("Notre proposition", "", page.best, page.result.plan)
    ]
    found = zip(others, studied.alternatives or (), strict=True)
    rows += [(each.title, each.name, each.shown, raw.plan) for each, raw in found]
    if page.greedy is not None and page.greedy_is_valid and not page.greedy_is_same:
        rows.append(("Méthode simple", "simple", page.greedy, page.result.greedy))
    if len(rows) < LEAST_TO_COMPARE:
        return (), ()
    measures = [study.measures_of(page.posed, plan) for _, _, _, plan in rows]
    columns: list[tuple[str, list[float], list[str]]] = [
        _column("Coût", [row[2].team.cost_cents for row in rows], _euros),
        _column("Trajet moyen", [round(m.mean_km, 1) for m in measures], lambda km: _km(km)),
        _column("Structures", [m.partners for m in measures], lambda n: french.number(int(n))),
    ]
    unknown = []
    if any(m.learning_cfte_months for m in measures):
        taught = [-m.learning_cfte_months for m in measures]
        columns.append(_column("Apprentissage", taught, lambda n: french.fte(-n)))
    else:
        unknown.append("Apprentissage\u00a0: inconnu, aucune structure n’a dit ses niveaux.")
    if "ceiling_tightness" in page.reader.hidden:
        unknown.append("Plafonds\u00a0: ces chiffres ne vous sont pas tous ouverts.")
    elif any(m.tension_permille for m in measures):
        full = [m.tension_permille for m in measures]
        columns.append(_column("Plafond le plus plein", full, _permille))
    else:
        unknown.append("Plafonds\u00a0: inconnus, ou sans objet pour ces équipes.")
    return [
        Line(title, name, [_cell(column, place) for column in columns])
        for place, (title, name, _, _) in enumerate(rows)
    ], unknown


def _column(
    title: str, values: Sequence[float], written: Any
) -> tuple[str, list[float], list[str]]:
    return title, list(values), [written(value) for value in values]


def _cell(column: tuple[str, list[float], list[str]], place: int) -> Cell:
    title, values, written = column
    # As it is written: a difference that nobody reads makes no best.
    best = written[values.index(min(values))]
    tells = len(set(written)) > 1
    return Cell(title, written[place], tells and written[place] == best)


def _euros(cents: float) -> str:
    return french.euros(int(cents), rounded=True)


def _km(km: float) -> str:
    return french.km(km, 1)


def _permille(full: float) -> str:
    return french.percent(full / 1_000, 0)


# Reasons.


def _whys(studied: study.Studied, page: pages.Page) -> list[Why]:
    if studied.explanation is None:
        return []
    partners = sorted(
        studied.explanation.partners, key=lambda why: -sum(s.cents for s, _ in why.shares)
    )
    nothing = "D’autres peuvent prendre sa part, mais aucun échange simple ne tient."
    return [
        Why(
            page.reader.organisation(each.organisation),
            reasons.why_partner(each, page.reader) or [nothing],
        )
        for each in partners
    ]


def _binds(studied: study.Studied, reader: Reader) -> list[Bind]:
    if studied.explanation is None:
        return []
    found = []
    for limit in studied.explanation.binding:
        worth = next((each for each in studied.worths if each.limit == limit), None)
        told = reasons.limit_sentences(limit, worth, reader)
        if told:
            found.append(Bind(told[0], " ".join(told[1:])))
    return found


# Ways out.


def _ways(page: pages.Page, studied: study.Studied) -> list[Way]:
    people = {**studied.people, **page.composition.people}
    posed = study.with_people(page.posed, studied)
    return [
        _way(number, cure, Reader(posed, people, page.reader.sight), page)
        for number, cure in enumerate(studied.cures or (), 1)
    ]


def _way(number: int, cure: Any, reader: Reader, page: pages.Page) -> Way:
    is_open = ways_out.may_show_team(cure, reader)
    everybody = study.people_of_cure(cure, reader.people)
    told = Reader(cure.problem, everybody, reader.sight)
    question = study.question_of_cure(cure, everybody)
    return Way(
        number,
        ways_out.way_out_title(cure, reader),
        ways_out.way_out(cure, reader),
        ways_out.proof_of_way_out(cure),
        ways_out.who_decides(cure, reader),
        listed(_names(cure.result.plan.organisations, told)),
        further.cured_team(question, cure, reader.sight) if is_open else None,
    )


def _names(organisations: Sequence[str], reader: Reader) -> list[str]:
    """Whoever is still to be found comes last, and as a common noun."""
    names = sorted(map(reader.organisation, organisations), key=lambda n: n.startswith("Une "))
    return [
        f"{n[0].lower()}{n[1:]}" if n.startswith("Une ") and i else n for i, n in enumerate(names)
    ]


def _useless(studied: study.Studied) -> list[str]:
    # No way out found is not none sought.
    kinds = () if studied.cures is None else studied.cures.useless
    return [ways_out.USELESS[kind] for kind in kinds if kind in ways_out.USELESS]

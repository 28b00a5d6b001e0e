"""« Il manque quelqu’un »: what nobody has taken yet, and who could, for who coordinates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cordee.accounts.models import User
from cordee.agreement import Terms
from cordee.agreement.open_lines import OpenLine, lines_left_by, lines_to_cover
from cordee.alliances.access import AllianceAccess
from cordee.alliances.endorsements.pages import MutualEndorsement, links_of
from cordee.alliances.models import AllianceParty, Withdrawal
from cordee.alliances.problem.able import Able, able_for
from cordee.base.ui import french, months
from cordee.members.models import Activity, Structure
from cordee.mobilisation.pages import TERM_LABELS
from cordee.mobilisation.pages import RankingRow as RankedLine
from cordee.mobilisation.problem import NotComposable
from cordee.opportunities.models import WorkPackage
from cordee.opportunities.need_content import WHAT, WHERE
from cordee.rules.trades import TRADES

State = AllianceParty.State
# Who is in the team, was asked, or said no once: nobody is asked twice from here.
SETTLED = (*AllianceParty.ACTIVE, State.DECLINED, State.WITHDRAWN)
SORTS = {"note": "Note", "trajet": "Trajet", "equipes": "Équipes libres"}
REACHES_KM = (20, 40, 60)
LONGEST_TYPED = 100
CREWS = TERM_LABELS["capacity"]


@dataclass(frozen=True, slots=True)
class WantedLine:
    """One line, as the page names what lacks of it."""

    open: OpenLine
    label: str
    trade: str
    when: str
    lacks: Sequence[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A structure that could take it; `known` says what the user's own did with it."""

    line: RankedLine
    known: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen above the list."""

    name: str = ""
    kind: str = ""
    km: int | None = None
    sort: str = "note"

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Filters":
        """What a query string says; what it says badly is left out."""
        km = given.get("km", "")
        return cls(
            name=given.get("nom", "").strip()[:LONGEST_TYPED],
            kind=given.get("type", "")[:20],
            km=int(km) if km in {str(each) for each in REACHES_KM} else None,
            sort=given.get("tri", "") if given.get("tri") in SORTS else "note",
        )


@dataclass(frozen=True, slots=True)
class MissingPage:
    """What the page says. `others`: lines that lack nothing, for who looks further.

    `withdrawal` is there once the composition is frozen: from then on the buyer decides.
    """

    wanted: Sequence[WantedLine]
    others: Sequence[WantedLine]
    chosen: WantedLine | None
    candidates: Sequence[Candidate]
    found: int
    kinds: Sequence[str]
    aside: Sequence[tuple[int, str]]
    problem: str
    withdrawal: Withdrawal | None


def missing_page(
    access: AllianceAccess, person: User, key: str, filters: Filters, *, on: date
) -> MissingPage:
    """What lacks of the terms in force, and who could take it on one line: fixed queries."""
    read = _lines(access)
    wanted = [each for each in read.wanted if each.open.is_open]
    others = [
        each for each in read.wanted if not each.open.is_open and access.alliance.step.is_editable
    ]
    by_key = {each.open.line.key: each for each in (*wanted, *others)}
    chosen = by_key.get(key) or next(iter(wanted), None)
    able, problem = Able((), ()), ""
    if chosen is not None:
        try:
            able = _able(access, chosen, read, on=on)
        except NotComposable as gap:
            problem = str(gap)
    candidates = _known(able.lines, links_of(person), read.team)
    kept = [each for each in candidates if _passes(each, filters)]
    return MissingPage(
        wanted=wanted,
        others=others,
        chosen=chosen,
        candidates=_sorted(kept, filters.sort),
        found=len(candidates),
        kinds=sorted({each.line.kind for each in candidates}),
        aside=able.aside,
        problem=problem,
        withdrawal=read.withdrawal,
    )


def line_of(access: AllianceAccess, key: str) -> WantedLine | None:
    """One line, with what lacks of it."""
    return next((each for each in _lines(access).wanted if each.open.line.key == key), None)


@dataclass(frozen=True, slots=True)
class _Lines:
    rows: Sequence[AllianceParty]
    terms: Terms
    withdrawal: Withdrawal | None
    wanted: Sequence[WantedLine]

    @property
    def team(self) -> frozenset[int]:
        return frozenset(row.structure_id for row in self.rows if row.is_active)


def _lines(access: AllianceAccess) -> _Lines:
    alliance = access.alliance
    rows, terms = access.rows, alliance.terms
    if alliance.step.is_editable:
        lines = lines_to_cover(terms, _trades_of(rows))
        return _Lines(rows, terms, None, [_wanted(each) for each in lines])
    leaving = list(Withdrawal.objects.filter(alliance=alliance).under_way())
    lines = lines_left_by(terms, [str(each.party_id) for each in leaving])
    return _Lines(rows, terms, leaving[0] if leaving else None, [_wanted(each) for each in lines])


def _trades_of(rows: Sequence[AllianceParty]) -> dict[str, set[str]]:
    """The trades that each party told, or that are supposed of it: one query."""
    keys = {row.structure_id: row.key for row in rows if row.is_active}
    found: dict[str, set[str]] = {}
    activities = Activity.objects.filter(chantier__structure__in=list(keys)).order_by()
    for structure, trade in activities.values_list("chantier__structure", "trade"):
        found.setdefault(keys[structure], set()).add(trade)
    return found


def _able(
    access: AllianceAccess,
    chosen: WantedLine,
    read: "_Lines",
    *,
    on: date,
) -> Able:
    package = package_of(access, chosen)
    return able_for(
        chosen.open,
        package,
        access.viewer,
        without={row.structure_id for row in read.rows if row.state in SETTLED},
        sirens={party.siren for party in read.terms.parties},
        on=on,
    )


def package_of(access: AllianceAccess, wanted: WantedLine) -> WorkPackage:
    """The package that a line stands for."""
    rows = access.alliance.breakdown.packages.select_related("commune")
    return rows.get(position=int(wanted.open.line.key))


def _wanted(each: OpenLine) -> WantedLine:
    line = each.line
    lacks = []
    if each.cents:
        lacks.append(french.euros(each.cents, rounded=True))
    if each.cfte:
        lacks.append(f"{french.fte(each.cfte)} par mois")
    if each.hours:
        lacks.append(f"{french.count(each.hours, 'heure')} d’insertion")
    if each.lacks_trade:
        lacks.append("le métier, que personne n’a dit exercer")
    trade = TRADES[line.trade].short_label if line.trade in TRADES else line.trade
    return WantedLine(each, line.label, trade, months.span(line.first_month, line.months), lacks)


def _known(
    lines: Sequence[RankedLine], links: Mapping[int, MutualEndorsement], team: frozenset[int]
) -> list[Candidate]:
    return [
        Candidate(
            line,
            links[line.structure_id].words_for(team) if line.structure_id in links else "",
        )
        for line in lines
    ]


def _passes(each: Candidate, filters: Filters) -> bool:
    line = each.line
    words = filters.name.casefold().split()
    text = f"{line.name} {line.city}".casefold()
    return (
        all(word in text for word in words)
        and (not filters.kind or line.kind == filters.kind)
        and (filters.km is None or line.distance_km <= filters.km)
    )


def _sorted(found: Sequence[Candidate], sort: str) -> list[Candidate]:
    """Links first, whatever the order; equals stay as they are ranked."""

    def place(each: Candidate) -> tuple[bool, float]:
        if sort == "trajet":
            return not each.known, each.line.distance_km
        if sort == "equipes":
            return not each.known, -_free_points(each.line)
        return not each.known, 0

    return sorted(found, key=place)


def _free_points(line: RankedLine) -> int:
    """Points for crews that are free; what is unknown comes after what is known to be none."""
    points = next((term.points for term in line.terms if term.label == CREWS), None)
    return -1 if points is None else points


def need_of(
    wanted: WantedLine, access: AllianceAccess, package: WorkPackage
) -> dict[str, dict[str, str]]:
    """What a need of a subcontractor begins with: the work alone.

    Neither the contract, nor the price, nor the team: those who read it are asked nothing yet
    (RULE-38).
    """
    line, cfte = wanted.open.line, wanted.open.cfte or wanted.open.line.need_cfte
    year, month = divmod(line.first_month, 12)
    commune = package.commune
    place = "" if commune is None else f"{commune.name} ({commune.department_id})"
    return {
        WHAT: {"title": line.label, "buyer": access.alliance.coordinator_name},
        WHERE: {
            "trade": line.trade,
            "place": place,
            "start": f"{year}-{month + 1:02d}-01",
            "months": str(line.months),
            "need_fte": "" if not cfte else f"{cfte / 100:.2f}".replace(".", ","),
        },
    }


def sirets_of(candidates: Sequence[Candidate]) -> dict[int, str]:
    """The SIRET of those on one page: one query."""
    pks = [each.line.structure_id for each in candidates]
    return dict(Structure.objects.filter(pk__in=pks).values_list("pk", "siret"))

"""« Il manque quelqu’un »: what nobody has taken yet, and who could, for who coordinates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cordee.accounts.models import User
from cordee.agreement.open_lines import OpenLine, lines_left_by, lines_to_cover
from cordee.alliances.access import AllianceAccess
from cordee.alliances.endorsements.pages import links_of
from cordee.alliances.law import trades_of
from cordee.alliances.models import AllianceParty, Withdrawal
from cordee.alliances.problem.able import able_for
from cordee.alliances.problem.means import booked_by
from cordee.base.ui import french, months
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


def missing_page(
    access: AllianceAccess, person: User, key: str, filters: Filters, *, on: date
) -> dict[str, Any]:
    """What lacks of the terms in force, and who could take it on one line: fixed queries."""
    alliance = access.alliance
    read, withdrawal = _lines(access)
    wanted = [each for each in read if each.open.is_open]
    # Lines that lack nothing, for who looks further.
    others = [each for each in read if not each.open.is_open and alliance.step.is_editable]
    by_key = {each.open.line.key: each for each in (*wanted, *others)}
    chosen = by_key.get(key) or next(iter(wanted), None)
    able: Sequence[RankedLine] = ()
    aside: Sequence[tuple[int, str]] = ()
    problem = ""
    if chosen is not None:
        try:
            able, aside = able_for(
                chosen.open,
                package_of(access, chosen),
                access.viewer,
                without={row.structure_id for row in access.rows if row.state in SETTLED},
                sirens={party.siren for party in alliance.terms.parties},
                on=on,
                apart_from=booked_by(alliance.pk),
            )
        except NotComposable as gap:
            problem = str(gap)
    links = links_of(person)
    team = frozenset(row.structure_id for row in access.rows if row.is_active)
    candidates = [
        Candidate(line, link.words_for(team) if (link := links.get(line.structure_id)) else "")
        for line in able
    ]
    kept = [each for each in candidates if _passes(each, filters)]
    return {
        "wanted": wanted,
        "others": others,
        "chosen": chosen,
        "candidates": _sorted(kept, filters.sort),
        "found": len(candidates),
        "kinds": sorted({each.line.kind for each in candidates}),
        "aside": aside,
        "problem": problem,
        # There once the composition is frozen: from then on the buyer decides.
        "withdrawal": withdrawal,
    }


def line_of(access: AllianceAccess, key: str) -> WantedLine | None:
    """One line, with what lacks of it."""
    return next((each for each in _lines(access)[0] if each.open.line.key == key), None)


def _lines(access: AllianceAccess) -> tuple[list[WantedLine], Withdrawal | None]:
    """The lines with what lacks of each; once filed, those that a withdrawal leaves, and it."""
    terms = access.alliance.terms
    if access.alliance.step.is_editable:
        trades = trades_of((row for row in access.rows if row.is_active), supposed=True)
        return [_wanted(each) for each in lines_to_cover(terms, trades)], None
    leaving = list(access.alliance.withdrawals.under_way())
    left = lines_left_by(terms, [str(each.party_id) for each in leaving])
    return [_wanted(each) for each in left], next(iter(leaving), None)


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

    def place(each: Candidate) -> float | Decimal:
        if sort == "trajet":
            return each.line.distance_km
        if sort != "equipes":
            return 0
        points = next((term.points for term in each.line.terms if term.label == CREWS), None)
        # What is unknown comes after what is known to be none.
        return 1 if points is None else -points

    return sorted(found, key=lambda each: (not each.known, place(each)))


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

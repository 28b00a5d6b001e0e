"""« Personne n’y arrive seul »: open contracts that members carry together, or nobody reaches.

How many members it takes is counted from what the network sees of their teams; who they are is
never said (RULE-38). A whole team is more than what is free of it: so many at least.

« Bassins où des marchés sont ouverts et où aucun membre ne va »: holes of a network.

Lots, trades and places; never a structure (RULE-38).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cached_property

from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.members.network_access import Desk, desk_or_none
from cordee.members.sharing import Viewer
from cordee.members.today.contracts import MOST_SHOWN, Contract, ContractPanel
from cordee.mobilisation.watch import reach
from cordee.mobilisation.watch.reach import FromDesk, Going, OpenPackage
from cordee.opportunities.models import VerdictKind
from cordee.opportunities.next_steps import Reader
from cordee.opportunities.verdicts import VerdictLine, network_answers, together
from cordee.opportunities.verdicts.for_you import TITLE_LETTERS, more_words
from cordee.rules import territory
from cordee.rules.trades import TRADES

NOBODY_GOES = "vigilance", "Aucun membre", "vigilance"
UNKNOWN_TEAMS = "inconnu", "À confirmer", "inconnu"
NOT_ENOUGH = "bloque", "Trop grand", "bloque"
ORDER = ("duo", "inconnu", "bloque", "vigilance")


class Hole(Enum):
    """Why a lot is out of the network's hands: in words, and how it is drawn (state, few words)."""

    NOBODY = ("aucun membre n’y va", "vigilance", "Aucun membre")
    TOO_SMALL = ("un seul y va, il faut être plusieurs", "duo", "À plusieurs")
    UNKNOWN = ("un seul y va, équipe inconnue", "inconnu", "À confirmer")

    def __init__(self, words: str, state: str, short: str) -> None:
        self.words, self.state, self.short = words, state, short


@dataclass(frozen=True, slots=True)
class OpenLot:
    """Work that few or none reach."""

    package: OpenPackage
    hole: Hole


@dataclass(frozen=True, slots=True)
class Basin:
    """One trade in one department, with the lots open there."""

    trade: str
    department: str
    lots: tuple[OpenLot, ...]

    @property
    def trade_label(self) -> str:
        return TRADES[self.trade].short_label

    @property
    def place(self) -> str:
        name = territory.DEPARTMENT_NAMES.get(self.department)
        return f"{name} ({self.department})" if name else "Lieu à préciser"

    @property
    def nobody(self) -> int:
        return sum(lot.hole is Hole.NOBODY for lot in self.lots)

    @property
    def almost(self) -> int:
        return len(self.lots) - self.nobody

    @property
    def first_deadline(self) -> datetime | None:
        return min(
            (lot.package.deadline for lot in self.lots if lot.package.deadline), default=None
        )


class Coverage(FromDesk):
    """What is open in the territory of a desk, against how far members of its network go."""

    @property
    def open_lots(self) -> int:
        return len(self.packages)

    @property
    def unplaced(self) -> int:
        """Open work whose place nobody knows: it is in no basin."""
        return sum(not package.is_placed for package in self.packages)

    @cached_property
    def basins(self) -> list[Basin]:
        """Those with a hole, the one that closes first first."""
        reached = reach.members_in_reach(self.desk, self.packages, on=self.on)
        alone = {pk: found[0].structure for pk, found in reached.items() if len(found) == 1}
        teams = reach.visible_teams(self.desk, set(alone.values()), on=self.on)
        lots: dict[tuple[str, str], list[OpenLot]] = defaultdict(list)
        for package in self.packages:
            hole = _hole(package, reached.get(package.pk), teams)
            if hole is not None:
                lots[package.trade, package.department].append(OpenLot(package, hole))
        far = datetime.max.replace(tzinfo=self.now.tzinfo)
        basins = [
            Basin(
                trade,
                department,
                tuple(sorted(found, key=lambda lot: (lot.package.deadline or far, lot.package.pk))),
            )
            for (trade, department), found in lots.items()
        ]
        return sorted(
            basins,
            key=lambda basin: (basin.first_deadline or far, basin.department, basin.trade),
        )

    @property
    def nobody(self) -> int:
        return sum(basin.nobody for basin in self.basins)

    @property
    def almost(self) -> int:
        return sum(basin.almost for basin in self.basins)

    @property
    def sentence(self) -> str:
        """One sentence on all holes."""
        parts = []
        if self.nobody:
            parts.append(f"{french.count(self.nobody, 'lot')} où aucun membre ne va")
        if self.almost:
            parts.append(f"{french.count(self.almost, 'lot')} à portée d’un seul")
        return f"{', '.join(parts)}, sur {french.number(self.open_lots)} ouverts."


def _hole(
    package: OpenPackage, members: Sequence[Going] | None, teams: Mapping[int, int]
) -> Hole | None:
    """A whole team smaller than the need is too small for sure: seasons only make it smaller.

    `members`: None where the package has no place.
    """
    if members is None or len(members) > 1:
        return None
    if not members:
        return Hole.NOBODY
    team = teams.get(members[0].structure)
    if team is None:
        return Hole.UNKNOWN
    return Hole.TOO_SMALL if team < package.need_cfte else None


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """One contract that no member carries alone; `answer` is what was computed, where it was."""

    packages: Sequence[OpenPackage]
    look: tuple[str, str, str]
    words: str
    answer: VerdictLine | None = None

    def line(self) -> VerdictLine:
        """The answer of the page of that contract: what was computed, else an estimate."""
        if self.answer is not None:
            return self.answer
        look, short, icon = self.look
        words = f"{self.words[:1].upper()}{self.words[1:]}"
        least = "Au moins, d’après les équipes que vous voyez."
        kind, title, reason = {
            "duo": (VerdictKind.TOGETHER, f"{words.split()[0]} membres, ensemble", least),
            "inconnu": (VerdictKind.UNKNOWN, "On ne sait pas encore", f"{words}."),
            "bloque": (VerdictKind.NOT_THEN, "Non, trop grand pour vos membres", f"{words}."),
            "vigilance": (VerdictKind.NOT_FOR_YOU, words, "Relayez-le, ou cherchez au-delà."),
        }[look]
        return VerdictLine(kind, title, short, look, icon, reason)

    def contract(self, on: date) -> Contract:
        """The line of a list."""
        first = self.packages[0]
        state, short, icon = self.look
        where = first.place or first.department or "lieu inconnu"
        if first.is_place_supposed:
            where = f"lieu exact inconnu, {where}"
        facts = [where, self.words]
        if first.deadline is not None:
            facts.append(f"avant le {french.day(timezone.localdate(first.deadline), on)}")
        return Contract(
            french.cut(first.title, TITLE_LETTERS),
            reverse("opportunities:detail", args=[first.opportunity]),
            f"{facts[0][:1].upper()}{', '.join(facts)[1:]}",
            state,
            short,
            icon,
        )


def out_of_reach(desk: Desk, *, now: datetime, only: int | None = None) -> list[OutOfReach]:
    """Open work in the territory of a desk that no member carries alone: five queries.

    Where the network has composed a team, what that says; with its own queries. Those that members
    carry together first, then by deadline. `only`: the key of one opportunity, for its page.
    """
    on = timezone.localdate(now)
    by_opportunity: dict[int, list[OpenPackage]] = defaultdict(list)
    for package in reach.visible_packages(desk, on=on, now=now, only=only):
        if package.is_placed:
            by_opportunity[package.opportunity].append(package)
    viewer = Viewer(desk.user, on, desk.acting_for)
    # The page of one contract hears of it from the room above.
    answers = {} if only else network_answers(viewer, list(by_opportunity))
    packages = [each for pk, own in by_opportunity.items() if pk not in answers for each in own]
    reached = reach.members_in_reach(desk, packages, on=on)
    members = {each.structure for found in reached.values() for each in found}
    teams = reach.visible_teams(desk, members, on=on)
    rows = [
        _answered(own, answers[pk]) if pk in answers else _out_of_reach(own, reached, teams)
        for pk, own in by_opportunity.items()
    ]
    far = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(
        (row for row in rows if row is not None),
        key=lambda row: (
            ORDER.index(row.look[0]),
            row.packages[0].deadline or far,
            row.packages[0].opportunity,
        ),
    )


def _answered(packages: Sequence[OpenPackage], line: VerdictLine) -> OutOfReach | None:
    """What a computed team says of it; None where one structure is enough."""
    if line.kind is VerdictKind.ALONE:
        return None
    words = line.reason.partition("\u00a0:")[0].rstrip(".")
    look = line.look, line.short, line.icon
    return OutOfReach(packages, look, f"{words[:1].lower()}{words[1:]}", line)


def _out_of_reach(
    packages: Sequence[OpenPackage],
    reached: Mapping[int, Sequence[Going]],
    teams: Mapping[int, int],
) -> OutOfReach | None:
    """None where one member is large enough for all of it, or may be as its team is unknown."""
    able = [{each.structure for each in reached[package.pk]} for package in packages]
    everywhere = set.intersection(*able)
    need = sum(package.need_cfte for package in packages)
    if any(teams.get(each, 0) >= need for each in everywhere):
        return None
    if not all(able):
        return OutOfReach(packages, NOBODY_GOES, "aucun membre n’y va")
    if any(each not in teams for found in able for each in found):
        unknown = len({each for found in able for each in found if each not in teams})
        words = f"{french.in_letters(unknown)} équipe{'s' if unknown > 1 else ''} à connaître"
        return OutOfReach(packages, UNKNOWN_TEAMS, words)
    taken = _fewest(packages, able, teams)
    if taken is None:
        return OutOfReach(packages, NOT_ENOUGH, "plus grand que toutes les équipes à portée")
    line: VerdictLine = together(taken, "")
    words = f"{french.in_letters(taken)} membres au moins"
    return OutOfReach(packages, (line.look, line.short, line.icon), words)


def _fewest(
    packages: Sequence[OpenPackage], able: Sequence[set[int]], teams: Mapping[int, int]
) -> int | None:
    """How many members a simple sharing takes, the largest teams first; None where all lack."""
    left = dict(teams)
    taken: set[int] = set()
    for package, members in zip(packages, able, strict=True):
        need = package.need_cfte
        # Whoever is in already goes on before somebody else comes in.
        for member in sorted(members, key=lambda each: (each not in taken, -left[each], each)):
            if need <= 0:
                break
            if left[member] > 0:
                part = min(need, left[member])
                need, left[member] = need - part, left[member] - part
                taken.add(member)
        if need > 0:
            return None
    return max(2, len(taken))


def offered(person: Reader) -> Iterator[VerdictLine]:
    """What the page of an opportunity answers to who acts for a network: eight queries at most."""
    desk = _desk_of(person.viewer)
    if desk is not None and person.may_answer:
        for row in out_of_reach(desk, now=person.now, only=person.opportunity.pk):
            yield row.line()


def _desk_of(viewer: Viewer) -> Desk | None:
    if viewer.user is None or viewer.network is None:
        return None
    return desk_or_none(viewer.user, viewer.network)


def panel(viewer: Viewer, now: datetime) -> ContractPanel | None:
    """On the page of the day, for who acts for a network."""
    if viewer.network is None or (desk := _desk_of(viewer)) is None:
        return None
    found = out_of_reach(desk, now=now)
    return ContractPanel(
        "Personne n’y arrive seul",
        [row.contract(viewer.on) for row in found[:MOST_SHOWN]],
        reverse("watch:together", args=[viewer.network.slug]),
        more_words(len(found) - MOST_SHOWN),
        note="" if found else "Aucun marché ouvert ne demande plusieurs membres aujourd’hui.",
    )

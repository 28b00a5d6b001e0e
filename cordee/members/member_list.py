"""The members of a network as its people list them: what is asked, what is found, in what order.

All rows are read at once as plain values: the same number of queries for 7 members and for 7,000.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from cordee.members import directory_index
from cordee.members.models import Activity, Membership
from cordee.members.models.capacity import Certainty
from cordee.members.models.structures import StructureQuerySet
from cordee.members.network_access import Desk
from cordee.members.place_names import fold_place_name
from cordee.members.up_to_date import MISSING_WORDS, Standing, standings
from cordee.rules import territory
from cordee.rules.kinds import Kind
from cordee.rules.trades import TRADES

SORTS = ("nom", "departement", "depuis", "etat")
STATES = {
    "a-jour": "à jour",
    "a-completer": "à compléter",
    **MISSING_WORDS,
}
CLAIMED = {"oui": "rejointe par ses responsables", "non": "pas encore rejointe"}


@dataclass(frozen=True)
class MemberQuery:
    """What somebody asks of the list; an unknown choice in the address is no filter."""

    text: str = ""
    department: str = ""
    trade: str = ""
    kind: str = ""
    state: str = ""
    claimed: str = ""
    sort: str = "nom"
    descending: bool = False

    @classmethod
    def read(cls, params: Mapping[str, str]) -> "MemberQuery":
        def choice(name: str, allowed: Collection[str]) -> str:
            value = params.get(name, "").strip()
            return value if value in allowed else ""

        sort = params.get("tri", "")
        return cls(
            text=params.get("q", "").strip()[:200],
            department=choice("departement", territory.DEPARTMENT_NAMES.keys()),
            trade=choice("metier", TRADES.keys()),
            kind=choice("sorte", set(Kind)),
            state=choice("etat", STATES.keys()),
            claimed=choice("rejointe", CLAIMED.keys()),
            sort=sort.lstrip("-") if sort.lstrip("-") in SORTS else "nom",
            descending=sort.startswith("-"),
        )

    @property
    def has_more(self) -> bool:
        return any((self.department, self.trade, self.kind, self.claimed))

    @property
    def sort_param(self) -> str:
        return f"-{self.sort}" if self.descending else self.sort

    def chips(self) -> list[tuple[str, str]]:
        """(label, parameter of the address) of each filter in force."""
        said = [
            (f"« {self.text} »" if self.text else "", "q"),
            (territory.DEPARTMENT_NAMES.get(self.department, ""), "departement"),
            (TRADES[self.trade].short_label if self.trade else "", "metier"),
            (self.kind, "sorte"),
            (STATES.get(self.state, ""), "etat"),
            (CLAIMED.get(self.claimed, ""), "rejointe"),
        ]
        return [(label[:1].upper() + label[1:], name) for label, name in said if label]


@dataclass(slots=True)
class Member:
    """One structure of the list, with the memberships that make it a member today."""

    pk: int
    siret: str
    kind: str
    name: str
    place: str
    department: str
    is_claimed: bool
    standing: Standing
    since: date
    membership: int
    proof: str
    proof_reference: str
    proof_on: date | None
    networks: list[str] = field(default_factory=list)
    trades: list[tuple[str, bool]] = field(default_factory=list)  # (label, is guessed)

    @property
    def proof_words(self) -> str:
        return str(Membership.Proof(self.proof).label)


class MemberList:
    """One answer to one query, for one desk, at a moment."""

    def __init__(self, desk: Desk, query: MemberQuery, now: datetime, on: date) -> None:
        self.desk, self.query, self.now, self.on = desk, query, now, on
        self._all = desk.structures(on)

    @cached_property
    def total(self) -> int:
        return self._all.count()

    @cached_property
    def found(self) -> list[Member]:
        """Every member that answers, in order."""
        structures = self._filtered()
        states = standings(structures, self.now)
        members = self._read(structures, states)
        kept = [member for member in members if self._is_asked(member)]
        # By name first: a sort keeps the order of what is equal.
        kept.sort(key=lambda member: (fold_place_name(member.name), member.pk))
        if self.query.sort != "nom":
            kept.sort(key=self._order)
        if self.query.descending:
            kept.reverse()
        return kept

    def complete(self, members: Sequence[Member]) -> Sequence[Member]:
        """The same with their trades: one query."""
        trades: dict[int, list[tuple[str, bool]]] = defaultdict(list)
        rows = Activity.objects.filter(chantier__structure__in=[member.pk for member in members])
        for pk, slug, certainty in rows.order_by("trade").values_list(
            "chantier__structure", "trade", "certainty"
        ):
            said = (TRADES[slug].short_label, certainty == Certainty.GUESSED)
            if said not in trades[pk]:
                trades[pk].append(said)
        for member in members:
            member.trades = trades[member.pk]
        return members

    def _filtered(self) -> StructureQuerySet:
        query, structures = self.query, self._all
        if query.text:
            structures = directory_index.matching(structures, query.text)
        if query.department:
            structures = structures.filter(department=query.department)
        if query.trade:
            structures = structures.in_trade(query.trade)
        if query.kind:
            structures = structures.filter(kind=query.kind)
        if query.claimed:
            structures = structures.filter(is_claimed=query.claimed == "oui")
        return structures

    def _read(self, structures: StructureQuerySet, states: Mapping[int, Standing]) -> list[Member]:
        memberships = (
            Membership.objects.current(self.on)
            .under(self.desk.network)
            .filter(structure__in=structures.order_by().values("pk"))
            .order_by("network__parent", "starts_on", "pk")
        )
        members: dict[int, Member] = {}
        columns = memberships.values_list(
            *("pk", "starts_on", "proof", "proof_reference", "proof_on", "network__name"),
            *("structure", "structure__siret", "structure__kind", "structure__name"),
            *("structure__brand", "structure__city", "structure__department"),
            *("structure__is_claimed", "structure__commune__name"),
        )
        for row in columns:
            key, since, proof, reference, proof_on, network, *rest = row
            pk, siret, kind, name, brand, city, department, is_claimed, commune = rest
            if pk not in members:
                members[pk] = Member(
                    pk,
                    siret,
                    kind,
                    brand or name,
                    commune or city,
                    department or "",
                    is_claimed,
                    states[pk],
                    since,
                    key,
                    proof,
                    reference,
                    proof_on,
                )
            members[pk].networks.append(network)
        return list(members.values())

    def _is_asked(self, member: Member) -> bool:
        match self.query.state:
            case "":
                return True
            case "a-jour":
                return member.standing.is_up_to_date
            case "a-completer":
                return not member.standing.is_up_to_date
            case gap:
                return gap in member.standing.missing

    def _order(self, member: Member) -> object:
        match self.query.sort:
            case "departement":
                return (not member.department, member.department)
            case "depuis":
                return member.since
            case _:
                return len(member.standing.missing)

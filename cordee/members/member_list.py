"""The members of a network as its people list them: what is asked, what is found, in what order.

All rows are read at once as plain values: the same number of queries for 7 members and for 7,000.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from cordee.members.list_query import ListQuery, ListRow, add_trades, by_name, choice
from cordee.members.models import Membership
from cordee.members.models.structures import StructureQuerySet
from cordee.members.network_access import Desk
from cordee.members.up_to_date import MISSING_WORDS, MemberStatus, standings

STATES = {
    "a-jour": "à jour",
    "a-completer": "à compléter",
    **MISSING_WORDS,
}
CLAIMED = {"oui": "rejointe par ses responsables", "non": "pas encore rejointe"}


@dataclass(frozen=True, kw_only=True)
class MemberQuery(ListQuery):
    """What somebody asks of the list."""

    SORTS = ("nom", "departement", "depuis", "etat")
    FIRST_SORT = "nom"
    sort: str = FIRST_SORT
    state: str = ""
    claimed: str = ""

    @classmethod
    def read_own(cls, params: Mapping[str, str]) -> dict[str, Any]:
        """Return the filters of this list alone, by field."""
        return {
            "state": choice(params, "etat", STATES.keys()),
            "claimed": choice(params, "rejointe", CLAIMED.keys()),
        }

    @property
    def has_more(self) -> bool:
        return any((self.department, self.trade, self.kind, self.claimed))

    def chips(self) -> list[tuple[str, str]]:
        """(label, parameter of the address) of each filter in force."""
        own = [
            (STATES.get(self.state, ""), "etat"),
            (CLAIMED.get(self.claimed, ""), "rejointe"),
        ]
        return self.shared_chips() + [
            (label[0].upper() + label[1:], name) for label, name in own if label
        ]


@dataclass(slots=True, kw_only=True)
class MemberRow(ListRow):
    """One structure of the list, with the memberships that make it a member today."""

    is_claimed: bool
    phone: str
    standing: MemberStatus
    since: date
    membership: int
    proof: str
    proof_reference: str
    proof_on: date | None
    networks: list[str] = field(default_factory=list)

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
    def found(self) -> list[MemberRow]:
        """Every member that answers, in order."""
        structures = self._filtered()
        states = standings(structures, self.now)
        members = self._read(structures, states)
        kept = [member for member in members if self._is_asked(member)]
        # By name first: a sort keeps the order of what is equal.
        kept.sort(key=by_name)
        if self.query.sort != "nom":
            kept.sort(key=self._order)
        if self.query.descending:
            kept.reverse()
        return kept

    def complete(self, members: Sequence[MemberRow]) -> Sequence[MemberRow]:
        """The same with their trades: one query."""
        add_trades(members)
        return members

    def _filtered(self) -> StructureQuerySet:
        query, structures = self.query, self.query.narrow(self._all)
        if query.claimed:
            structures = structures.filter(is_claimed=query.claimed == "oui")
        return structures

    def _read(
        self, structures: StructureQuerySet, states: Mapping[int, MemberStatus]
    ) -> list[MemberRow]:
        memberships = (
            Membership.objects.current(self.on)
            .under(self.desk.network)
            .filter(structure__in=structures.order_by().values("pk"))
            .order_by("network__parent", "starts_on", "pk")
        )
        members: dict[int, MemberRow] = {}
        columns = memberships.values_list(
            *("pk", "starts_on", "proof", "proof_reference", "proof_on", "network__name"),
            *("structure", "structure__siret", "structure__kind", "structure__name"),
            *("structure__brand", "structure__city", "structure__department"),
            *("structure__is_claimed", "structure__phone", "structure__commune__name"),
        )
        for row in columns:
            key, since, proof, reference, proof_on, network, *rest = row
            pk, siret, kind, name, brand, city, department, is_claimed, phone, commune = rest
            if pk not in members:
                members[pk] = MemberRow(
                    pk=pk,
                    siret=siret,
                    kind=kind,
                    name=brand or name,
                    place=commune or city,
                    department=department or "",
                    is_claimed=is_claimed,
                    phone=phone,
                    standing=states[pk],
                    since=since,
                    membership=key,
                    proof=proof,
                    proof_reference=reference,
                    proof_on=proof_on,
                )
            members[pk].networks.append(network)
        return list(members.values())

    def _is_asked(self, member: MemberRow) -> bool:
        match self.query.state:
            case "":
                return True
            case "a-jour":
                return member.standing.is_up_to_date
            case "a-completer":
                return not member.standing.is_up_to_date
            case gap:
                return gap in member.standing.missing

    def _order(self, member: MemberRow) -> Any:
        match self.query.sort:
            case "departement":
                return (not member.department, member.department)
            case "depuis":
                return member.since
            case _:
                return len(member.standing.missing)

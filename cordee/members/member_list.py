"""The members of a network as its people list them: what is asked, what is found, in what order;
which are up to date, that is joined by their people, trades confirmed, crews told of late.

All rows are read at once as plain values: the same number of queries for 7 members and for 7,000.
A network reads whether and when a structure spoke, and none of its figures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from cordee.members.list_query import ListQuery, ListRow, add_trades, by_name, choice
from cordee.members.models import Activity, Crew, Membership
from cordee.members.models.capacity import Certainty
from cordee.members.models.structures import StructureQuerySet
from cordee.members.network_access import Desk

# Our own rule, said on the page: crews change with each convention, once a year.
CREWS_HOLD_FOR = timedelta(days=365)

CLAIM, TRADES, CREWS = "rejoindre", "metiers", "equipes"
MISSING_WORDS = {
    CLAIM: "à rejoindre par ses responsables",
    TRADES: "métiers à confirmer",
    CREWS: "équipes à dater",
}
STATES = {
    "a-jour": "à jour",
    "a-completer": "à compléter",
    **MISSING_WORDS,
}
CLAIMED = {"oui": "rejointe par ses responsables", "non": "pas encore rejointe"}


@dataclass(frozen=True, slots=True)
class MemberStatus:
    """What is missing for a structure to be up to date."""

    missing: tuple[str, ...]

    @property
    def is_up_to_date(self) -> bool:
        return not self.missing

    @property
    def words(self) -> str:
        return ", ".join(MISSING_WORDS[each] for each in self.missing)


def standings(structures: StructureQuerySet, now: datetime) -> Mapping[int, MemberStatus]:
    """The standing of each of these structures: three queries, however many there are."""
    asked = structures.order_by().values("pk")
    trades = {
        pk: known > 0 and guessed == 0
        for pk, known, guessed in Activity.objects.filter(chantier__structure__in=asked)
        .order_by()
        .values("chantier__structure")
        .annotate(
            known=Count("pk", filter=Q(certainty=Certainty.KNOWN)),
            guessed=Count("pk", filter=Q(certainty=Certainty.GUESSED)),
        )
        .values_list("chantier__structure", "known", "guessed")
    }
    today = timezone.localdate(now)
    crews = {
        pk: (None if undated else oldest)
        for pk, oldest, undated in Crew.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=today), chantier__structure__in=asked
        )
        .order_by()
        .values("chantier__structure")
        .annotate(oldest=Min("stated_at"), undated=Count("pk", filter=Q(stated_at__isnull=True)))
        .values_list("chantier__structure", "oldest", "undated")
    }
    limit = now - CREWS_HOLD_FOR
    found = {}
    for pk, is_claimed in structures.order_by().values_list("pk", "is_claimed"):
        stated_at = crews.get(pk)
        gaps = (
            (CLAIM, not is_claimed),
            (TRADES, not trades.get(pk, False)),
            (CREWS, stated_at is None or stated_at <= limit),
        )
        found[pk] = MemberStatus(tuple(name for name, lacks in gaps if lacks))
    return found


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

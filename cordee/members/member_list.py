"""The members of a network as its people list them: what is asked, what is found, in what order;
which are up to date, that is joined by their people, trades confirmed, crews told of late.

The base sorts them and gives those of one page: the same number of queries for 7 members and for
7,000. A network reads whether and when a structure spoke, and none of its figures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Cast
from django.utils import timezone

from cordee.accounts.models import JournalEntry
from cordee.base.kept_counts import kept
from cordee.members.list_query import ListQuery, ListRow, add_trades, choice
from cordee.members.models import Activity, Crew, Membership, Structure
from cordee.members.models.capacity import Certainty
from cordee.members.models.networks import PeriodQuerySet
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


# What is missing, and the column of `with_gaps` that says so.
GAPS = {CLAIM: "lacks_claim", TRADES: "lacks_trades", CREWS: "lacks_crews"}


def with_gaps(structures: StructureQuerySet, now: datetime) -> StructureQuerySet:
    """With what is missing for each of these structures to be up to date."""
    activities = Activity.objects.filter(chantier__structure=OuterRef("pk")).order_by()
    today = timezone.localdate(now)
    crews = Crew.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=today), chantier__structure=OuterRef("pk")
    ).order_by()
    is_old = Q(stated_at__isnull=True) | Q(stated_at__lte=now - CREWS_HOLD_FOR)
    return structures.annotate(
        lacks_claim=Q(is_claimed=False),
        lacks_trades=~Exists(activities.filter(certainty=Certainty.KNOWN))
        | Exists(activities.filter(certainty=Certainty.GUESSED)),
        lacks_crews=~Exists(crews) | Exists(crews.filter(is_old)),
    )


def standing_of(lacks: Iterable[bool]) -> MemberStatus:
    """The standing that the columns of `GAPS` say."""
    return MemberStatus(tuple(name for name, is_so in zip(GAPS, lacks, strict=True) if is_so))


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

    @cached_property
    def total(self) -> int:
        """Counted anew as soon as anything is written of members: whoever adds one reads it."""
        written = JournalEntry.objects.filter(verb__startswith="members.").order_by("-pk")
        until, desk = written.values_list("pk", flat=True).first(), self.desk
        of = "" if desk.departments is None else "-".join(sorted(desk.departments))
        name = f"members-of-{desk.network.pk}-{of}-{self.on}-{until}"
        count, _ = kept(name, lambda: desk.count(self.on), int)
        return count

    @cached_property
    def count(self) -> int:
        """How many answer; without a filter, the total is not counted twice."""
        if not self.query.chips():
            return self.total
        return self._answering(self.desk.structures(self.on)).count()

    @property
    def found(self) -> StructureQuerySet:
        """Every member that answers, in order."""
        query = self.query
        # By name, the base walks an index and stops at the end of a page.
        members = self.desk.structures(self.on, each=query.sort == query.FIRST_SORT)
        rows = self._answering(members).order_by(*self._sorted_by(), "sort_key", "pk")
        return rows.reverse() if query.descending else rows

    def _answering(self, members: StructureQuerySet) -> StructureQuerySet:
        query, rows = self.query, self.query.narrow(members)
        if query.claimed:
            rows = rows.filter(is_claimed=query.claimed == "oui")
        if query.state or query.sort == "etat":
            rows = with_gaps(rows, self.now)
        if query.state in GAPS:
            rows = rows.filter(**{GAPS[query.state]: True})
        elif query.state:
            fresh = dict.fromkeys(GAPS.values(), False)
            is_fresh = query.state == "a-jour"
            rows = rows.filter(**fresh) if is_fresh else rows.exclude(**fresh)
        return rows

    def complete(self, structures: Iterable[Structure]) -> list[MemberRow]:
        """The rows of some of them, in their order, with their trades."""
        keys = [each.pk for each in structures]
        found = with_gaps(Structure.objects.filter(pk__in=keys), self.now).order_by()
        states = {pk: standing_of(lacks) for pk, *lacks in found.values_list("pk", *GAPS.values())}
        members = self._read(keys, states)
        rows = [members[key] for key in keys if key in members]
        add_trades(rows)
        return rows

    def _sorted_by(self) -> Iterable[Any]:
        match self.query.sort:
            case "departement":
                return [F("department").asc(nulls_last=True)]
            case "depuis":
                own = self._memberships.filter(structure=OuterRef("pk"))
                return [Subquery(own.values("starts_on")[:1]).asc()]
            case "etat":
                return [sum(Cast(each, IntegerField()) for each in GAPS.values())]
            case _:
                return []

    @property
    def _memberships(self) -> PeriodQuerySet:
        current = Membership.objects.current(self.on).under(self.desk.network)
        return current.order_by("network__parent", "starts_on", "pk")

    def _read(
        self, keys: Sequence[int], states: Mapping[int, MemberStatus]
    ) -> dict[int, MemberRow]:
        members: dict[int, MemberRow] = {}
        columns = self._memberships.filter(structure__in=keys).values_list(
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
        return members

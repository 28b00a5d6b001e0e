"""Contracts just awarded with a clause, to companies that employ nobody in insertion, and who of
the network could help: a fixed number of queries. Public facts only."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Prefetch, Q, Subquery

from cordee.delivery.models import AwardLetter, LetterName
from cordee.members.models import Commune, Network, Structure
from cordee.members.network_access import Desk
from cordee.mobilisation.problem import TEAM_KINDS
from cordee.mobilisation.watch.reach import OpenPackage, members_in_reach, territory_of
from cordee.notices.notice import Provenance
from cordee.opportunities.models import AwardedContract, Breakdown, WorkPackage
from cordee.opportunities.models.contracts import AwardedContractQuerySet
from cordee.opportunities.outcomes import lot_key
from cordee.opportunities.places import middles_of
from cordee.opportunities.rows import some_of
from cordee.opportunities.wording import department_names

WINDOW, WEEK = timedelta(weeks=4), timedelta(weeks=1)
# A letter that was begun stays in the list so long, unless it gave work.
FOLLOWED = timedelta(days=365)
# The newest: more of them is a country, to which nobody writes in a week.
MOST = 300
IN_LETTER = 2


# A member that works in the trade and goes so far, or that agreed to be named; how far it is; what
# it was asked.
type Near = tuple[Structure, float | None, LetterName | None]


class Award(NamedTuple):
    """One contract, who holds it, and what a letter may say of it. `hours`: what the call asks, or
    what `rule` computes of its rate."""

    contract: AwardedContract
    holder: str
    hours: int | None
    rule: str
    work: OpenPackage
    near: list[Near]
    letter: AwardLetter | None


def awards_for(desk: Desk, on: date, *, only: int | None = None) -> list[Award]:
    """In the territory of a desk, the most useful first; `only`: one contract, by its key."""
    letters = AwardLetter.objects.filter(network=desk.network)
    followed = letters.filter(made_at__date__gte=on - FOLLOWED, gave_work_on__isnull=True)
    kept = followed if only is None else letters
    running = _running(on - WINDOW, on)
    rows = AwardedContract.objects.filter(
        Q(pk__in=running.order_by().values("pk")) | Q(pk__in=kept.order_by().values("award"))
    )
    if only is not None:
        rows = rows.filter(pk=only)
    holders = _companies(_here(desk, rows))
    told, work = _hours(holders), _work(holders)
    reached = members_in_reach(desk, work, on=on)
    going = {each.structure for those in reached.values() for each in those}
    structures = Structure.objects.select_related("commune").in_bulk(going)
    asked = LetterName.objects.select_related("structure__commune")
    begun = letters.filter(award__in=holders).prefetch_related(Prefetch("names", asked))
    by_award = {letter.award_id: letter for letter in begun}
    found = []
    for (contract, holder), place in zip(holders.items(), work, strict=True):
        letter = by_award.get(contract.pk)
        names = {name.structure_id: name for name in letter.names.all()} if letter else {}
        at = place.latitude or 0, place.longitude or 0
        goes = [structures[each.structure] for each in reached.get(contract.pk, ())]
        near: list[Near] = [(each, each.distance_km(*at), names.get(each.pk)) for each in goes]
        near = [each for each in near if each[2] is None or each[2].agrees is not False]
        near = sorted(near, key=lambda each: (each[1] or 0, each[0].pk))[:IN_LETTER]
        shown = {structure.pk for structure, *_ in near}
        agreed = [name for pk, name in names.items() if name.agrees and pk not in shown]
        near += [(name.structure, None, name) for name in agreed]
        hours, rule = told.get(contract.pk, (None, ""))
        found.append(Award(contract, holder, hours, rule, place, near, letter))
    return sorted(found, key=_rank)


def told_this_week(network: Network, on: date) -> AwardedContractQuerySet:
    """Those told in a week that nobody of the network wrote about yet."""
    written = AwardLetter.objects.filter(network=network, written_on__isnull=False)
    return _running(on - WEEK, on).exclude(
        pk__in=written.filter(award__isnull=False).order_by().values("award")
    )


def to_write_among(desk: Desk, rows: AwardedContractQuerySet) -> dict[AwardedContract, str]:
    """Those in the territory of a desk, each with who holds it."""
    return _companies(_here(desk, rows))


def _running(since: date, on: date) -> AwardedContractQuerySet:
    """Told between two days with a clause, and not ended."""
    recent = AwardedContract.objects.told_between(since, on).with_insertion_clause()
    return recent.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)).counted_once()


def _here(desk: Desk, rows: AwardedContractQuerySet) -> AwardedContractQuerySet:
    """Those in the territory of a desk, with their holders; the newest."""
    territory = territory_of(desk)
    if territory is not None:
        rows = rows.filter(department__in=territory)
    newest = rows.order_by(F("published_on").desc(nulls_last=True), "pk")[:MOST]
    return newest.prefetch_related("holders")


def _rank(award: Award) -> tuple[bool, int, int, int, int]:
    """Not written to yet, whom most members reach, most hours, most money."""
    is_written = bool(award.letter and award.letter.written_on)
    amount = award.contract.amount_cents or 0
    return is_written, -len(award.near), -(award.hours or 0), -amount, -award.contract.pk


def _companies(rows: Iterable[AwardedContract]) -> dict[AwardedContract, str]:
    """Who holds each contract, without those that one of our structures holds: one query."""
    held = {row: [h for h in row.holders.all() if h.role == h.Role.HOLDER] for row in rows}
    sirens = {holder.siret[:9] for those in held.values() for holder in those if holder.siret}
    known = Structure.objects.filter(organisation__siren__in=sirens).order_by()
    columns = list(known.values_list("kind", "siret", "name"))
    ours = {siret[:9] for kind, siret, _ in columns if kind in TEAM_KINDS}
    names = {siret: name for _, siret, name in columns}
    return {
        row: some_of([h.name or names.get(h.siret) or f"SIRET {h.siret}" for h in those], 3)
        for row, those in held.items()
        if those and not ours & {holder.siret[:9] for holder in those}
    }


def _hours(contracts: Collection[AwardedContract]) -> dict[int, tuple[int, str]]:
    """Hours that the call of each asks of its lot, where it is known; the rule of those computed:
    one query."""
    newest = Breakdown.objects.filter(opportunity=OuterRef("breakdown__opportunity"))
    packages = WorkPackage.objects.filter(
        breakdown__opportunity__in={row.opportunity_id for row in contracts},
        breakdown=Subquery(newest.order_by("-number").values("pk")[:1]),
    )
    lots: dict[int | None, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for call, lot, sizes in packages.values_list("breakdown__opportunity", "lot_id", "sizes"):
        lots[call][lot_key(lot)].append(sizes.get("insertion_hours"))
    found = {}
    for row in contracts:
        own, part = lots[row.opportunity_id], row.source_id.partition("#")[2].partition("/")[0]
        # Essential data name no lot: of several, nobody knows which.
        asked = own.get(part) if part else next(iter(own.values())) if len(own) == 1 else None
        if asked and all(asked):
            rules = [each["rule"] for each in asked if each["state"] != Provenance.STATED]
            found[row.pk] = (sum(each["value"] for each in asked), " ".join(rules))
    return found


def _work(contracts: Collection[AwardedContract]) -> list[OpenPackage]:
    """Each contract as a question, who goes there: its commune, else the middle of its department:
    two queries."""
    communes = Commune.objects.in_bulk({row.commune for row in contracts})
    middles = middles_of({row.department for row in contracts if row.commune not in communes})
    found = []
    for row in contracts:
        place = department_names().get(row.department, "")
        at = middles.get(row.department, (None, None))
        if commune := communes.get(row.commune):
            place, at = commune.name, (commune.latitude, commune.longitude)
        about = row.trade, place, row.department, *at, commune is None
        found.append(OpenPackage(row.pk, 0, row.title, None, "", "", *about, 0, ""))
    return found

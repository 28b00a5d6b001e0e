"""Read the verdicts of a structure; where none is kept yet, say what plain facts already tell."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import inf

from django.db.models import prefetch_related_objects
from django.utils import timezone

from cordee.members.models import Activity, Structure
from cordee.members.models.capacity import Certainty
from cordee.members.sharing import Viewer
from cordee.opportunities.models import Opportunity
from cordee.opportunities.models.verdicts import Verdict, VerdictKind
from cordee.opportunities.verdicts.words import VerdictLine, line_of
from cordee.rules import crafts, territory
from cordee.rules.parameters import UnknownParameter
from cordee.rules.reservation import Reservation, eligible_kinds
from cordee.rules.trades import TRADES

type AnswersOf = Callable[[Viewer, Collection[int]], Mapping[int, VerdictLine]]

# Set by the room above that composes for networks, in its `apps.py`.
answers_of: AnswersOf | None = None
TO_COME = "Nous le calculons cette nuit. Ouvrez-le pour chercher une équipe tout de suite."


def for_structure(
    viewer: Viewer, structure: Structure, opportunities: Iterable[Opportunity], now: datetime
) -> Mapping[int, VerdictLine]:
    """The verdict of each opportunity for a structure that the viewer directs, by primary key.

    Four queries, however many there are. Raises ValueError for one that somebody else directs.
    """
    if not viewer.directs(structure):
        raise ValueError(
            f"structure {structure.pk} is not directed by this viewer; ask for their own"
        )
    rows = list(opportunities)
    kept = {
        verdict.opportunity_id: verdict
        for verdict in Verdict.objects.filter(structure=structure, opportunity__in=rows)
    }
    known = _Sheet.of([structure])[structure.pk]
    prefetch_related_objects(rows, "places")
    prefetch_related_objects([row for row in rows if row.pk not in kept], "trades")
    on, found = timezone.localdate(now), {}
    for row in rows:
        verdict = kept.get(row.pk) or known.plain(row, on)
        verdict.opportunity, verdict.structure = row, structure
        found[row.pk] = line_of(verdict, on=on)
    return found


def own_verdict(viewer: Viewer, opportunity: Opportunity, now: datetime) -> VerdictLine | None:
    """The best verdict among the structures that the viewer directs; None where there is none, or
    where the viewer acts for a network."""
    if viewer.network is not None or not viewer.structure_ids:
        return None
    structures = Structure.objects.filter(pk__in=viewer.structure_ids).order_by("name", "pk")
    found = [
        for_structure(viewer, structure, [opportunity], now)[opportunity.pk]
        for structure in structures
    ]
    return min(found, key=lambda line: list(VerdictKind).index(line.kind), default=None)


def network_answers(viewer: Viewer, opportunities: Collection[int]) -> Mapping[int, VerdictLine]:
    """What was computed for the network that the viewer acts for, by opportunity.

    Where there is an answer, lists and pages say it and no estimate.
    """
    return answers_of(viewer, opportunities) if answers_of and opportunities else {}


def open_possible(
    now: datetime, structures: Collection[int] | None = None
) -> Sequence[Opportunity]:
    """Public calls of which a trade is only possible, as `possible_for` reads them: three queries.

    `structures`: those of their trades alone, with one query more; what a page asks.
    """
    rows = Opportunity.objects.public().open(now).exclude(possible_trades={})
    if structures is not None:
        done = Activity.objects.filter(chantier__structure__in=structures).order_by()
        trades = list(done.values_list("trade", flat=True).distinct())
        if not trades:
            return ()
        rows = rows.filter(possible_trades__has_any_keys=trades)
    return list(rows.prefetch_related("trades", "places"))


def possible_for(
    structures: Iterable[Structure], among: Iterable[Opportunity], *, on: date
) -> Mapping[int, list[Verdict]]:
    """By structure, what is hers only if a possible trade is right: "on ne sait pas encore".

    Of `open_possible`; the most likely first, then the nearest. One query; nothing is kept.
    """
    sheets = _Sheet.of(structures)
    of_trade: dict[str, list[_Sheet]] = defaultdict(list)
    for sheet in sheets.values():
        for trade in sheet.trades:
            of_trade[trade].append(sheet)
    found: dict[int, list[Verdict]] = defaultdict(list)
    for row in among:
        asserted = {each.trade for each in row.trades.all()}
        near = {s.structure.pk: s for slug in row.possible_trades for s in of_trade.get(slug, ())}
        for pk, sheet in near.items():
            if not asserted.isdisjoint(sheet.trades):
                continue
            verdict = sheet.plain(row, on)
            if verdict.kind == VerdictKind.UNKNOWN and _is_near(verdict):
                found[pk].append(verdict)
    for verdicts in found.values():
        verdicts.sort(key=_most_likely)
    return found


def _is_near(verdict: Verdict) -> bool:
    """At a distance that is known, hence within reach; else in the department of the structure."""
    home = verdict.structure.department_id
    places = verdict.opportunity.places.all()
    return verdict.distance_hm is not None or any(home == p.department_id for p in places)


def _most_likely(verdict: Verdict) -> tuple[int, float, int]:
    chance = verdict.opportunity.possible_trades[verdict.trade]["percent"]
    far = inf if verdict.distance_hm is None else verdict.distance_hm
    return -chance, far, verdict.opportunity_id


def possible_reason(opportunity: Opportunity, trade: str) -> str:
    """ "propreté, d’après « entretien courant »": a possible trade, and what speaks for it."""
    words = opportunity.possible_trades[trade]["words"]
    return f"{TRADES[trade].in_sentence}{f', d’après «\u00a0{words}\u00a0»' if words else ''}"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What a structure says of its trades and crafts: certainty and reach of each, the surest."""

    structure: Structure
    trades: dict[str, tuple[str, int]]

    @classmethod
    def of(cls, structures: Iterable[Structure]) -> "dict[int, _Sheet]":
        sheets = {structure.pk: cls(structure, {}) for structure in structures}
        rows = Activity.objects.filter(chantier__structure__in=sheets).order_by()
        columns = "chantier__structure", "trade", "crafts", "certainty", "reach_km"
        for pk, trade, told, certainty, reach_km in rows.values_list(*columns):
            trades = sheets[pk].trades
            for each, is_told in crafts.answered(trade, told):
                one = (certainty if is_told else Certainty.GUESSED, reach_km)
                trades[each] = max(trades.get(each, one), one, key=_surest)
        return sheets

    def plain(self, opportunity: Opportunity, on: date) -> Verdict:
        """What needs no computation: her trade, how far, whether it is closed to her kind."""
        asked = [one for each in opportunity.trades.all() for one in each.asked]
        others = [each.trade for each in opportunity.trades.all() if each.trade not in self.trades]
        hers = [trade for trade in asked if trade in self.trades]
        hers.sort(key=lambda trade: self.trades[trade][0] != Certainty.KNOWN)
        is_sure = bool(hers) and self.trades[hers[0]][0] == Certainty.KNOWN
        is_possible = not hers
        # What nothing asserts is never a yes, nor a no: it is to confirm.
        hers = hers or [trade for trade in opportunity.possible if trade in self.trades]
        distance_hm = self._distance_hm(opportunity)
        verdict = Verdict(
            structure=self.structure,
            opportunity=opportunity,
            kind=VerdictKind.UNKNOWN,
            reason=TO_COME,
            trade=crafts.trade_of(hers[0]) if hers else "",
            is_trade_supposed=bool(hers) and not is_sure,
            other_trades=others if hers else [],
            distance_hm=distance_hm,
        )
        if why_not := self._why_not(opportunity, asked, hers, distance_hm, on):
            verdict.kind, verdict.reason = VerdictKind.NOT_FOR_YOU, why_not
        elif hers and is_possible:
            which = possible_reason(opportunity, hers[0])
            verdict.reason = f"Peut-être votre métier\u00a0: {which}. À vous de le dire."
        elif not self.trades:
            verdict.reason = "Dites vos métiers\u00a0: ils décident."
        elif not asked:
            verdict.reason = "L’avis ne dit aucun métier que nous connaissons."
        return verdict

    def _why_not(
        self,
        opportunity: Opportunity,
        asked: list[str],
        hers: list[str],
        distance_hm: int | None,
        on: date,
    ) -> str:
        if not _may_answer(opportunity, self.structure.kind, on):
            label = Reservation(opportunity.reserved).label
            return f"{label}\u00a0: la vôtre n’en est pas."
        if asked and self.trades and not hers:
            return f"Ce n’est pas votre métier\u00a0: {crafts.in_sentence(asked[0])}."
        reach_km = max((self.trades[trade][1] for trade in hers), default=None)
        if distance_hm is not None and reach_km is not None and distance_hm > 10 * reach_km:
            return f"À {distance_hm // 10}\u202fkm\u00a0: vous allez jusqu’à {reach_km}\u202fkm."
        return ""

    def _distance_hm(self, opportunity: Opportunity) -> int | None:
        """To the nearest place that the notice names; the middle of a department is none."""
        latitude, longitude = self.structure.latitude, self.structure.longitude
        if latitude is None or longitude is None:
            return None
        return min(
            (
                round(10 * territory.distance_km(latitude, longitude, p.latitude, p.longitude))
                for p in opportunity.places.all()
                if not p.is_supposed and p.latitude is not None and p.longitude is not None
            ),
            default=None,
        )


def _surest(told: tuple[str, int]) -> tuple[bool, int]:
    return told[0] == Certainty.KNOWN, told[1]


def _may_answer(opportunity: Opportunity, kind: str, on: date) -> bool:
    # Reserved for some lots only, it is closed to nobody as a whole.
    if not opportunity.is_reserved or opportunity.is_partly_reserved:
        return True
    try:
        kinds = eligible_kinds(Reservation(opportunity.reserved), on=on)
    except UnknownParameter:
        # A law that we do not know for that day closes the contract to nobody.
        return True
    return kinds is None or kind in kinds

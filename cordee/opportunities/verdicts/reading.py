"""Read the verdicts of a structure; where none is kept yet, say what plain facts already tell."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import prefetch_related_objects
from django.utils import timezone

from cordee.members.models import Activity, Structure
from cordee.members.models.capacity import Certainty
from cordee.members.sharing import Viewer
from cordee.opportunities.models import Opportunity
from cordee.opportunities.models.verdicts import Verdict, VerdictKind
from cordee.opportunities.verdicts.words import VerdictLine, line_of, trade_words
from cordee.rules import territory
from cordee.rules.parameters import UnknownParameter
from cordee.rules.reservation import Reservation, eligible_kinds

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
    known = _Sheet.of(structure)
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


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What a structure says of its trades: certainty and reach of each, the surest first."""

    structure: Structure
    trades: Mapping[str, tuple[str, int]]

    @classmethod
    def of(cls, structure: Structure) -> "_Sheet":
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        rows = Activity.objects.filter(chantier__structure=structure).order_by()
        for trade, certainty, reach_km in rows.values_list("trade", "certainty", "reach_km"):
            found[trade].append((certainty, reach_km))
        surest = {
            trade: max(each, key=lambda one: (one[0] == Certainty.KNOWN, one[1]))
            for trade, each in found.items()
        }
        return cls(structure, surest)

    def plain(self, opportunity: Opportunity, on: date) -> Verdict:
        """What needs no computation: her trade, how far, whether it is closed to her kind."""
        asked = [each.trade for each in opportunity.trades.all()]
        hers = [trade for trade in asked if trade in self.trades]
        hers.sort(key=lambda trade: self.trades[trade][0] != Certainty.KNOWN)
        distance_hm = self._distance_hm(opportunity)
        verdict = Verdict(
            structure=self.structure,
            opportunity=opportunity,
            kind=VerdictKind.UNKNOWN,
            reason=TO_COME,
            trade=hers[0] if hers else "",
            is_trade_supposed=bool(hers) and self.trades[hers[0]][0] != Certainty.KNOWN,
            other_trades=[trade for trade in asked if trade not in self.trades] if hers else [],
            distance_hm=distance_hm,
        )
        if why_not := self._why_not(opportunity, asked, hers, distance_hm, on):
            verdict.kind, verdict.reason = VerdictKind.NOT_FOR_YOU, why_not
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
            return f"Ce n’est pas votre métier\u00a0: {trade_words(asked[0])}."
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

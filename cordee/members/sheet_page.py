"""What the sheet of a structure shows to who corrects it: everything, chantier by chantier."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from cordee.base.ui import french, months
from cordee.members.models import Activity, CapacityException, Chantier, SeasonalProfile
from cordee.members.structure_page import CrewRow, StructurePage, TradeRow
from cordee.rules.months import month_number


@dataclass(frozen=True, slots=True)
class SheetChantier:
    chantier: Chantier
    trades: list[TradeRow]
    teams: list[CrewRow]
    months: str
    exceptions: list[tuple[CapacityException, str]]  # (months apart to come, when)


class SheetPage(StructurePage):
    """The sheet on a day; a few queries, however many chantiers."""

    @cached_property
    def sheets(self) -> list[SheetChantier]:
        activities = Activity.objects.filter(chantier__structure=self.structure)
        exceptions = CapacityException.objects.filter(chantier__structure=self.structure)
        trades: dict[int, list[TradeRow]] = {}
        for activity in activities.order_by("trade", "pk"):
            trades.setdefault(activity.chantier_id, []).append(TradeRow.of(activity))
        to_come: dict[int, list[tuple[CapacityException, str]]] = {}
        for row in exceptions:
            if row.first_month + row.months > month_number(self.on):
                when = months.span(row.first_month, row.months)
                to_come.setdefault(row.chantier_id, []).append((row, when))
        return [
            SheetChantier(
                chantier,
                trades.get(chantier.pk, []),
                [team for team in self.teams if team.crew.chantier_id == chantier.pk],
                self.season_words(chantier),
                to_come.get(chantier.pk, []),
            )
            for chantier in self.chantiers
        ]

    @cached_property
    def _profiles(self) -> dict[int, list[int]]:
        rows = SeasonalProfile.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=self.on),
            chantier__structure=self.structure,
            valid_from__lte=self.on,
        ).order_by("valid_from", "pk")
        return {row.chantier_id: row.percent_by_month for row in rows}

    def months_of(self, chantier: Chantier) -> list[int] | None:
        """Calendar months with somebody at work, 1 to 12; None where nobody said."""
        percents = self._profiles.get(chantier.pk)
        if percents is None:
            return None
        return [number for number, percent in enumerate(percents, start=1) if percent]

    def season_words(self, chantier: Chantier) -> str:
        """ "toute l’année", "mars, avril et mai"; empty where nobody said."""
        found = self.months_of(chantier)
        if found is None:
            return ""
        if len(found) == len(french.MONTHS):
            return "toute l’année"
        return french.series([french.MONTHS[number - 1] for number in found])

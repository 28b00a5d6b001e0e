"""What the page of one structure shows to one viewer: public facts, then what is opened to them;
and its sheet to who corrects it: everything, chantier by chantier.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.db.models import Q, QuerySet

from cordee.base.ui import french, maps, months
from cordee.members import map_drawings, papers
from cordee.members.forms import SharingChoice
from cordee.members.models import (
    Activity,
    CapacityBooking,
    CapacityException,
    Certification,
    Chantier,
    Closure,
    Convention,
    Crew,
    Membership,
    Network,
    RegistryCheck,
    SeasonalProfile,
    SharingAgreement,
    Structure,
)
from cordee.members.papers import PaperState
from cordee.members.sharing import FigureClass, Viewer
from cordee.rules import territory
from cordee.rules.kinds import Kind
from cordee.rules.months import month_number


@dataclass(frozen=True, slots=True)
class Opening:
    """What one network may do today with one class of figures, and what it could."""

    network: Network
    figure_class: FigureClass
    choice: SharingChoice

    @property
    def choices(self) -> list[SharingChoice]:
        return SharingChoice.offered(self.figure_class)

    @property
    def id(self) -> str:
        return f"{self.figure_class}-{self.network.pk}"

    @property
    def is_open(self) -> bool:
        return self.choice is not SharingChoice.NOTHING


class StructurePage:
    def __init__(self, structure: Structure, viewer: Viewer) -> None:
        self.structure, self.viewer, self.on = structure, viewer.among([structure.pk]), viewer.on
        self.kind = Kind(structure.kind)
        self.is_own = viewer.directs(structure)
        self.shows_capacity = structure.pk in viewer.seen[FigureClass.NETWORK]

    # --- Public -------------------------------------------------------------------------------

    @property
    def spaced_siret(self) -> str:
        siret = self.structure.siret
        return french.THIN.join((siret[:3], siret[3:6], siret[6:9], siret[9:]))

    @cached_property
    def trades(self) -> list[Activity]:
        activities = Activity.objects.filter(chantier__structure=self.structure)
        return list(activities.order_by("trade", "pk"))

    @cached_property
    def reach_km(self) -> int:
        """How far it goes: its furthest trade, else what is supposed of any structure."""
        reaches = [trade.reach_km for trade in self.trades]
        return max(reaches, default=territory.default_radius_km(on=self.on))

    @cached_property
    def map(self) -> maps.MapDrawing | None:
        return map_drawings.draw_one(self.structure, self.reach_km)

    @cached_property
    def networks(self) -> list[Network]:
        current = Membership.objects.current(self.on).filter(structure=self.structure)
        return list(
            Network.objects.filter(pk__in=current.values("network"))
            .select_related("parent")
            .order_by("name")
        )

    @cached_property
    def same_siret(self) -> list[Structure]:
        """The other kinds that the same SIRET carries."""
        others = Structure.objects.listed().filter(siret=self.structure.siret)
        return list(others.exclude(pk=self.structure.pk).order_by("kind"))

    # --- Network figures ----------------------------------------------------------------------

    @cached_property
    def chantiers(self) -> list[Chantier]:
        return list(self.structure.chantiers.all())

    @cached_property
    def team_cfte(self) -> int | None:
        teams = [cfte for _, cfte in self.structure.chantiers.order_by().teams(self.on)]
        known = [cfte for cfte in teams if cfte is not None]
        return sum(known) if known and len(known) == len(teams) else None

    @cached_property
    def teams(self) -> list[Crew]:
        crews = Crew.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=self.on), chantier__structure=self.structure
        )
        return list(crews.select_related("chantier"))

    @cached_property
    def seasons(self) -> list[tuple[str, int]]:
        """(months, per cent of the teams at work) where a profile holds today; else nothing."""
        profile = self._seasonal_profiles().order_by("-valid_from", "pk").first()
        if profile is None:
            return []
        runs = groupby(enumerate(profile.percent_by_month), key=lambda month: month[1])
        return [(_named([month for month, _ in run]), percent) for percent, run in runs]

    def _seasonal_profiles(self) -> QuerySet[SeasonalProfile]:
        return SeasonalProfile.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=self.on),
            chantier__structure=self.structure,
            valid_from__lte=self.on,
        )

    @cached_property
    def exceptions(self) -> list[tuple[str, int, str]]:
        """(months, cFTE, reason) of what is still to come."""
        return self._to_come(CapacityException)

    @cached_property
    def bookings(self) -> list[tuple[str, int, str]]:
        return self._to_come(CapacityBooking)

    def _to_come(
        self, model: type[CapacityException] | type[CapacityBooking]
    ) -> list[tuple[str, int, str]]:
        return [
            (months.span(row.first_month, row.months), row.cfte, row.reason)
            for row in model.objects.filter(chantier__structure=self.structure)
            if row.first_month + row.months > month_number(self.on)
        ]

    @cached_property
    def certifications(self) -> list[Certification]:
        return list(self.structure.certifications.all())

    @cached_property
    def papers(self) -> list[tuple[Certification, PaperState, str]]:
        """(paper, its state, what it is asked for), those that need care first."""
        return papers.listed(self.certifications, self.on)

    @cached_property
    def closure(self) -> Closure | None:
        return Closure.objects.filter(structure=self.structure).first()

    @cached_property
    def registry(self) -> RegistryCheck | None:
        """What the register of companies said of it when it was last asked."""
        return RegistryCheck.objects.filter(structure=self.structure).first()

    @cached_property
    def may_close(self) -> bool:
        """Whether the viewer answers for it, or works for one of its networks."""
        if self.is_own or self.viewer.network is None:
            return self.is_own
        ids = {pk for n in self.networks for pk in (n.pk, n.parent_id)}
        return self.viewer.network.pk in ids

    @cached_property
    def conventions(self) -> list[Convention]:
        return list(self.structure.conventions.all())

    # --- What is missing, and what it changes -------------------------------------------------

    @cached_property
    def unknowns(self) -> list[tuple[str, str]]:
        """(what we don't know, what it changes and who can tell)."""
        unknown = []
        if not self.trades:
            unknown.append(
                (
                    "Ses métiers",
                    "Sans métier connu, elle n’est candidate à rien. Elle seule peut le dire.",
                )
            )
        elif any(trade.is_guessed for trade in self.trades):
            unknown.append(
                ("Un métier est supposé", "Une équipe qui s’y appuie reste à confirmer avec elle.")
            )
        if not self.shows_capacity:
            unknown.append(
                (
                    "Sa capacité",
                    "Elle ne vous est pas ouverte. Votre réseau peut composer avec, sans la voir."
                    if self.structure.pk in self.viewer.usable[FigureClass.NETWORK]
                    else "Elle ne vous est pas ouverte. Une équipe avec elle reste à confirmer.",
                )
            )
        elif self.team_cfte is None:
            unknown.append(
                (
                    "Sa capacité",
                    "Aucune équipe n’est déclarée. Une équipe avec elle reste à confirmer.",
                )
            )
        if self.structure.commune is None and not self.structure.has_point:
            unknown.append(("Son lieu", "Elle n’apparaît dans aucun rayon : précisez sa commune."))
        elif not self.structure.has_point:
            unknown.append(("Son adresse exacte", "Les distances partent du milieu de sa commune."))
        return unknown

    # --- What its director decides ------------------------------------------------------------

    @cached_property
    def openings(self) -> list[Opening]:
        """For each of its networks and their parents, what each class of figures is open to."""
        agreements = SharingAgreement.objects.current(self.on).filter(structure=self.structure)
        held = {(a.network_id, a.figure_class): a for a in agreements.order_by("starts_on")}
        reachable = {network.pk: network for network in self.networks}
        reachable |= {n.parent.pk: n.parent for n in self.networks if n.parent is not None}
        return [
            Opening(network, each, SharingChoice.of(held.get((network.pk, each))))
            for network in sorted(reachable.values(), key=lambda network: network.name)
            for each in FigureClass
        ]


def _named(run: list[int]) -> str:
    """ "mars", "de mars à juin": months of any year that follow one another, 0 for January."""
    first, last = french.MONTHS[run[0]], french.MONTHS[run[-1]]
    return first if len(run) == 1 else f"{french.of(first)} à {last}"


@dataclass(frozen=True, slots=True)
class SheetChantier:
    chantier: Chantier
    trades: list[Activity]
    teams: list[Crew]
    months: str
    exceptions: list[tuple[CapacityException, str]]  # (months apart to come, when)


class SheetPage(StructurePage):
    """The sheet on a day; a few queries, however many chantiers."""

    @cached_property
    def sheets(self) -> list[SheetChantier]:
        exceptions = CapacityException.objects.filter(chantier__structure=self.structure)
        trades: dict[int, list[Activity]] = {}
        for activity in self.trades:
            trades.setdefault(activity.chantier_id, []).append(activity)
        to_come: dict[int, list[tuple[CapacityException, str]]] = {}
        for row in exceptions:
            if row.first_month + row.months > month_number(self.on):
                when = months.span(row.first_month, row.months)
                to_come.setdefault(row.chantier_id, []).append((row, when))
        return [
            SheetChantier(
                chantier,
                trades.get(chantier.pk, []),
                [team for team in self.teams if team.chantier_id == chantier.pk],
                self.season_words(chantier),
                to_come.get(chantier.pk, []),
            )
            for chantier in self.chantiers
        ]

    @cached_property
    def _profiles(self) -> dict[int, list[int]]:
        rows = self._seasonal_profiles().order_by("valid_from", "pk")
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

"""« Ce que votre fiche permet »: each missing answer with what it would unlock, largest first.

Rooms above say what lacks in theirs in `readers`. Counts come from the room that knows notices
(`open_work`); where nobody counts, the words stay and no figure is shown. Never a percentage: an
answer is worth what it opens, not a point.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from cordee.accounts.models import User
from cordee.base.ui import french
from cordee.members import open_work, papers
from cordee.members.models import (
    Activity,
    Certification,
    Chantier,
    Crew,
    SeasonalProfile,
    SharingAgreement,
    Structure,
)
from cordee.members.open_work import SearchPoint
from cordee.rules import territory

# Some gaps close every door, others open a few: these stand above any count.
NOTHING_BEFORE, HARDLY_ANYTHING_BEFORE = 100_000, 10_000
# Papers without which hardly any offer is read.
ASKED_WITH_EVERY_OFFER = "Assurance responsabilité civile professionnelle"


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing, what it would change, where to say it. `weight`: opportunities concerned."""

    what: str
    effect: str
    verb: str
    url: str
    weight: int = 0


type GapReader = Callable[[Structure, date], Iterable[Gap]]

# What each room above knows to be missing of a structure, by the name of the room.
readers: dict[str, GapReader] = {}


def around_of(structure: Structure) -> SearchPoint | None:
    if structure.point is None or structure.department_id is None:
        return None
    return SearchPoint(*structure.point, structure.department_id)


class SheetGaps:
    """The gaps of one structure for who directs it, at a moment."""

    def __init__(self, structure: Structure, person: User, on: date, now: datetime) -> None:
        self.structure, self.person, self.on, self.now = structure, person, on, now

    @cached_property
    def rows(self) -> list[Gap]:
        """The largest effect first; equal ones as one answers them."""
        own = (self._trades(), self._place(), self._capacity(), self._sharing(), self._papers())
        others = (reader(self.structure, self.on) for reader in readers.values())
        return sorted(chain(*own, *others), key=lambda gap: -gap.weight)

    @cached_property
    def possible(self) -> list[str]:
        """What the sheet already makes possible, in sentences."""
        sentences = []
        if self._known:
            words = f"Vous êtes candidate dans {french.count(len(self._known), 'métier')}."
            if (count := self._count(self._known)) is not None:
                far = f"à moins de {french.km(self.reach_km)}"
                needs = french.count(count, "besoin ouvert", "besoins ouverts")
                concern = "vous concernent" if count > 1 else "vous concerne"
                words += (
                    f" {far.capitalize()}, {needs} {concern}."
                    if count
                    else f" Rien n’est ouvert aujourd’hui {far}."
                )
            sentences.append(words)
        if self._has_capacity:
            sentences.append("Une équipe peut compter sur vos places.")
        if self._has_season:
            sentences.append("Nous savons quels mois vous proposer.")
        return sentences

    # --- What is known ------------------------------------------------------------------------

    @cached_property
    def _activities(self) -> list[Activity]:
        return list(Activity.objects.filter(chantier__structure=self.structure).order_by())

    @cached_property
    def _known(self) -> set[str]:
        return {each.trade for each in self._activities if not each.is_guessed}

    @cached_property
    def _guessed(self) -> set[str]:
        return {each.trade for each in self._activities} - self._known

    @cached_property
    def reach_km(self) -> int:
        default = territory.default_radius_km(on=self.on)
        return max((each.reach_km for each in self._activities), default=default)

    @cached_property
    def _chantiers(self) -> list[Any]:
        """Each with whether it told crews and months, and whether a network composes with it."""
        of_chantier, current = Q(chantier=OuterRef("pk")), SharingAgreement.objects.current(self.on)
        rows = Chantier.objects.filter(structure=self.structure).annotate(
            has_crews=Exists(Crew.objects.filter(of_chantier).order_by()),
            has_season=Exists(
                SeasonalProfile.objects.filter(of_chantier).exclude(valid_to__lt=self.on).order_by()
            ),
            is_composed_with=Exists(
                current.filter(structure=self.structure, may_compose=True).order_by()
            ),
        )
        return list(rows)

    @property
    def _has_capacity(self) -> bool:
        return any(c.has_crews or c.declared_cfte is not None for c in self._chantiers)

    @property
    def _has_season(self) -> bool:
        return any(each.has_season for each in self._chantiers)

    def _count(self, trades: set[str]) -> int | None:
        """How many needs are open in these trades within their reach, where somebody counts."""
        work = open_work.count(
            person=self.person,
            around=around_of(self.structure),
            trades=trades,
            radii_km=(self.reach_km,),
            now=self.now,
        )
        return None if work is None else work[self.reach_km]

    @cached_property
    def _mine(self) -> int | None:
        """Open in the user's trades, guesses included, within their reach."""
        trades = self._known | self._guessed
        return self._count(trades) if trades else None

    # --- What is missing ----------------------------------------------------------------------

    def _trades(self) -> Iterator[Gap]:
        chantier = self._chantiers[0].pk if self._chantiers else None
        if chantier is None:
            return
        url = self._url("trades", chantier=chantier)
        if not self._activities:
            count = self._count(set())
            yield Gap(
                "Vos métiers",
                "Sans métier, vous n’êtes candidate à rien."
                + self._needs_near(
                    count,
                    "besoin ouvert demande l’un des 27 métiers",
                    "besoins ouverts demandent l’un des 27 métiers",
                ),
                "Dire mes métiers",
                url,
                NOTHING_BEFORE + (count or 0),
            )
        elif self._guessed:
            count = self._count(self._guessed)
            many = len(self._guessed) > 1
            yield Gap(
                "Des métiers supposés" if many else "Un métier supposé",
                "Une équipe qui s’y appuie reste à confirmer avec vous."
                + self._needs_near(
                    count, "besoin ouvert en dépend", "besoins ouverts en dépendent"
                ),
                "Confirmer ou rayer",
                url,
                (count or 0) if self._known else HARDLY_ANYTHING_BEFORE + (count or 0),
            )
        if any(each.lacks_crafts for each in self._activities):
            yield Gap(
                "Vos corps d’état",
                "Sans eux, chaque lot de second œuvre reste à confirmer avec vous.",
                "Dire mes corps d’état",
                url,
                self._mine or 0,
            )

    def _place(self) -> Iterator[Gap]:
        if self.structure.point is None:
            yield Gap(
                "Votre lieu",
                "Sans commune, aucune distance ne se calcule : vous n’apparaissez dans aucun "
                "rayon.",
                "Dire ma commune",
                self._url("place"),
                NOTHING_BEFORE - 1,
            )

    def _capacity(self) -> Iterator[Gap]:
        chantier = self._chantiers[0].pk if self._chantiers else None
        if chantier is None:
            return
        needs = self._needs_near(
            self._mine, "besoin ouvert est concerné", "besoins ouverts le sont"
        )
        if not self._has_capacity:
            yield Gap(
                "Vos équipes",
                "Sans équipe déclarée, une proposition avec vous reste « sous réserve »." + needs,
                "Dire mes équipes",
                self._url("crew_add", chantier=chantier),
                self._mine or 0,
            )
        if not self._has_season:
            yield Gap(
                "Vos mois de travail",
                "Nous supposons que vous travaillez toute l’année : un chantier d’hiver peut vous "
                "être proposé à tort.",
                "Dire mes mois",
                self._url("season", chantier=chantier),
                (self._mine or 0) // 2,
            )

    def _sharing(self) -> Iterator[Gap]:
        if self._has_capacity and not self._chantiers[0].is_composed_with:
            yield Gap(
                "Qui compose avec vos équipes",
                "Aucun réseau ne peut composer avec vos places : ses propositions avec vous "
                "restent à confirmer. C’est votre choix.",
                "Décider",
                reverse("members:share", args=[self.structure.pk]),
                (self._mine or 0) // 3,
            )

    def _papers(self) -> Iterator[Gap]:
        held = list(Certification.objects.filter(structure=self.structure))
        if not any(paper.name == ASKED_WITH_EVERY_OFFER for paper in held):
            yield Gap(
                "Votre assurance responsabilité civile",
                "Presque tous les acheteurs la demandent. Notez sa date : Cordée vous écrira "
                "avant la fin.",
                "Noter ce papier",
                self._url("paper_add"),
            )
        for paper in held:
            state = papers.state_of(paper, self.on)
            if state.kind in ("bloque", "vigilance"):
                yield Gap(
                    paper.name,
                    f"{state.words} : {state.when}.",
                    "Noter la nouvelle date",
                    self._url("paper", paper=paper.pk),
                    1 if state.kind == "bloque" else 0,
                )

    def _needs_near(self, count: int | None, one: str, many: str) -> str:
        """ " 12 besoins ouverts … à moins de 40 km.", or nothing where nobody counts."""
        if not count:
            return ""
        needs = french.count(count, one, many)
        return f" {needs} à moins de {french.km(self.reach_km)}."

    def _url(self, name: str, **arguments: int) -> str:
        return reverse(f"members:sheet_{name}", kwargs={"pk": self.structure.pk, **arguments})

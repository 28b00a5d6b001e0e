"""What a network sees of a structure, shown to the structure as the network sees it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cordee.members.forms import SharingChoice
from cordee.members.models import Membership, Network, SharingAgreement, SharingRequest, Structure
from cordee.members.sharing import FigureClass, Viewer
from cordee.members.structure_page import StructurePage

# What each choice means, said to the structure.
IN_PLAIN_WORDS = {
    SharingChoice.NOTHING: (
        "Fermé",
        "Le réseau ne voit pas ces chiffres et Cordée ne s’en sert pas pour lui. "
        "Il lit « inconnu ».",
    ),
    SharingChoice.COMPOSE: (
        "Utilisé sans être vu",
        "Cordée s’en sert pour composer des équipes avec vous. Personne du réseau ne les lit : "
        "Cordée les arrondit avant de calculer, du côté de la prudence.",
    ),
    SharingChoice.SEE: (
        "Vu",
        "L’équipe du réseau lit ces chiffres. Cordée ne s’en sert pas pour composer : "
        "une équipe avec vous reste à confirmer.",
    ),
    SharingChoice.BOTH: (
        "Vu et utilisé",
        "L’équipe du réseau lit ces chiffres, et Cordée s’en sert pour composer des équipes.",
    ),
}


@dataclass(frozen=True, slots=True)
class Section:
    """One class of figures: what is open today, in words."""

    figure_class: FigureClass
    choice: SharingChoice
    since: date | None

    @property
    def is_open(self) -> bool:
        return self.choice is not SharingChoice.NOTHING

    @property
    def state(self) -> str:
        return IN_PLAIN_WORDS[self.choice][0]

    @property
    def words(self) -> str:
        return IN_PLAIN_WORDS[self.choice][1]


class SharingPage:
    def __init__(self, structure: Structure, network: Network, on: date) -> None:
        self.structure, self.network, self.on = structure, network, on

    @cached_property
    def as_seen(self) -> StructurePage:
        """The page of the structure as the network reads it."""
        return StructurePage(self.structure, Viewer.of_network(self.network, self.on))

    @cached_property
    def as_own(self) -> StructurePage:
        """The same with everything open, to decide knowingly."""
        return StructurePage(self.structure, Viewer.of_structures({self.structure.pk}, self.on))

    @cached_property
    def history(self) -> list[SharingAgreement]:
        """Every agreement there was, newest first; one emptied the day it was made says nothing."""
        rows = SharingAgreement.objects.filter(structure=self.structure, network=self.network)
        return list(rows.order_by("-starts_on", "figure_class", "-pk"))

    @cached_property
    def sections(self) -> dict[str, Section]:
        current = {
            row.figure_class: row
            for row in reversed(self.history)
            if row.starts_on <= self.on and (row.ends_on is None or row.ends_on >= self.on)
        }
        return {
            each.value: Section(each, SharingChoice.of(row.may_see, row.may_compose), row.starts_on)
            if (row := current.get(each.value)) is not None
            else Section(each, SharingChoice.NOTHING, None)
            for each in FigureClass
        }

    @property
    def is_open(self) -> bool:
        return any(section.is_open for section in self.sections.values())

    @cached_property
    def memberships(self) -> list[Membership]:
        """In the network and its delegations, newest first."""
        rows = Membership.objects.under(self.network).filter(structure=self.structure)
        return list(rows.select_related("network").order_by("-starts_on", "network__name"))

    @property
    def is_member(self) -> bool:
        return any(
            row.starts_on <= self.on and (row.ends_on is None or row.ends_on > self.on)
            for row in self.memberships
        )

    @cached_property
    def asked(self) -> SharingRequest | None:
        """What the network asks and waits for."""
        return (
            SharingRequest.objects.waiting()
            .filter(structure=self.structure, network=self.network)
            .select_related("asked_by")
            .first()
        )

    @property
    def choices(self) -> type[SharingChoice]:
        return SharingChoice

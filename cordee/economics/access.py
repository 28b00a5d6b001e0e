"""The only way to get a structure's accounts for somebody. Each docstring is the rule."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from cordee.accounts.models import User
from cordee.economics.models import AccountingYear, Commitment, Resource, YearStatement
from cordee.members.access import edited_row_for, edited_structure_for
from cordee.members.models import Chantier, Structure
from cordee.members.sharing import FigureClass, Viewer
from cordee.rules.kinds import is_capped


def accounts_shown_to(viewer: Viewer, structure: Structure) -> QuerySet[AccountingYear]:
    """The accounting years of a structure, for its directors and the networks it lets see them.

    Raises PermissionDenied for anybody else: private figures are the structure's own.
    """
    if structure.pk not in viewer.seen[FigureClass.PRIVATE]:
        raise PermissionDenied("Cette structure garde ses comptes pour elle.")
    return AccountingYear.objects.filter(chantier__structure=structure)


@dataclass(frozen=True, slots=True)
class Chantiers:
    """The chantier a page is about, and all those of its structure: the ceiling is of each."""

    chosen: Chantier
    every: tuple[Chantier, ...]

    @property
    def are_several(self) -> bool:
        return len(self.every) > 1

    @property
    def choices(self) -> list[tuple[int, str]]:
        return [(chantier.pk, str(chantier)) for chantier in self.every]

    @property
    def query(self) -> str:
        """What an address ends with to stay on this chantier; nothing where there is one only."""
        return f"?chantier={self.chosen.pk}" if self.are_several else ""


def chantiers_of(structure: Structure, asked: str = "") -> Chantiers:
    """The chantier asked for by `?chantier=`, else the first; 404 where it is of another structure.

    The caller has asked whose figures these are.
    """
    every = tuple(structure.chantiers.all())
    for chantier in every:
        if asked in ("", str(chantier.pk)):
            return Chantiers(chantier, every)
    raise Http404("Cette structure n’a pas ce chantier, ou n’en a pas encore.")


def chantier_to_state(user: User, pk: int, asked: str = "") -> tuple[Structure, Chantiers]:
    """A structure that the user directs, and the chantier whose figures the user states; or 404."""
    structure = edited_structure_for(user, pk)
    return structure, chantiers_of(structure, asked)


def capped_chantiers_for(user: User, pk: int, asked: str = "") -> tuple[Structure, Chantiers]:
    """The same, of a structure that has a ceiling; or 404."""
    structure, chantiers = chantier_to_state(user, pk, asked)
    if not is_capped(structure.kind):
        raise Http404("Le plafond de recettes ne concerne que les ateliers et chantiers.")
    return structure, chantiers


def statement_for(user: User, pk: int, key: int) -> YearStatement:
    """What was stated of a year of a structure that the user directs, or 404."""
    return edited_row_for(user, pk, YearStatement, key)


def commitment_for(user: User, pk: int, key: int) -> Commitment:
    """A contract of a structure that the user directs, or 404.

    Whoever booked it for the structure (who coordinates an alliance) reads it no more, nor does a
    network that sees the accounts.
    """
    return edited_row_for(user, pk, Commitment, key)


def resource_for(user: User, pk: int, key: int) -> Resource:
    """A resource of a structure that the user directs, or 404."""
    return edited_row_for(user, pk, Resource, key)

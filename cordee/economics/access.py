"""The only way to get a structure's accounts for somebody. Each docstring is the rule."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from cordee.economics.models import AccountingYear
from cordee.members import sharing
from cordee.members.models import Structure
from cordee.members.sharing import FigureClass, Viewer


def accounts_shown_to(viewer: Viewer, structure: Structure, on: date) -> QuerySet[AccountingYear]:
    """The accounting years of a structure, for its directors and the networks it lets see them.

    Raises PermissionDenied for anybody else: private figures are the structure's own.
    """
    if not sharing.may_see(viewer, structure, FigureClass.PRIVATE, on):
        raise PermissionDenied("Cette structure garde ses comptes pour elle.")
    return AccountingYear.objects.filter(chantier__structure=structure).select_related("chantier")


def accounts_composable_by(
    viewer: Viewer, structure_ids: Collection[int], on: date
) -> QuerySet[AccountingYear]:
    """The accounting years a composition for the viewer may use, among these structures.

    A structure that lets nobody compose is absent: its headroom is unknown, not zero.
    """
    allowed = sharing.composable_structure_ids(viewer, FigureClass.PRIVATE, on)
    return AccountingYear.objects.filter(
        chantier__structure_id__in=allowed & set(structure_ids)
    ).select_related("chantier")

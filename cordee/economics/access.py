"""The only way to get a structure's accounts for somebody. Each docstring is the rule."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from cordee.economics.models import AccountingYear
from cordee.members.models import Structure
from cordee.members.sharing import FigureClass, Viewer


def accounts_shown_to(viewer: Viewer, structure: Structure) -> QuerySet[AccountingYear]:
    """The accounting years of a structure, for its directors and the networks it lets see them.

    Raises PermissionDenied for anybody else: private figures are the structure's own.
    """
    if structure.pk not in viewer.seen[FigureClass.PRIVATE]:
        raise PermissionDenied("Cette structure garde ses comptes pour elle.")
    return AccountingYear.objects.filter(chantier__structure=structure).select_related("chantier")

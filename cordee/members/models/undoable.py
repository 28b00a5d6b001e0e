"""What somebody of a structure noted, and may take back."""

from typing import Self

from django.db import models

from cordee.accounts.fields import person_field
from cordee.base.written_once import UnnamedRow


class UndoableQuerySet[Row: models.Model](models.QuerySet[Row]):
    def in_force(self) -> Self:
        """Those that were not taken back."""
        return self.filter(taken_back_at__isnull=True)


class Undoable(UnnamedRow):
    """What somebody noted, and may take back: it stays, and counts no more until it is put back."""

    noted_by = person_field("noté par", blank=True)
    taken_back_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        abstract = True

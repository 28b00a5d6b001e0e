"""What a person says and may take back: it stays as history, and no longer counts."""

from typing import Self

from django.db import models

from cordee.accounts.fields import person_field


class WithdrawableQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that may be withdrawn."""

    def standing(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class Withdrawable(models.Model):
    """Who said it and when; who withdrew it and when. Erasing a person leaves what was said."""

    by = person_field("par")
    at = models.DateTimeField("le", auto_now_add=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)
    withdrawn_by = person_field("retirée par", blank=True)

    class Meta:
        abstract = True

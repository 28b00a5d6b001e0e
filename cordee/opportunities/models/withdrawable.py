"""What a person says and may take back: it stays as history, and no longer counts."""

from typing import Self

from django.conf import settings
from django.db import models


class WithdrawableQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that may be withdrawn."""

    def standing(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class Withdrawable(models.Model):
    """Who said it and when; who withdrew it and when. Erasing a person leaves what was said."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="par",
    )
    at = models.DateTimeField("le", auto_now_add=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="retirée par",
    )

    class Meta:
        abstract = True

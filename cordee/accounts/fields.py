"""How a row names a person: who did something, whose name goes with the account."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from cordee.accounts.models import User


def person_field(
    verbose_name: str, *, related_name: str = "+", blank: bool = False
) -> "models.ForeignKey[User | None, User | None]":
    """A person; nobody once the account is erased, and the row stays (decision 13).

    `blank`: a form may leave it empty, since nobody may have done it yet.
    """
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=blank,
        related_name=related_name,
        verbose_name=verbose_name,
    )

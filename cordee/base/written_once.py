"""Rows that no screen names; and those that are written once: what was published, read or stated
stays what it was."""

from typing import Any, NoReturn

from django.db import models


class ImmutableRow(Exception):
    """Somebody tried to change a row that is written once; the cure is to write a new one."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__(
            f"{model._meta.label}: a row of this table is never changed nor deleted; "
            "write a new one beside it."
        )


class UnnamedRow(models.Model):
    """A row that no screen names."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class WrittenOnceQuerySet[M: models.Model](models.QuerySet[M]):
    """Creates and reads; refuses to change or delete."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise ImmutableRow(self.model)

    def delete(self) -> NoReturn:
        raise ImmutableRow(self.model)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ImmutableRow(self.model)


class WrittenOnce(UnnamedRow):
    """Base of the tables whose rows are written once."""

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ImmutableRow(type(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ImmutableRow(type(self))

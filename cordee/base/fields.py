from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from cordee.base.ui import fields as form_fields


class EurosField(models.BigIntegerField):  # type: ignore[type-arg]
    """Money as integer cents: SQLite keeps decimals as floats and misses exact limits."""

    description = "Montant en centimes d’euro"

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("form_class", form_fields.EurosFormField)
        # Not IntegerField's own: it would pass the limits of the database as limits of the form.
        return models.Field.formfield(self, **kwargs)


class WebAddressField(models.URLField):  # type: ignore[type-arg]
    """An address of the Web that somebody types or a list brings; `ftp:` is none."""

    default_validators: ClassVar = [form_fields.is_of_the_web]  # type: ignore[misc]
    default_error_messages: ClassVar = form_fields.NOT_OF_THE_WEB

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": form_fields.WebAddressFormField, **kwargs})

    def deconstruct(self) -> Any:
        # To the database it is Django's own: no migration for what Python refuses.
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs


def owner_field[Owner: models.Model](
    model: type[Owner], verbose_name: str, *, related_name: str, kept: bool = False
) -> "models.ForeignKey[Owner, Owner]":
    """The row that this one hangs on, and goes with. `kept`: it is not deleted while this one is
    there."""
    on_delete = models.PROTECT if kept else models.CASCADE
    return models.ForeignKey(model, on_delete, related_name=related_name, verbose_name=verbose_name)


def optional_owner_field[Owner: models.Model](
    model: type[Owner],
    verbose_name: str,
    *,
    related_name: str,
    kept: bool = False,
    outlived: bool = False,
) -> "models.ForeignKey[Owner | None, Owner | None]":
    """The same, where there may be none. `outlived`: this one stays without it."""
    on_delete = models.PROTECT if kept else models.SET_NULL if outlived else models.CASCADE
    return models.ForeignKey(
        model,
        on_delete,
        null=True,
        blank=True,
        related_name=related_name,
        verbose_name=verbose_name,
    )


def single_owner_field[Owner: models.Model](
    model: type[Owner], verbose_name: str, *, related_name: str, kept: bool = False
) -> "models.OneToOneField[Owner, Owner]":
    """As `owner_field`, where one such row at most hangs on each."""
    on_delete = models.PROTECT if kept else models.CASCADE
    return models.OneToOneField(
        model, on_delete, related_name=related_name, verbose_name=verbose_name
    )


def one_of(field: str, values: Iterable[Any], *, name: str) -> models.CheckConstraint:
    """The database refuses what is none of these values, as the choices of a form do before it."""
    allowed = [getattr(value, "value", value) for value in values]
    return models.CheckConstraint(condition=Q((f"{field}__in", allowed)), name=name)

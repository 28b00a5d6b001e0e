from typing import Any

from django.db import models

from cordee.base.ui import fields as form_fields


class EurosField(models.BigIntegerField):  # type: ignore[type-arg]
    """Money as integer cents: SQLite keeps decimals as floats and misses exact limits."""

    description = "Montant en centimes d’euro"

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("form_class", form_fields.EurosField)
        # Not IntegerField's own: it would pass the limits of the database as limits of the form.
        return models.Field.formfield(self, **kwargs)

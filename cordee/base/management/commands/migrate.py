"""Django's `migrate`, which first refuses a base too old for this code (decision 36)."""

from typing import Any

from django.core.management.commands import migrate

from cordee.base.migrating import refuse_older_base


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        refuse_older_base()
        super().handle(*args, **options)

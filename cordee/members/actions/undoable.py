"""Writes of what somebody of a structure noted, and may take back."""

from datetime import datetime

from django.db import models, transaction

from cordee.accounts import journal
from cordee.accounts.models import User


def find_resubmitted[Row: models.Model](row: Row, owner: models.Model) -> Row | None:
    """What stands already, word for word, of a row that is not kept yet: a double click."""
    type(owner)._default_manager.select_for_update(no_key=True).get(pk=owner.pk)
    if row.pk is not None:
        return None
    own = {"id", "noted_by", "noted_at", "changed_at"}
    names = [each.attname for each in row._meta.concrete_fields if each.name not in own]
    said = {name: getattr(row, name) for name in names}
    return type(row)._default_manager.filter(**said).first()


@transaction.atomic
def keep_row(
    *,
    row: models.Model,
    owner: models.Model,
    is_kept: bool,
    by: User,
    now: datetime,
    of: str = "",
    at: str = "taken_back_at",
) -> None:
    """Take what was noted back, so that it counts no more, or put it back; twice is once.

    `of`: what the verb of the journal ends with, unless it is the row. `at`: the field that says
    when. Raises ValidationError.
    """
    if (getattr(row, at) is None) != is_kept:
        setattr(row, at, None if is_kept else now)
        if is_kept:
            row.clean()
        row.validate_constraints()
        row.save(update_fields=[at])
        verb = "restore" if is_kept else "remove"
        record_row(f"{verb}_{of or row._meta.model_name}", owner, row, by)


def record_row(verb: str, owner: models.Model, row: models.Model, by: User | None) -> None:
    """A line of the journal, in the room of the row."""
    sort = str(row._meta.model_name)
    journal.record(f"{row._meta.app_label}.{verb}", owner, by=by, after={sort: row.pk})

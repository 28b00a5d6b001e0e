"""What a structure tells once for all its bids."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.models import AnswerFile, PastWork, Turnover
from cordee.members.models import Structure


@transaction.atomic
def write_answer_file(*, structure: Structure, values: Mapping[str, Any], by: User) -> AnswerFile:
    """State or correct what every form asks of a structure. Raises ValidationError."""
    row = AnswerFile.objects.select_for_update().filter(structure=structure).first()
    row = row or AnswerFile(structure=structure)
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    row.full_clean()
    row.save()
    if changed:
        journal.record("alliances.write_answer_file", structure, by=by, after={"fields": changed})
    return row


@transaction.atomic
def add_past_work(
    *,
    structure: Structure,
    title: str,
    client: str,
    year: int,
    amount_cents: int | None,
    by: User,
) -> PastWork:
    """Add a reference. Raises ValidationError for one that is there already."""
    row = PastWork(
        structure=structure, title=title, client=client, year=year, amount_cents=amount_cents
    )
    row.full_clean()
    row.save()
    AnswerFile.objects.filter(structure=structure).update(has_no_reference=False)
    journal.record("alliances.add_past_work", structure, by=by, after={"year": year})
    return row


@transaction.atomic
def remove_past_work(*, past_work: PastWork, by: User) -> None:
    """Take a reference away; twice does no harm."""
    structure, year = past_work.structure, past_work.year
    removed, _ = PastWork.objects.filter(pk=past_work.pk).delete()
    if removed:
        journal.record("alliances.remove_past_work", structure, by=by, after={"year": year})


@transaction.atomic
def set_turnover(
    *,
    structure: Structure,
    year: int,
    amount_cents: int,
    field_cents: int | None,
    by: User,
) -> Turnover:
    """State or correct the turnover of one year. Raises ValidationError."""
    row = Turnover.objects.select_for_update().filter(structure=structure, year=year).first()
    row = row or Turnover(structure=structure, year=year)
    row.amount_cents, row.field_cents = amount_cents, field_cents
    row.full_clean()
    row.save()
    journal.record("alliances.set_turnover", structure, by=by, after={"year": year})
    return row


@transaction.atomic
def remove_turnover(*, turnover: Turnover, by: User) -> None:
    """Take a year away; twice does no harm."""
    structure, year = turnover.structure, turnover.year
    removed, _ = Turnover.objects.filter(pk=turnover.pk).delete()
    if removed:
        journal.record("alliances.remove_turnover", structure, by=by, after={"year": year})

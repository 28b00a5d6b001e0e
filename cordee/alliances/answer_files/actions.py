"""What a structure tells once for all its bids."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

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


def write_trade_texts(*, structure: Structure, texts: Mapping[str, str], by: User) -> AnswerFile:
    """Keep how a structure works, by the slug of a trade ("" for all of them), with the year of
    each text that changed; an empty one goes. Raises ValidationError."""
    row = AnswerFile.objects.filter(structure=structure).first()
    held = dict(row.trade_texts) if row else {}
    for trade, text in texts.items():
        if not text:
            held.pop(trade, None)
        elif text != held.get(trade, {}).get("text"):
            held[trade] = {"text": text, "year": timezone.localdate().year}
    return write_answer_file(structure=structure, values={"trade_texts": held}, by=by)


@transaction.atomic
def add_past_work(
    *,
    structure: Structure,
    title: str,
    client: str,
    year: int,
    amount_cents: int | None,
    trade: str = "",
    by: User,
) -> PastWork:
    """Add a reference. Raises ValidationError for one that is there already."""
    row = PastWork(structure=structure, title=title, client=client, year=year, trade=trade)
    row.amount_cents = amount_cents
    row.full_clean()
    row.save()
    AnswerFile.objects.filter(structure=structure).update(has_no_reference=False)
    journal.record("alliances.add_past_work", structure, by=by, after={"year": year})
    return row


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
def remove(*, row: PastWork | Turnover, by: User) -> None:
    """Take a reference or a year away; twice does no harm."""
    structure, year = row.structure, row.year
    removed, _ = type(row)._default_manager.filter(pk=row.pk).delete()
    if removed:
        is_work = isinstance(row, PastWork)
        verb = "alliances.remove_past_work" if is_work else "alliances.remove_turnover"
        journal.record(verb, structure, by=by, after={"year": year})

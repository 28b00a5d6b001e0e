"""A sheet begun, its draft, where it was done."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.actions.undoable import keep_row
from cordee.members.models import Network, Structure
from cordee.practices.models import Sheet, SheetAuthor, SheetDraft, SheetTrade
from cordee.practices.sheets.finding.search import index_sheets
from cordee.practices.sheets.standing import settle_status
from cordee.practices.sheets.texts import SECTIONS, blocks_of_section
from cordee.rules.trades import TRADES

CONTEXT = ("department", "department_id", "territory", "places", "sales", "in_use_since", "licence")


class Stale(ValidationError):
    """Somebody saved the draft since it was read."""


def locked(sheet: Sheet) -> Sheet:
    """As it stands now, until this write is done."""
    found: Sheet = Sheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    return found


@transaction.atomic
def start_sheet(
    *,
    kind: str,
    title: str,
    sections: Mapping[str, str],
    by: User | None,
    now: datetime,
    network: Network | None = None,
    structures: Iterable[Structure] = (),
    trades: Collection[str] = (),
    source: tuple[str, str] = ("", ""),
    **context: Any,
) -> Sheet:
    """Begin a sheet with its draft. `context`: fields of `CONTEXT`; `source`: the sort and key of
    the record that it comes from. The structures are asked whether they may be named.

    Raises ValidationError.
    """
    authors = list(dict.fromkeys(structures))
    if network is None and not authors:
        raise ValidationError("Une fiche a une structure autrice, ou un réseau. Dites lequel.")
    sheet = Sheet(
        kind=kind,
        title=title.strip(),
        network=network,
        created_by=by,
        source_kind=source[0],
        source_key=source[1],
        **context,
    )
    sheet.full_clean(exclude=["created_by"])
    sheet.save()
    SheetAuthor.objects.bulk_create(
        SheetAuthor(sheet=sheet, structure=each, asked_at=now) for each in authors
    )
    _set_trades(sheet, trades)
    draft = SheetDraft(sheet=sheet, title=sheet.title, sections={}, saved_at=now)
    _write(draft, sheet.title, sections, by=by, now=now)
    journal.record("practices.start_sheet", sheet, by=by)
    return sheet


@transaction.atomic
def save_draft(
    *,
    sheet: Sheet,
    title: str,
    sections: Mapping[str, str],
    by: User | None,
    now: datetime,
    revision: int | None = None,
) -> SheetDraft:
    """Keep what is typed beside what is published. `revision`: the one that the writer read.

    Raises `Stale` where somebody saved since, ValidationError for a text that cannot be kept.
    """
    sheet = locked(sheet)
    draft = SheetDraft.objects.filter(sheet=sheet).first()
    if draft is None:
        draft = SheetDraft(sheet=sheet)
    if revision is not None and revision != draft.revision:
        raise Stale(
            f"{draft.saved_by or 'Quelqu’un'} a enregistré ce brouillon avant vous. Votre saisie "
            "est gardée ci-dessous\u00a0: comparez, puis enregistrez de nouveau."
        )
    _write(draft, title.strip(), sections, by=by, now=now)
    if not sheet.latest_number and sheet.title != draft.title:
        sheet.title = draft.title
        sheet.save(update_fields=["title"])
    journal.record("practices.save_draft", sheet, by=by)
    return draft


def _write(
    draft: SheetDraft, title: str, sections: Mapping[str, str], *, by: User | None, now: datetime
) -> None:
    known = {section.key: section for section in SECTIONS[draft.sheet.kind]}
    refused: dict[str, list[str]] = {}
    for key, text in sections.items():
        if key not in known:
            raise ValidationError(f"«\u00a0{key}\u00a0» n’est pas une rubrique de cette fiche.")
        try:
            blocks_of_section(known[key], text)
        except ValidationError as found:
            refused |= found.message_dict
    if not title:
        refused["title"] = ["Écrivez un titre."]
    if refused:
        raise ValidationError(refused)
    draft.title = title
    draft.sections = {key: text.strip() for key, text in sections.items() if text.strip()}
    draft.revision += 1
    draft.saved_by, draft.saved_at = by, now
    draft.full_clean(exclude=["saved_by", "sections"])
    draft.save()


@transaction.atomic
def set_context(
    *, sheet: Sheet, trades: Collection[str], by: User, now: datetime, **context: Any
) -> None:
    """Say where it was done, by bands, since when, and under which licence. The status steps back
    where its gate closes. Raises ValidationError."""
    sheet = locked(sheet)
    for name, value in context.items():
        if name not in CONTEXT:
            raise ValueError(f"context has {name!r}: its fields are {', '.join(CONTEXT)}.")
        setattr(sheet, name, value)
    settle_status(sheet, now=now)
    sheet.full_clean(exclude=["created_by"])
    sheet.save()
    _set_trades(sheet, trades)
    index_sheets([sheet.pk])
    journal.record("practices.set_context", sheet, by=by, after={"status": sheet.status})


@transaction.atomic
def keep_sheet(*, sheet: Sheet, is_kept: bool, by: User, now: datetime) -> None:
    """Withdraw a sheet with all its versions, or put it back."""
    sheet = locked(sheet)
    keep_row(row=sheet, owner=sheet, is_kept=is_kept, by=by, now=now, of="sheet", at="removed_at")
    index_sheets([sheet.pk])


def _set_trades(sheet: Sheet, trades: Collection[str]) -> None:
    if unknown := next((each for each in trades if each not in TRADES), None):
        raise ValidationError(
            {"trades": f"«\u00a0{unknown}\u00a0» n’est pas un des {len(TRADES)} métiers."}
        )
    sheet.trades.exclude(trade__in=trades).delete()
    known = set(sheet.trades.values_list("trade", flat=True))
    SheetTrade.objects.bulk_create(
        SheetTrade(sheet=sheet, trade=each) for each in dict.fromkeys(trades) if each not in known
    )

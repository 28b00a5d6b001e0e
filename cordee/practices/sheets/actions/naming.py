"""Who wrote, and whether they may be named."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.documents import document_from_text
from cordee.members.actions.undoable import record_row
from cordee.members.models import Structure
from cordee.practices.models import Review, Sheet, SheetAuthor
from cordee.practices.models.sheets import Naming
from cordee.practices.sheets.actions.writing import locked
from cordee.practices.sheets.standing import settle_status
from cordee.practices.sheets.texts import named_in


@transaction.atomic
def add_author(*, sheet: Sheet, structure: Structure, by: User, now: datetime) -> SheetAuthor:
    """Credit a structure, and ask its direction whether it may be named. Raises ValidationError."""
    sheet = locked(sheet)
    if Review.objects.filter(version__sheet=sheet, structure=structure).exists():
        raise ValidationError(
            {"structure": f"{structure} relit cette monographie\u00a0: elle ne peut pas l’écrire."}
        )
    if sheet.reuses.in_force().filter(structure=structure).exists():
        raise ValidationError(
            {
                "structure": f"{structure} a dit ce qu’elle a fait de cette pratique\u00a0: elle "
                "ne peut en être autrice qu’après l’avoir retiré."
            }
        )
    for version in sheet.versions.all():
        if found := named_in(document_from_text(version.text), [structure]):
            raise ValidationError(
                {
                    "structure": f"Le texte de la version {version.number} dit «\u00a0{found}"
                    "\u00a0», et ne change plus. Retirez la fiche, puis recommencez-la."
                }
            )
    author = SheetAuthor(sheet=sheet, structure=structure, asked_at=now)
    author.full_clean()
    author.save()
    record_row("add_author", sheet, author, by)
    return author


@transaction.atomic
def remove_author(*, author: SheetAuthor, by: User, now: datetime) -> None:
    """Credit it no more; somebody stays. The status steps back where its gate closes."""
    sheet = locked(author.sheet)
    if sheet.network_id is None and sheet.authors.count() == 1:
        raise ValidationError(
            "Une fiche sans réseau garde une structure autrice. Ajoutez-en une autre d’abord."
        )
    record_row("remove_author", sheet, author, by)
    author.delete()
    settle_status(sheet, now=now)
    sheet.save(update_fields=["status"])


@transaction.atomic
def answer_naming(*, row: Naming, is_yes: bool, by: User, now: datetime) -> None:
    """Say yes or no to being named, or take a yes back: of who directs the structure."""
    fresh = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if fresh.is_answered and fresh.is_named == is_yes:
        return
    if is_yes:
        fresh.agreed_at, fresh.agreed_by, fresh.refused_at = now, by, None
    else:
        fresh.refused_at = now
    fresh.save(update_fields=["agreed_at", "agreed_by", "refused_at"])
    verb = "agree_to_be_named" if is_yes else "refuse_to_be_named"
    journal.record(
        f"practices.{verb}", row.structure, by=by, after={str(row._meta.model_name): row.pk}
    )

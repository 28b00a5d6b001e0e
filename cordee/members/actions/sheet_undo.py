"""Taking back the last change of a sheet: the whole sheet is kept as it was just before."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members import directory_index
from cordee.members.models import (
    Activity,
    CapacityException,
    Certification,
    Chantier,
    Convention,
    Crew,
    SeasonalProfile,
    SheetUndo,
    StruckGuess,
    Structure,
)
from cordee.rules.plain import to_plain

# What a sheet holds of the structure itself.
OWN_FIELDS = (
    *Structure.IDENTITY,
    *("commune_id", "department_id", "latitude", "longitude"),
    *("address", "postcode", "city", "is_closed"),
)
# Rows that hang on its chantiers, and those that hang on the structure.
BELOW_CHANTIER: tuple[type[models.Model], ...] = (
    *(Activity, StruckGuess, Crew, SeasonalProfile, CapacityException),
)
BELOW_STRUCTURE: tuple[type[models.Model], ...] = (Certification, Convention)


def remember(structure: Structure, what: str, by: User | None) -> None:
    """Keep the sheet as it is, before it changes. `what` completes "annuler : …".

    Called first by every action on a sheet, in its transaction.
    """
    remember_as(structure, snapshot(structure), what, by)


def remember_as(structure: Structure, before: dict[str, Any], what: str, by: User | None) -> None:
    """Keep a sheet taken earlier, where one gesture is several actions."""
    SheetUndo.objects.update_or_create(
        structure=structure, defaults={"before": before, "what": what, "by": by}
    )


@transaction.atomic
def undo_last_change(*, structure: Structure, by: User | None) -> str:
    """Put the sheet back as it was before its last change; undone twice, it is done again.

    Gives what was taken back. Raises ValidationError where there is nothing to undo.
    """
    kept = SheetUndo.objects.select_for_update().filter(structure=structure).first()
    if kept is None:
        raise ValidationError("Il n’y a rien à annuler.")
    what, before = kept.what, kept.before
    remember(structure, what, by)
    _restore(structure, before)
    journal.record("members.undo_sheet", structure, by=by, after={"what": what})
    directory_index.index_structures([structure])
    return what


def snapshot(structure: Structure) -> dict[str, Any]:
    fresh = Structure.objects.get(pk=structure.pk)
    chantiers = Chantier.objects.filter(structure=structure).order_by("pk")
    return {
        "structure": {name: getattr(fresh, name) for name in OWN_FIELDS},
        "declared": {str(c.pk): c.declared_cfte for c in chantiers},
        "rows": {
            model._meta.model_name: [_as_json(row) for row in _rows(model, structure)]
            for model in (*BELOW_CHANTIER, *BELOW_STRUCTURE)
        },
    }


def _rows(model: type[models.Model], structure: Structure) -> models.QuerySet[Any]:
    owner = "structure" if model in BELOW_STRUCTURE else "chantier__structure"
    return model._default_manager.filter(**{owner: structure}).order_by("pk")


def _as_json(row: models.Model) -> dict[str, Any]:
    return {
        field.attname: to_plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        # When a guess was struck is not worth a date that JSON would flatten.
        if not (isinstance(field, models.DateTimeField) and getattr(field, "auto_now_add", False))
    }


def _restore(structure: Structure, before: dict[str, Any]) -> None:
    for name, value in before["structure"].items():
        setattr(structure, name, value)
    structure.save(update_fields=[*before["structure"], "sort_key", "updated_at"])
    chantiers = {str(c.pk): c for c in Chantier.objects.filter(structure=structure)}
    for key, declared in before["declared"].items():
        if key in chantiers and chantiers[key].declared_cfte != declared:
            chantiers[key].declared_cfte = declared
            chantiers[key].save(update_fields=["declared_cfte"])
    for model in (*BELOW_CHANTIER, *BELOW_STRUCTURE):
        # A sheet kept by an older version says nothing of what it did not hold.
        if (rows := before["rows"].get(str(model._meta.model_name))) is None:
            continue
        kept = [
            row
            for row in rows
            # A chantier may have gone since: what hung on it does not come back.
            if "chantier_id" not in row or str(row["chantier_id"]) in chantiers
        ]
        _rows(model, structure).exclude(pk__in=[row["id"] for row in kept]).delete()
        for row in kept:
            model._default_manager.update_or_create(
                pk=row["id"],
                defaults={name: _read(model, name, value) for name, value in row.items()},
            )


def _read(model: type[models.Model], attname: str, value: Any) -> Any:
    field = next(f for f in model._meta.concrete_fields if f.attname == attname)
    return field.to_python(value) if isinstance(field, models.DateField) else value

"""A structure of the directory from what somebody types: its SIRET, or a part of its name."""

from django.core.exceptions import ValidationError
from django.db.models import Q

from cordee.members.models import Structure

MOST = 10
NO_SUCH = "Aucune structure de ce nom ou de ce SIRET dans l’annuaire."


def found_structures(typed: str) -> list[Structure]:
    """Up to ten open structures, the exact SIRET alone where it is one."""
    rows = Structure.objects.active().select_related("organisation").order_by("name", "pk")
    digits = "".join(typed.split())
    if digits.isdecimal():
        return list(rows.filter(siret=digits)[:MOST])
    words = Q()
    for word in typed.split():
        words &= Q(name__icontains=word) | Q(brand__icontains=word)
    return list(rows.filter(words)[:MOST])


def one_structure(typed: str) -> Structure:
    """The structure of that name. Raises `ValidationError` where there is none, or several."""
    found = found_structures(typed) if typed.strip() else []
    if not found:
        raise ValidationError(NO_SUCH)
    if len(found) > 1:
        which = ", ".join(f"{each.shown_name} ({each.siret})" for each in found[:5])
        raise ValidationError(f"Plusieurs se nomment ainsi. Donnez le SIRET. {which}")
    return found[0]

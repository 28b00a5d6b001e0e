"""A structure of the directory from what somebody types: its SIRET, or a part of its name."""

from django.db.models import Q

from cordee.members.models import Structure

MOST = 10


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

"""Who says what of a practice: the direction of a structure that did not write it. What is said is
everybody's, without a name before its structure agrees."""

from django.db.models import Exists

from cordee.accounts.access import Person
from cordee.base.found import first_or_404
from cordee.members.models.structures import StructureQuerySet
from cordee.practices.access import structures_written_for
from cordee.practices.models import Reuse, Sheet
from cordee.practices.models.reuse import ReuseQuerySet

NOT_YOURS = (
    "Une reprise se dit par la direction d’une structure qui n’a pas écrit la fiche. Ce qu’elle a "
    "déjà dit se corrige sur la fiche."
)


def reusers_for(user: Person, sheet: Sheet) -> StructureQuerySet:
    """Structures that the user directs, that did not write it and say nothing of it yet.

    None of whoever published it: no longer to be an author makes no reuse of a practice of one's
    own.
    """
    authors = sheet.authors.order_by().values("structure")
    said = sheet.reuses.in_force().order_by().values("structure")
    is_published_by = Exists(sheet.versions.order_by().filter(published_by=user.pk or 0))
    own = structures_written_for(user).exclude(is_published_by)
    return own.exclude(pk__in=authors).exclude(pk__in=said)


def own_reuses_for(user: Person, sheet: Sheet) -> ReuseQuerySet:
    """What structures of the user said, taken back or not."""
    return sheet.reuses.filter(structure__in=structures_written_for(user))


def reuse_for(user: Person, sheet: Sheet, key: int) -> Reuse:
    """One of them, or 404."""
    rows = own_reuses_for(user, sheet).filter(pk=key)
    return first_or_404(rows.select_related("sheet", "structure"), NOT_YOURS)

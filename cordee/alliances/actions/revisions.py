"""The lock that every write of an alliance takes first, and the one place that writes its terms."""

from datetime import datetime

from django.core.exceptions import ValidationError

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement import Terms
from cordee.agreement.changes import changes
from cordee.agreement.stored import terms_from_json, terms_to_json
from cordee.alliances.models import Alliance, AllianceRevision


def locked(alliance: Alliance) -> Alliance:
    """The row read again, which nobody else writes before this transaction ends."""
    return (
        Alliance.objects.select_for_update(of=("self",))
        .select_related("opportunity", "breakdown", "network", "structure")
        .get(pk=alliance.pk)
    )


def refuse_frozen(alliance: Alliance) -> None:
    """Raises `ValidationError` where the terms no longer change freely."""
    if not alliance.step.is_editable:
        raise ValidationError(
            "L’offre est déposée : la composition est gelée (article R2142-26). Voyez « Retraits »."
            if alliance.step.is_frozen
            else "Cette alliance ne se modifie plus."
        )


def write_revision(
    alliance: Alliance,
    terms: Terms,
    origin: str,
    *,
    by: User,
    now: datetime,
    returns_to: int | None = None,
) -> AllianceRevision:
    """The next version, where something differs from the one in force."""
    current = alliance.revision()
    changed = changes(current.read(), terms)
    if not changed:
        return current
    found = store_revision(
        alliance,
        terms,
        AllianceRevision.Origin[origin],
        number=current.number + 1,
        by=by,
        now=now,
        returns_to=returns_to,
    )
    alliance.version = found.number
    alliance.save(update_fields=["version"])
    journal.record(
        by=by,
        verb="alliances.write_terms",
        target=alliance,
        after={"version": found.number, "origin": found.origin, "changes": len(changed)},
    )
    return found


def store_revision(
    alliance: Alliance,
    terms: Terms,
    origin: AllianceRevision.Origin,
    *,
    number: int,
    by: User,
    now: datetime,
    returns_to: int | None = None,
) -> AllianceRevision:
    """A state of the terms under a number that is free."""
    stored = terms_to_json(terms)
    # What cannot be read back must not be written.
    terms_from_json(stored)
    return AllianceRevision.objects.create(
        alliance=alliance,
        number=number,
        terms=stored,
        origin=origin,
        returns_to=returns_to,
        made_at=now,
        made_by=by,
    )

"""The lock that every write of an alliance takes first, and the one place that writes its terms."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement import Party, Terms
from cordee.agreement.changes import Conflict, changes, merge
from cordee.agreement.edits import with_parties_of
from cordee.agreement.terms import terms_from_json, terms_to_json
from cordee.alliances.models import Alliance, AllianceParty, AllianceRevision


def locked(alliance: Alliance) -> Alliance:
    """The row read again, which nobody else writes before this transaction ends."""
    # Every write takes this row first: then nothing below needs a lock, and none can cross.
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


def terms_at(alliance: Alliance, number: int) -> Terms:
    """The terms of a version that somebody read. Raises `ValidationError` where it is none."""
    found = alliance.revisions.filter(number=number).first()
    if found is None:
        raise ValidationError("Cette version n’existe pas. Rouvrez la page.")
    return found.read()


def place_at(party: AllianceParty, number: int) -> tuple[Terms, Party]:
    """The same, and what a party is there. Raises `ValidationError` where it is in them no more."""
    terms = terms_at(party.alliance, number)
    found = terms.find(party.key)
    if found is None:
        raise ValidationError("Cette structure n’est plus dans le tableau.")
    return terms, found


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
    # The same terms again are no version: an acceptance must not fall for nothing.
    changed = changes(current.read(), terms)
    if not changed:
        return current
    if alliance.applied_on is not None and origin != AllianceRevision.Origin.AMENDMENT.name:
        _refuse_other_members(current.read(), terms)
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
    noted = {"version": found.number, "origin": found.origin, "changes": len(changed)}
    journal.record("alliances.write_terms", alliance, by=by, after=noted)
    return found


def _refuse_other_members(before: Terms, after: Terms) -> None:
    """An application that left freezes who answers and who leads (R2142-26)."""
    if (before.lead, {each.key for each in before.members}) != (
        after.lead,
        {each.key for each in after.members},
    ):
        raise ValidationError(
            "La candidature est partie : les membres et le mandataire ne changent plus sans "
            "l’acheteur (article R2142-26). Voyez « Retraits »."
        )


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


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a write: the state in force, or what somebody else wrote meanwhile."""

    revision: AllianceRevision
    conflicts: tuple[Conflict, ...] = ()
    # Whether somebody else had written, elsewhere, since the one it began from.
    was_merged: bool = False


@transaction.atomic
def write_terms(
    *,
    alliance: Alliance,
    base: int,
    terms: Terms,
    by: User,
    now: datetime,
    origin: str = "EDIT",
) -> Written:
    """Keep new terms that somebody made from version `base`.

    What others wrote meanwhile, elsewhere in the table, is kept too. Where they wrote in the same
    place, nothing is kept, and the conflicts say what each wrote. Raises `ValidationError` where
    the terms are frozen, or `base` is no version.
    """
    alliance = locked(alliance)
    refuse_frozen(alliance)
    current = alliance.revision()
    # Nobody wrote meanwhile: there is nothing to merge.
    if base == current.number:
        return Written(write_revision(alliance, terms, origin, by=by, now=now))
    # A three-way merge, with the version that was read as the common ancestor.
    merged = merge(terms_at(alliance, base), terms, current.read())
    if merged.terms is None:
        return Written(current, merged.conflicts)
    return Written(write_revision(alliance, merged.terms, origin, by=by, now=now), was_merged=True)


@transaction.atomic
def return_to(*, alliance: Alliance, number: int, base: int, by: User, now: datetime) -> Written:
    """Write again the terms of an earlier version, with the parties of today.

    Raises `ValidationError` where the terms are frozen or no such version exists. Where somebody
    wrote since `base`, nothing is done: what they wrote would be undone unseen.
    """
    alliance = locked(alliance)
    refuse_frozen(alliance)
    current = alliance.revision()
    wanted = terms_at(alliance, number)
    if base != current.number:
        raise ValidationError(
            "Quelqu’un a modifié le tableau entre-temps. Relisez-le, puis recommencez."
        )
    terms = with_parties_of(wanted, current.read())
    return Written(write_revision(alliance, terms, "UNDO", by=by, now=now, returns_to=number))

"""Writes of acceptances: a party accepts its share as it was read, or takes that back."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement.changes import fingerprint
from cordee.alliances.law import refuse_two_teams
from cordee.alliances.models import Acceptance, AllianceParty
from cordee.alliances.revisions import locked

State = AllianceParty.State


@transaction.atomic
def accept(*, party: AllianceParty, version: int, by: User, now: datetime) -> Acceptance:
    """A party accepts its share and the common terms as they stood at `version`.

    Raises `ValidationError` where they changed since for it: it reads them again first.
    """
    alliance = locked(party.alliance)
    if not alliance.step.is_editable:
        raise ValidationError("L’offre est déposée : il n’y a plus rien à accepter ici.")
    party = alliance.parties.get(pk=party.pk)
    if party.state != State.INTERESTED:
        raise ValidationError("Dites d’abord que vous prenez part à l’alliance.")
    refuse_two_teams(party)
    terms = alliance.terms
    read = alliance.revisions.filter(number=version).first()
    if read is None or party.key not in {each.key for each in read.read().parties}:
        raise ValidationError("Cette version n’existe pas. Relisez votre part.")
    agreed = fingerprint(terms, party.key)
    if fingerprint(read.read(), party.key) != agreed:
        raise ValidationError("Votre part a changé depuis que vous l’avez lue. Relisez-la.")
    found, is_new = Acceptance.objects.get_or_create(
        party=party,
        fingerprint=agreed,
        taken_back_at=None,
        defaults={"revision": read, "accepted_at": now, "accepted_by": by},
    )
    if is_new:
        noted = {"party": party.pk, "version": version, "fingerprint": agreed}
        journal.record("alliances.accept", alliance, by=by, after=noted)
    return found


@transaction.atomic
def take_back_acceptance(*, party: AllianceParty, by: User, now: datetime) -> None:
    """A party takes its acceptance back, before filing."""
    alliance = locked(party.alliance)
    if not alliance.step.is_editable:
        raise ValidationError("L’offre est déposée : une acceptation ne se reprend plus.")
    taken = Acceptance.objects.standing().filter(party=party).update(taken_back_at=now)
    if taken:
        journal.record("alliances.take_back_acceptance", alliance, by=by, after={"party": party.pk})

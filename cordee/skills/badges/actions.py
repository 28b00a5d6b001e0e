"""Writes of attestations: signed for a learner, withdrawn, put back."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.dossier.phrases import day
from cordee.skills.badges import keys
from cordee.skills.badges.tokens import Attestation, sign_within
from cordee.skills.learners.pages import known_of
from cordee.skills.models import Badge, Learner, WithdrawnBadge

NOTHING = "Rien n’est encore acquis dans cette compétence. Notez d’abord ce qui est vu."
TOO_LONG = (
    "Ces mots ne tiennent pas dans un code\u00a0: raccourcissez dans le référentiel le nom de la "
    "compétence et ses phrases, puis notez ce qui est vu."
)


@transaction.atomic
def issue(*, learner: Learner, competence: str, by: User, now: datetime) -> Badge:
    """Attest what is acquired of a competence; what is attested already, word for word, stays one.

    Raises ValidationError where nothing is acquired, or where it does not fit.
    """
    Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    known = (each for each in known_of(learner) if each.name == competence)
    acquired = [row for each in known for row in each.acquired]
    if not acquired:
        raise ValidationError(NOTHING)
    structure, last_seen = learner.structure, max(row.seen_on for row in acquired)
    said = Attestation(
        number=uuid4(),
        who=learner.pseudonym,
        competence=competence,
        sentences=tuple(row.sentence for row in acquired),
        told=f"Vu jusqu’au {day(last_seen)}.",
        structure=structure.shown_name,
        issuer=settings.SITE_ADDRESS + reverse("members:structure", args=[structure.pk]),
        issued_at=now.replace(microsecond=0),
    )
    key, kid = keys.private_key(), keys.key_address()
    if last := learner.badges.in_force().filter(competence=competence).first():
        again = replace(said, number=last.number, issued_at=last.issued_at)
        if sign_within(again, key, kid) == last.token:
            return last
    token = sign_within(said, key, kid)
    if token is None:
        raise ValidationError(TOO_LONG)
    made = learner.badges.create(
        number=said.number, competence=competence, token=token, issued_at=said.issued_at
    )
    _note("issue_badge", learner, by)
    return made


@transaction.atomic
def keep(*, badge: Badge, is_kept: bool, by: User) -> None:
    """Withdraw an attestation, or put it back; twice is once."""
    if is_kept:
        is_changed = bool(WithdrawnBadge.objects.filter(number=badge.number).delete()[0])
    else:
        _, is_changed = WithdrawnBadge.objects.get_or_create(number=badge.number)
    if is_changed:
        _note("restore_badge" if is_kept else "remove_badge", badge.learner, by)


def _note(verb: str, learner: Learner, by: User) -> None:
    journal.record(f"skills.{verb}", learner.structure, by=by, after={"learner": learner.pk})

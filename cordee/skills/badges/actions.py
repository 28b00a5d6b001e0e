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
from cordee.skills.badges import tokens
from cordee.skills.learners.pages import known_of
from cordee.skills.models import Badge, Learner, WithdrawnBadge


@transaction.atomic
def issue(learner: Learner, competence: str, *, by: User, now: datetime) -> Badge:
    """Attest what is acquired of a competence; what is attested already, word for word, stays one.

    Raises ValidationError where nothing is acquired, or where it does not fit.
    """
    Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    acquired = [row for one in known_of(learner) if one.name == competence for row in one.acquired]
    if not acquired:
        raise ValidationError("Rien n’y est encore acquis. Notez d’abord ce qui est vu.")
    structure, key, kid = learner.structure, tokens.instance_key(), tokens.published()["kid"]
    said = tokens.Attestation(
        number=uuid4(),
        who=learner.pseudonym,
        competence=competence,
        sentences=tuple(row.sentence for row in acquired),
        told=f"Vu jusqu’au {day(max(row.seen_on for row in acquired))}.",
        structure=structure.shown_name,
        issuer=settings.SITE_ADDRESS + reverse("members:structure", args=[structure.pk]),
        issued_at=now.replace(microsecond=0),
    )
    withdrawn = WithdrawnBadge.objects.values("number")
    for row in learner.badges.filter(competence=competence).exclude(number__in=withdrawn):
        again = replace(said, number=row.number, issued_at=row.issued_at)
        if tokens.sign(again, key, kid) == row.token:
            return row
    token = tokens.sign(said, key, kid)
    if token is None:
        raise ValidationError("C’est trop long pour un code. Raccourcissez le référentiel.")
    row = learner.badges.create(
        number=said.number, competence=competence, token=token, issued_at=said.issued_at
    )
    journal.record("skills.issue_badge", structure, by=by, after={"learner": learner.pk})
    return row


@transaction.atomic
def keep(*, badge: Badge, is_kept: bool, by: User) -> None:
    """Withdraw an attestation, or put it back; twice is once."""
    if is_kept:
        changed, _ = WithdrawnBadge.objects.filter(number=badge.number).delete()
    else:
        _, changed = WithdrawnBadge.objects.get_or_create(number=badge.number)
    if changed:
        verb, owner = "restore_badge" if is_kept else "remove_badge", badge.learner.structure
        journal.record(f"skills.{verb}", owner, by=by, after={"learner": badge.learner_id})

"""Writes of a signature asked of a service outside, where an installation has one."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement.terms import Terms
from cordee.alliances.approvals import signature_service
from cordee.alliances.models import Alliance, SignatureRequest
from cordee.alliances.revisions import locked
from cordee.alliances.state.approval_chain import approved_keys, last_by_party
from cordee.alliances.state.paper import approved_convention
from cordee.base.documents import document_sha256, render_pdf

State = SignatureRequest.State


def ask_signature(*, alliance: Alliance, by: User, now: datetime) -> SignatureRequest:
    """Send the convention that every member approved to the service, with who has to sign.

    Raises `ValidationError` where a member has not approved, or no service answers.
    """
    terms = alliance.terms
    if not terms.arrangement.paper_names_all:
        raise ValidationError(
            "Un envoi à plusieurs signataires dirait à chaque sous-traitant qui sont les autres. "
            "Chacun signe son propre contrat avec le candidat."
        )
    to_sign = _to_sign(alliance, terms, on=timezone.localdate(now))
    service = signature_service.service()
    # Outside any transaction: the service may take seconds, and what it keeps is kept.
    try:
        reference = service.ask(to_sign)
    except signature_service.NotAvailable as wrong:
        raise ValidationError(str(wrong)) from wrong
    with transaction.atomic():
        alliance = locked(alliance)
        row, is_new = SignatureRequest.objects.get_or_create(
            service=service.name,
            reference=reference,
            defaults={
                "alliance": alliance,
                "document_sha256": to_sign.sha256,
                "asked_at": now,
            },
        )
        if is_new:
            noted = {"request": row.pk, "sha256": to_sign.sha256}
            journal.record("alliances.ask_signature", alliance, by=by, after=noted)
    return row


def _to_sign(alliance: Alliance, terms: Terms, *, on: date) -> signature_service.ToSign:
    """The convention that every member approved, and who signs it for each."""
    members = [each.key for each in terms.signers]
    document = approved_convention(alliance, on=on, seen=lambda _: True)
    sha256 = document_sha256(document)
    # Of the very text that is sent: the one that left, where it was kept.
    if set(members) - approved_keys(alliance, sha256):
        arrangement = terms.arrangement
        raise ValidationError(f"Chaque {arrangement.signer} approuve d’abord {arrangement.paper}.")
    last = last_by_party(alliance)
    people = [last[key].identity for key in members]
    if any(each.person is None for each in people):
        raise ValidationError("Un signataire n’a plus de compte. Faites approuver de nouveau.")
    return signature_service.ToSign(
        title=document.title,
        content=render_pdf(document),
        content_type="application/pdf",
        sha256=sha256,
        signers=tuple(
            signature_service.Signer(
                name=each.name, function=each.function, email=each.person.email
            )
            for each in people
            if each.person is not None
        ),
    )


def fetch_signature(*, request: SignatureRequest, by: User, now: datetime) -> SignatureRequest:
    """Ask the service what became of a request; keep what it says, and nothing more.

    Raises `ValidationError` where it does not answer, or says a signature without its level.
    """
    if request.state != State.WAITING:
        return request
    try:
        outcome = signature_service.service().outcome(request.reference)
    except signature_service.NotAvailable as wrong:
        raise ValidationError(str(wrong)) from wrong
    if outcome.state is signature_service.State.WAITING:
        return request
    is_signed = outcome.state is signature_service.State.SIGNED
    if is_signed and outcome.level is None:
        raise ValidationError("Le service ne dit pas ce que vaut cette signature. Demandez-lui.")
    with transaction.atomic():
        alliance = locked(request.alliance)
        row = SignatureRequest.objects.get(pk=request.pk)
        if row.state != State.WAITING:
            return row
        row.state = State.SIGNED if is_signed else State.REFUSED
        row.level = outcome.level.value if is_signed and outcome.level is not None else ""
        row.ended_at = outcome.ended_at or now
        row.full_clean()
        row.save()
        noted = {"request": row.pk, "state": row.state, "level": row.level}
        journal.record("alliances.fetch_signature", alliance, by=by, after=noted)
    return row

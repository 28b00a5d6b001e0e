"""What a signature service has to do, the one that stands where there is none, and asking it.

Cordée's own approvals are simple electronic signatures (eIDAS, article 25): proofs, and nothing
qualified. Whoever wants a qualified signature plugs in a service that implements `SignatureService`
(docs/signatures.md) and names it in `SIGNATURE_SERVICE`. Without one, `NoService` says so.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement.terms import Terms
from cordee.alliances.models import Alliance, SignatureRequest
from cordee.alliances.revisions import locked
from cordee.alliances.state.approval_chain import approved_convention, approved_keys, last_by_party
from cordee.base.documents import document_sha256, render_pdf

# What a signature is worth (regulation (EU) 910/2014, articles 3 and 25); where a request is.
Level = SignatureRequest.Level
State = SignatureRequest.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who has to sign. The address is that of the account that approved."""

    name: str
    function: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSign:
    """One document and those who sign it. `sha256` is the convention's own, beside the file's."""

    title: str
    content: bytes
    content_type: str
    sha256: str
    signers: tuple[Signer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the service says of a request. `level` only where it is signed, as the service says."""

    state: State
    level: Level | None = None
    ended_at: datetime | None = None


class NotAvailable(Exception):
    """The service cannot be asked now; the message says what to do."""


@runtime_checkable
class SignatureService(Protocol):
    """What an adapter does. Both calls may take seconds, and raise `NotAvailable`."""

    @property
    def name(self) -> str:
        """How screens call it, as its contract does."""

    @property
    def is_there(self) -> bool:
        """Whether anything can be asked of it at all."""

    def ask(self, document: ToSign) -> str:
        """Send a document to be signed; give the service's reference, the same for the same one."""

    def outcome(self, reference: str) -> Outcome:
        """What became of a request."""


class NoService:
    """No service is plugged in: it signs nothing, and says so."""

    name = "aucun service de signature"
    is_there = False

    def ask(self, document: ToSign) -> str:
        raise NotAvailable("Aucun service de signature n’est relié à cette installation.")

    def outcome(self, reference: str) -> Outcome:
        raise NotAvailable("Aucun service de signature n’est relié à cette installation.")


def service() -> SignatureService:
    """The service that the setting `SIGNATURE_SERVICE` names, as a dotted path to its class.

    Raises `TypeError` where what it names is no such service.
    """
    path: str = getattr(settings, "SIGNATURE_SERVICE", "")
    found = import_string(path)() if path else NoService()
    if not isinstance(found, SignatureService):
        raise TypeError(f"SIGNATURE_SERVICE is {path!r}: it has no name, is_there, ask, outcome.")
    return found


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
    asked = service()
    # Outside any transaction: the service may take seconds, and what it keeps is kept.
    try:
        reference = asked.ask(to_sign)
    except NotAvailable as wrong:
        raise ValidationError(str(wrong)) from wrong
    with transaction.atomic():
        alliance = locked(alliance)
        row, is_new = SignatureRequest.objects.get_or_create(
            service=asked.name,
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


def _to_sign(alliance: Alliance, terms: Terms, *, on: date) -> ToSign:
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
    return ToSign(
        title=document.title,
        content=render_pdf(document),
        content_type="application/pdf",
        sha256=sha256,
        signers=tuple(
            Signer(name=each.name, function=each.function, email=each.person.email)
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
        outcome = service().outcome(request.reference)
    except NotAvailable as wrong:
        raise ValidationError(str(wrong)) from wrong
    if outcome.state is State.WAITING:
        return request
    if outcome.state is State.SIGNED and outcome.level is None:
        raise ValidationError("Le service ne dit pas ce que vaut cette signature. Demandez-lui.")
    with transaction.atomic():
        alliance = locked(request.alliance)
        row = SignatureRequest.objects.get(pk=request.pk)
        if row.state != State.WAITING:
            return row
        row.state = outcome.state
        row.level = outcome.level or "" if outcome.state is State.SIGNED else ""
        row.ended_at = outcome.ended_at or now
        row.full_clean()
        row.save()
        noted = {"request": row.pk, "state": row.state, "level": row.level}
        journal.record("alliances.fetch_signature", alliance, by=by, after=noted)
    return row

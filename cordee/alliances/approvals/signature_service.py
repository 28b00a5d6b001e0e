"""What a signature service has to do, and the one that stands where there is none.

Cordée's own approvals are simple electronic signatures (eIDAS, article 25): proofs, and nothing
qualified. Whoever wants a qualified signature plugs in a service that implements `SignatureService`
(docs/signatures.md) and names it in `SIGNATURE_SERVICE`. Without one, `NoService` says so.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.utils.module_loading import import_string


class Level(StrEnum):
    """What a signature is worth (regulation (EU) 910/2014, articles 3 and 25)."""

    SIMPLE = "simple"
    ADVANCED = "advanced"
    QUALIFIED = "qualified"


class State(StrEnum):
    """Where a request is."""

    WAITING = "waiting"
    SIGNED = "signed"
    REFUSED = "refused"


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

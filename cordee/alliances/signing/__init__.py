"""A signature service outside Cordée, where an installation has one.

Cordée's own approvals are simple electronic signatures (eIDAS, article 25): proofs, and nothing
qualified. Whoever wants a qualified signature plugs in a service that implements `SignatureService`
(docs/signatures.md) and names it in `SIGNATURE_SERVICE`. Without one, `NoService` says so.
"""

from cordee.alliances.signing.protocol import (
    Level,
    NoService,
    NotAvailable,
    Outcome,
    SignatureService,
    Signer,
    State,
    ToSign,
    service,
)

__all__ = [
    "Level",
    "NoService",
    "NotAvailable",
    "Outcome",
    "SignatureService",
    "Signer",
    "State",
    "ToSign",
    "service",
]

"""An attestation as an Open Badges 3.0 credential, signed as a compact JWS (VC-JWT) with Ed25519.

Knows no base and no page. What is refused has a code and its sentence in FAULTS: the page, its
script and the terminal say the same.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

# With the address before it, a code of 137 squares: 7 cm on paper, half a millimetre each.
MOST_BYTES = 1_600
# Of what somebody pastes; nothing longer is looked at.
MOST_READ = 4_000
SIGNATURE_CHARS = 86
ALGORITHM = "EdDSA"
CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
# Who holds it is named by the word itself (RFC 2397): an identifier that is nobody else's address.
WHO = "data:,"
FAULTS = {
    "empty": "Collez d’abord le code de l’attestation.",
    "long": "Ce texte est trop long pour une attestation. Collez son code seul.",
    "cut": "Ce code est coupé, ou ce n’est pas une attestation. Lisez-le en entier.",
    "unreadable": "Ce code ne se lit pas\u00a0: un signe y a été changé.",
    "algorithm": "Ce code n’est pas signé comme une attestation de Cordée.",
    "other_key": "Une autre clé l’a signé\u00a0: cette attestation ne vient pas d’ici.",
    "altered": "Un mot y a été changé, ou une autre clé l’a signé.",
}


class Refused(Exception):
    """This is no attestation of ours; `code` is one of FAULTS."""

    def __init__(self, code: str) -> None:
        super().__init__(FAULTS[code])
        self.code = code


@dataclass(frozen=True, slots=True)
class Attestation:
    """Who knows how to do what, seen by which structure; `told` says until when, and what it is
    not. `issuer` is the address of the structure."""

    number: UUID
    who: str
    competence: str
    sentences: tuple[str, ...]
    told: str
    structure: str
    issuer: str
    issued_at: datetime

    def as_credential(self) -> dict[str, Any]:
        """The claims in the order of the specification, each that it requires and no other."""
        name, who = self.number.urn, WHO + quote(self.who)
        return {
            "@context": CONTEXTS,
            "id": name,
            "type": ["VerifiableCredential", "AchievementCredential"],
            "issuer": {"id": self.issuer, "type": ["Profile"], "name": self.structure},
            "validFrom": f"{self.issued_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "credentialSubject": {
                "id": who,
                "type": ["AchievementSubject"],
                "achievement": {
                    "id": f"{name}#a",
                    "type": ["Achievement"],
                    "name": self.competence,
                    "description": self.told,
                    "criteria": {"narrative": "\n".join(self.sentences)},
                },
            },
            "iss": self.issuer,
            "jti": name,
            "nbf": int(self.issued_at.timestamp()),
            "sub": who,
        }


def sign(said: Attestation, key: Ed25519PrivateKey, kid: str) -> str:
    """`kid`: the address where the public key is read. The same words give the same token."""
    signed = f"{_part({'alg': ALGORITHM, 'kid': kid})}.{_part(said.as_credential())}"
    return f"{signed}.{_text(key.sign(signed.encode()))}"


def sign_within(said: Attestation, key: Ed25519PrivateKey, kid: str) -> str | None:
    """The token with as many sentences as fit, in their order, and a count of the others; None
    where the first does not."""
    for kept in range(len(said.sentences), 0, -1):
        left = len(said.sentences) - kept
        counted = (f"Et {left} autre{'s' if left > 1 else ''}.",) if left else ()
        token = sign(replace(said, sentences=said.sentences[:kept] + counted), key, kid)
        if len(token) <= MOST_BYTES:
            return token
    return None


def verify(token: str, key: Ed25519PublicKey, kid: str) -> Attestation:
    """What a token says, once its signature is checked. Raises `Refused`."""
    if not token:
        raise Refused("empty")
    if len(token) > MOST_READ:
        raise Refused("long")
    signed, _, signature = token.rpartition(".")
    first, _, second = signed.partition(".")
    if not first or not second or "." in second:
        raise Refused("cut")
    header = _json(first)
    if header.get("alg") != ALGORITHM:
        raise Refused("algorithm")
    if len(signature) != SIGNATURE_CHARS:
        raise Refused("cut")
    try:
        key.verify(_bytes(signature), signed.encode())
    except InvalidSignature:
        raise Refused("altered" if header.get("kid") == kid else "other_key") from None
    return read(token)


def read(token: str) -> Attestation:
    """What a token of ours says, its signature unchecked. Raises `Refused`."""
    try:
        return _of_credential(_json(token.split(".")[1]))
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError):
        raise Refused("unreadable") from None


def pasted(text: str) -> str:
    """The token in what somebody pastes: an address with it after its #, or itself."""
    return "".join(text.split()).rpartition("#")[2]


def _of_credential(said: Any) -> Attestation:
    subject, issuer = said["credentialSubject"], said["issuer"]
    achievement = subject["achievement"]
    return Attestation(
        number=UUID(said["jti"]),
        who=unquote(subject["id"].removeprefix(WHO)),
        competence=achievement["name"],
        sentences=tuple(achievement["criteria"]["narrative"].split("\n")),
        told=achievement["description"],
        structure=issuer["name"],
        issuer=issuer["id"],
        issued_at=datetime.fromtimestamp(said["nbf"], UTC),
    )


def _part(said: dict[str, Any]) -> str:
    return _text(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Raises `Refused` for a text that is not the one way to write its bytes: the last letter
    could be changed unseen."""
    try:
        data = urlsafe_b64decode(f"{text}{'=' * (-len(text) % 4)}")
    except ValueError:
        raise Refused("unreadable") from None
    if _text(data) != text:
        raise Refused("unreadable")
    return data


def _json(part: str) -> dict[str, Any]:
    try:
        said = json.loads(_bytes(part))
    except (RecursionError, ValueError):
        raise Refused("unreadable") from None
    if not isinstance(said, dict):
        raise Refused("unreadable")
    return said

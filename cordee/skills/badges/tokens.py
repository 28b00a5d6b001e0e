"""An attestation as an Open Badges 3.0 credential, signed as a compact JWS (VC-JWT) with the one
Ed25519 key of this Cordée. `credential.template` holds all that the format requires; the page, its
script and the terminal answer with the sentences of `words.toml`.
"""

import json
import os
import tomllib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.urls import reverse

from cordee.base.backup.manifest import open_new

# With the address before it, a code of 137 squares: 7 cm on paper, half a millimetre each.
MOST_BYTES = 1_600
SIGNATURE_CHARS = 86
KEY_FILE = "badge_key"
# Who holds it is named by the word itself (RFC 2397): an identifier that is nobody's address.
WHO = "data:,"
WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
FAULTS: dict[str, str] = WORDS["faults"]
CREDENTIAL = Template(Path(__file__).with_name("credential.template").read_text("utf-8"))
UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class Refused(Exception):
    """This is no attestation of ours; `fault`: the name of what is wrong."""

    def __init__(self, fault: str) -> None:
        super().__init__(FAULTS[fault])
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Attestation:
    """Who knows how to do what, seen until when (`told`), by whom; `issuer` is their page."""

    number: UUID
    who: str
    competence: str
    sentences: tuple[str, ...]
    told: str
    structure: str
    issuer: str
    issued_at: datetime

    def as_credential(self) -> dict[str, Any]:
        values = asdict(self) | {
            "number": self.number.urn,
            "who": WHO + quote(self.who),
            "achievement": f"{self.number.urn}#a",
            "narrative": "\n".join(self.sentences),
            "from_day": f"{self.issued_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "not_before": int(self.issued_at.timestamp()),
        }
        filled = {name: json.dumps(value, default=str) for name, value in values.items()}
        return dict(json.loads(CREDENTIAL.substitute(filled)))


def instance_key() -> Ed25519PrivateKey:
    """Made when it is first needed: written whole under another name, readable by its owner only,
    then linked. Of two processes at once, the first stays."""
    path = settings.STATE_DIR / KEY_FILE
    if not path.exists():
        part = path.with_name(f"{KEY_FILE}-{uuid4().hex}.part")
        with open_new(part) as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw())
            file.flush()
            # Down to the disk: a power cut would leave an empty key, and what it signed unproven.
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(part)
        part.unlink()
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def published() -> dict[str, str]:
    """The public key as a JWK (RFC 8037); its `kid` is where anybody reads it."""
    raw = instance_key().public_key().public_bytes_raw()
    kid = settings.SITE_ADDRESS + reverse("verifier:key")
    return {"kty": "OKP", "crv": "Ed25519", "x": _text(raw), "kid": kid}


def sign(said: Attestation, key: Ed25519PrivateKey, kid: str) -> str | None:
    """The token with as many sentences as fit, in their order, and a count of the others; None
    where the first does not. The same words give the same token."""
    for kept in range(len(said.sentences), 0, -1):
        left = len(said.sentences) - kept
        counted = (f"Et {left} autre{'s' if left > 1 else ''}.",) if left else ()
        shown = replace(said, sentences=said.sentences[:kept] + counted).as_credential()
        parts = {"alg": "EdDSA", "kid": kid}, shown
        words = [json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in parts]
        signed = ".".join(_text(part.encode()) for part in words)
        token = f"{signed}.{_text(key.sign(signed.encode()))}"
        if len(token) <= MOST_BYTES:
            return token
    return None


def verify(text: str, key: Ed25519PublicKey, kid: str) -> Attestation:
    """What a token says, once its signature is checked; `text`: itself, or an address that has it
    after its #. Raises `Refused`."""
    token = "".join(text.split()).rpartition("#")[2]
    if not token or len(token) > WORDS["most"]:
        raise Refused("long" if token else "empty")
    first, *rest = token.split(".")
    if len(rest) != 2 or not (first and rest[0]):
        raise Refused("cut")
    try:
        header = json.loads(_bytes(first))
        if header.get("alg") != "EdDSA":
            raise Refused("algorithm")
        if len(rest[1]) != SIGNATURE_CHARS:
            raise Refused("cut")
        key.verify(_bytes(rest[1]), f"{first}.{rest[0]}".encode())
        return read(token)
    except InvalidSignature:
        raise Refused("altered" if header.get("kid") == kid else "other_key") from None
    except UNREADABLE:
        raise Refused("cut") from None


def verify_ours(text: str) -> Attestation:
    return verify(text, instance_key().public_key(), published()["kid"])


def read(token: str) -> Attestation:
    """What a token of ours says, unchecked. Raises one of UNREADABLE for another."""
    said = json.loads(_bytes(token.split(".")[1]))
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


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Only the one way to write these bytes: else the last letter could change unseen."""
    data = urlsafe_b64decode(f"{text}{'=' * (-len(text) % 4)}")
    if _text(data) != text:
        raise ValueError(text)
    return data

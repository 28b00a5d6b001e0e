"""The one key that signs the attestations of this Cordée: a file of the state, made once."""

import os
from base64 import urlsafe_b64encode
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.urls import reverse

NAME = "badge_key"


def private_key() -> Ed25519PrivateKey:
    """Made when it is first needed. Raises ValueError where the file holds another sort of key."""
    path = Path(settings.STATE_DIR) / NAME
    if not path.exists():
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} ne contient pas une clé Ed25519.")
    return key


def public_key() -> Ed25519PublicKey:
    return private_key().public_key()


def published() -> dict[str, str]:
    """The public key as a JWK (RFC 8037)."""
    raw = urlsafe_b64encode(public_key().public_bytes_raw()).rstrip(b"=")
    return {"kty": "OKP", "crv": "Ed25519", "x": raw.decode()}


def key_address() -> str:
    """Where anybody reads the public key: the `kid` of what is signed."""
    return settings.SITE_ADDRESS + reverse("verifier:key")


def _make(path: Path) -> None:
    """Written whole under another name, then linked: of two processes at once, the first stays."""
    part = path.with_name(f"{NAME}-{uuid4().hex}.part")
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(part)
    finally:
        part.unlink(missing_ok=True)

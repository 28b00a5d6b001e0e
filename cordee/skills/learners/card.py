"""A learner's card: the address that its code holds, three pictures in their order, and what they
open: her page alone, for a quarter of an hour.

Neither is kept: of the address the digest, of the pictures a salted hash. No account is behind it,
and no session: what says that she showed her pictures is a signed cookie of her page.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cordee.skills.models import Learner

# Nine of the sprite, that no two people call by the same word.
PICTURES = {
    "soleil": "un soleil",
    "cle": "une clé",
    "tasse": "une tasse",
    "arbre": "un arbre",
    "etoile": "une étoile",
    "maison": "une maison",
    "bateau": "un bateau",
    "fleur": "une fleur",
    "velo": "un vélo",
}
PICKED = 3
OPEN_FOR = timedelta(minutes=15)
COOKIE = "carte"
# In which language her page is read: kept there, and nowhere with her.
LANGUAGE_COOKIE = "langue"
_signer = signing.TimestampSigner(salt="cordee.skills.card")


def draw() -> tuple[str, list[str]]:
    """A new secret: what its address ends with, and its pictures."""
    return secrets.token_urlsafe(16), secrets.SystemRandom().sample(list(PICTURES), PICKED)


def open_page(response: HttpResponse, learner: Learner, token: str) -> HttpResponse:
    """Have her page answer this browser for a quarter of an hour."""
    # A card printed again has another digest: what the former one opened is shut at once.
    return keep(response, COOKIE, _signer.sign(learner.card_digest), token)


def keep(response: HttpResponse, name: str, value: str, token: str) -> HttpResponse:
    """A cookie of her page alone, for a quarter of an hour."""
    response.set_cookie(
        name,
        value,
        max_age=OPEN_FOR,
        path=reverse("card:page", args=[token]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def is_open(request: HttpRequest, learner: Learner) -> bool:
    """Whether this browser showed her pictures, less than a quarter of an hour ago."""
    try:
        digest = _signer.unsign(request.COOKIES.get(COOKIE, ""), max_age=OPEN_FOR)
    except signing.BadSignature:
        return False
    return digest == learner.card_digest and not learner.is_locked

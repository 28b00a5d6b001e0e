"""The address of a feed: its number, and a signature that only this site can make.

Nothing secret is stored: whoever reads the base, or a copy of it, cannot open a feed without the
key of the site. Another nonce makes another signature, so the old address opens nothing.
"""

from django.conf import settings
from django.core.signing import Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from cordee.mobilisation.models import FeedKey

_SIGNER = Signer(salt="cordee.mobilisation.feeds")


def token_of(key: FeedKey) -> str:
    """A signature of 256 bits, in letters that an address takes as they are."""
    return f"{key.pk}-{_SIGNER.signature(f'{key.pk}:{key.nonce}')}"


def is_token_of(key: FeedKey, token: str) -> bool:
    return constant_time_compare(token_of(key), token)


def pk_in(token: str) -> int | None:
    """The number a token begins with: whether it is rightly signed is another question."""
    number = token.partition("-")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None


def address_of(key: FeedKey) -> str:
    """What one pastes into a reader."""
    return settings.SITE_ADDRESS + reverse("feeds:feed", args=[token_of(key)])

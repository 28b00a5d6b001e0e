"""Invented words for the mails of accounts, for who looks at them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.conf import settings

from cordee.accounts import mailing


def bundle() -> Mapping[str, Any]:
    news = ["Les Toits du Val prennent part\u00a0: Les berges ensemble", "Offre déposée"]
    return mailing.bundle_context(
        "Les berges ensemble", news, f"{settings.SITE_ADDRESS}/alliances/"
    )


LINK = f"{settings.SITE_ADDRESS}/compte/exemple/"
SAMPLES: tuple[tuple[str, Callable[[], Mapping[str, Any]], str], ...] = (
    ("confirm_address", partial(dict, {"activate_url": LINK}), "account"),
    ("new_password", partial(dict, {"password_reset_url": LINK}), "account"),
    ("unknown_account", partial(dict, {"email": "camille@exemple.fr"}), "account"),
    ("already_account", partial(dict, {"email": "camille@exemple.fr"}), "account"),
    (
        "safety",
        partial(dict, {"title": "votre mot de passe a changé", "said": "Il vient de changer."}),
        "account",
    ),
    (mailing.BUNDLE.partition("/mail/")[2], bundle, "account"),
)

"""Invented words for the mails of this room, for who looks at them."""

from collections.abc import Mapping

from django.conf import settings

LINK = f"{settings.SITE_ADDRESS}/compte/exemple/"


def confirm_address() -> Mapping[str, object]:
    return {"activate_url": LINK}


def new_password() -> Mapping[str, object]:
    return {"password_reset_url": LINK}


def unknown_account() -> Mapping[str, object]:
    return {"email": "camille@exemple.fr"}


def safety() -> Mapping[str, object]:
    return {
        "title": "votre mot de passe a changé",
        "said": "Le mot de passe de votre compte vient de changer.",
    }

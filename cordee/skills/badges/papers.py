"""What an attestation is on paper: its words, and the code that a stranger's phone reads."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from cordee.base.files.storing import to_save
from cordee.base.ui.qr import qr_code
from cordee.skills.badges.tokens import read
from cordee.skills.models import Badge


def sheet_of(badge: Badge) -> dict[str, Any]:
    """What `skills/badges/sheet.html` asks for."""
    page = settings.SITE_ADDRESS + reverse("verifier:page")
    address = f"{page}#{badge.token}"
    drawn = qr_code(address, label="Code de l’attestation", is_dense=True)
    return {"badge": badge, "said": read(badge.token), "page": page} | {
        "address": address,
        "drawn": drawn,
    }


def file_of(badge: Badge) -> HttpResponse:
    """The token alone, for a program."""
    return to_save("attestation.jwt", badge.token, "application/jwt")

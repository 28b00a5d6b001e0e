"""Invented words for the mails about needs, for who looks at them."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any


def need() -> Mapping[str, Any]:
    return {
        "audience": SimpleNamespace(
            pk=1, network="Réseau du Val", state="asked", words="Quel jour commence le travail ?"
        ),
        "opportunity": SimpleNamespace(
            pk=1, title="Conditionnement de coffrets", buyer_name="Confiserie du Songe"
        ),
        "is_corrected": False,
    }


SAMPLES = (
    ("need_to_read", "need_readers"),
    ("need_met", "need_readers"),
    ("need_decided", "need_author"),
)

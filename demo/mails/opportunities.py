"""Invented words for the mails about opportunities, for who looks at them."""

from collections.abc import Mapping
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from cordee.opportunities.actions import correction_mails
from cordee.opportunities.models import Opportunity, SavedSearch
from cordee.opportunities.rows import Row


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


def saved_search() -> Mapping[str, Any]:
    deadline = datetime(2026, 12, 18, 12, tzinfo=timezone.get_default_timezone())
    opportunity = Opportunity(
        pk=1, title="Entretien des berges", buyer_name="Commune de Roche-Mirel", deadline=deadline
    )
    return {
        "search": SavedSearch(pk=1, name="Espaces verts en Isère", query="metier=espaces-verts"),
        "filters": ["Espaces verts", "Isère"],
        "rows": [Row(opportunity, "Roche-Mirel", "Espaces verts", [], "", None, "")],
        "total": 1,
        "more": 0,
        "today": date(2026, 11, 30),
    }


def corrected() -> Mapping[str, Any]:
    opportunity = SimpleNamespace(pk=1, title="Entretien des espaces verts de Roche-Mirel")
    correction = SimpleNamespace(pk=1, fact="months", value=24, against=12)
    return correction_mails.context_of(opportunity, correction, "proposed", "Nadia Ferrand")


SAMPLES = (
    ("need_to_read", need, "need_readers"),
    ("need_met", need, "need_readers"),
    ("need_decided", need, "need_author"),
    ("corrected", corrected, "corrections"),
    ("saved_search", saved_search, "saved_search"),
)

"""An invented mail of a kept search, for who looks at our mails."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cordee.opportunities.models import Opportunity, SavedSearch
from cordee.opportunities.rows import Row

ON = date(2026, 11, 30)


def saved_search() -> Mapping[str, Any]:
    deadline = datetime(2026, 12, 18, 12, tzinfo=timezone.get_default_timezone())
    opportunity = Opportunity(
        pk=1, title="Entretien des berges", buyer_name="Commune de Roche-Mirel", deadline=deadline
    )
    row = Row(opportunity, "Roche-Mirel", "Espaces verts", [], "", None, "")
    return {
        "search": SavedSearch(pk=1, name="Espaces verts en Isère", query="metier=espaces-verts"),
        "filters": ["Espaces verts", "Isère"],
        "rows": [row],
        "total": 1,
        "more": 0,
        "today": ON,
    }

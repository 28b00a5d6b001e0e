"""An invented digest, for who looks at our mails."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cordee.mobilisation.digests.wording import line_of, subject_of
from cordee.opportunities.models import Opportunity

ON = date(2026, 11, 30)


def digest() -> Mapping[str, Any]:
    lines = [
        line_of(_opportunity(1, "Entretien des berges de la Verdoire", 4), _facts(78), {}, on=ON),
        line_of(_opportunity(2, "Tonte des stades de Roche-Mirel", 19), _facts(121), {}, on=ON),
    ]
    name = "Les Jardins du Val"
    return {
        "name": name,
        "lines": lines,
        "left_over": 1,
        "subject_line": subject_of(name, lines, on=ON),
        "is_note": False,
        "settings_path": "/annuaire/1/selection/",
    }


def _opportunity(pk: int, title: str, days: int) -> Opportunity:
    deadline = datetime(ON.year, 12, days, 12, tzinfo=timezone.get_default_timezone())
    return Opportunity(pk=pk, title=title, buyer_name="Commune de Roche-Mirel", deadline=deadline)


def _facts(distance_hm: int) -> dict[str, Any]:
    return {
        "trade": "espaces-verts",
        "is_trade_guessed": False,
        "distance_hm": distance_hm,
        "reserved": "INSERTION",
        "months": 6,
        "free_months": 6,
        "lot": "Tonte",
        "structure": None,
    }

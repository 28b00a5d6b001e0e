"""The page of the sources under axe, at both widths, in each of its states."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from cordee.opportunities.models import SourceState
from tests.members.makers import make_person

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_page_of_the_sources(visit: Callable[..., Page], axe_both: Callable[..., None]) -> None:
    now = timezone.now()
    SourceState.objects.create(
        source="boamp",
        last_try=now,
        last_success=now,
        last_received=412,
        read_until=timezone.localdate(),
        rejected=[["BOAMP 26-900102", "Ce JSON est abîmé.", "Rien à faire."]],
        moved_to="https://www.boamp.fr/api/explore/v2.1/catalog/datasets/boamp-nouveau/records",
    )
    down = SourceState(source="ted", last_try=now, last_success=now - timedelta(days=2))
    for hours in (30, 20, 1):
        down.failed(
            now - timedelta(hours=hours),
            "Réponse 503 : la source est en panne « Service unavailable » (5 essais).",
            "Rien à faire : Cordée essaiera de nouveau.",
            wait=timedelta(),
        )
    down.save()
    page = visit("/opportunites/sources/", user=make_person("a@reseau.example"))
    page.get_by_text("1 enregistrement").click()
    axe_both(page)
    assert page.get_by_role("heading", name="TED En panne").is_visible()

"""The composer's pages among 5,000 structures: few queries, light pages."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from cordee.accounts.models import User
from cordee.alliances.models import Alliance
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.requirements import lot_of
from cordee.composing import actions
from cordee.composing.models import Composition
from cordee.members.models import Structure
from cordee.members.sharing import Viewer
from cordee.mobilisation.actions import rank_structures
from cordee.opportunities.models import Opportunity
from demo.loading import national_network

DAY = date(2026, 11, 25)
MOST_QUERIES, MOST_BYTES = 15, 60_000
# It ranks again, with the figures of today.
MOST_QUERIES_OF_A_RANKING = 30


@pytest.mark.django_db
def test_the_composer_among_five_thousand_structures(
    settings: Any, tmp_path: Path, count_queries: Any, signed_in_client: Any
) -> None:
    settings.STATE_DIR = tmp_path
    settings.COMPOSE_QUEUE_SECONDS = 2
    quiet = {"stdout": StringIO(), "stderr": StringIO()}
    call_command("load_demo", "--on", DAY.isoformat(), "--size", "5000", **quiet)
    # And the sheet that nobody has taken over.
    assert Structure.objects.count() == 5_001
    reader = User.objects.get(email="reseau@cordee.example")
    viewer = Viewer.of_network(national_network(), DAY)
    # Lyon: the densest place of the twelve notices.
    file = "06-parcs-reserves.json"
    opportunity = Opportunity.objects.get(publications__versions__imported_from__contains=file)
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    rank_structures(breakdown=breakdown, viewer=viewer, by=None)
    composition = actions.request_composition(
        breakdown=breakdown,
        viewer=viewer,
        by=None,
    )
    assert len(composition.people) > 200
    alliance = start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title="Les parcs ensemble",
        start=Start(origin=Alliance.Origin.SCRATCH),
        network=viewer.network,
        by=reader,
        now=timezone.now(),
    )
    missing = f"/alliances/groupes/{alliance.pk}/manque/"
    page = signed_in_client(reader).get(missing).content
    assert b"Il manque quelqu" in page
    assert page.count(b"/manque/inviter/") == 25
    assert len(page) <= MOST_BYTES
    assert count_queries(missing, reader) <= MOST_QUERIES_OF_A_RANKING
    assert Composition.objects.get(pk=composition.pk).is_over
    for url in (
        f"/alliances/{composition.pk}/",
        f"/alliances/composer/{opportunity.pk}/",
        f"/opportunites/{opportunity.pk}/candidats/",
        f"/opportunites/{opportunity.pk}/lots/",
        "/alliances/",
    ):
        assert count_queries(url, reader) <= MOST_QUERIES, url
        assert len(signed_in_client(reader).get(url).content) <= MOST_BYTES, url

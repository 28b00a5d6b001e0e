"""The real files beside the project: all are imported, twice gives the same, each page opens."""

import re
from pathlib import Path

import pytest
from django.db.models import Count

from cordee.accounts.models import User
from cordee.members.actions.territories import load_territories
from cordee.opportunities.actions.importing import import_notices
from cordee.opportunities.models import NoticeVersion, Opportunity, Reading, WorkPackage
from tests.opportunities.makers import ON
from tests.strict_client import StrictClient, bytes_on_the_wire

pytestmark = pytest.mark.django_db


def test_boamp_records_and_the_ted_archive(shared_data: Path) -> None:
    load_territories()
    paths = [
        shared_data / "boamp" / "records",
        shared_data / "boamp" / "xml_v230",
        shared_data / "ted" / "ted_export_fr.zip",
        shared_data / "ted" / "eforms",
    ]
    report = import_notices(paths, by=None, on=ON)
    assert report.errors == []
    assert report.notices == 4 + 13 + 400 + 3
    assert report.new_opportunities == Opportunity.objects.count()
    assert report.new_opportunities + report.joined == report.notices
    assert report.coverage["titre"] == report.notices
    assert report.with_work > 100
    assert NoticeVersion.objects.count() == Reading.objects.count() == report.notices
    packages = WorkPackage.objects.count()
    again = import_notices(paths, by=None, on=ON)
    assert (again.notices, again.skipped) == (0, report.notices)
    assert WorkPackage.objects.count() == packages
    # What has no place says only « FR », or a code from elsewhere: never the buyer's address.
    nowhere = WorkPackage.objects.filter(latitude__isnull=True)
    located = packages - nowhere.count()
    assert located / packages > 0.95
    for package in nowhere:
        assert package.provenance["place"]["rule"].startswith(
            ("Le lieu est une zone large", "Le code du lieu ne nomme")
        )
    _open_some_pages()


def _open_some_pages() -> None:
    """The strict client reads the pages with the most lots of each source and stage."""
    client = StrictClient()
    client.force_login(User.objects.create_user("nadia@reseau.example"))
    groups = Opportunity.objects.values("source", "stage").annotate(n=Count("pk")).order_by()
    for group in groups:
        rows = Opportunity.objects.filter(source=group["source"], stage=group["stage"])
        for opportunity in rows.order_by("-lots_count", "pk")[:3]:
            for tab in ("", "lots/", "avis/", "questions/"):
                response = client.get(f"/opportunites/{opportunity.pk}/{tab}")
                assert response.status_code == 200
                assert bytes_on_the_wire(response) < 14_000
                main = response.text.partition("<main")[2].partition("</main>")[0]
                assert len(re.findall("<a ", main)) <= (60 if tab else 12), (tab, opportunity)
    assert client.get("/opportunites/?delai=toutes").status_code == 200

"""The list of what comes soon and the life of a need, looked at by axe on a desk and a phone."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.notices.notice import Kind
from cordee.opportunities.actions.contracts import import_contracts
from cordee.opportunities.models import Opportunity
from tests.members.makers import make_network, make_person, make_valley
from tests.opportunities.notices import PLANE, WHEEL, Importer, boamp, lot, naming, ted, won
from tests.opportunities.test_upcoming import ending

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]


@pytest.fixture
def nadia() -> User:
    make_valley()
    return make_person(
        "nadia@reseau.example", role="network_staff", network=make_network("Réseau du Val")
    )


@pytest.fixture
def need(nadia: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opportunity:
    """Announced, called in two sources, corrected, awarded for one lot; with one that ends soon."""
    bring = Importer(tmp_path, monkeypatch)
    lots = tuple(lot(str(n), f"Entretien du secteur {n}, parcs et jardins") for n in range(1, 4))
    today = timezone.localdate()
    bring(
        boamp(
            "23-1", published_on=date(2023, 3, 1), title="Entretien des espaces verts des écoles"
        ),
        boamp("27-1", lots=lots),
        ted("000111-2027"),
        boamp(
            "27-2",
            kind=Kind.CHANGE,
            published_on=date(2027, 3, 9),
            deadline=timezone.now() - timedelta(days=2),
            text="La visite des écoles est facultative.",
            links=naming("27-1"),
        ),
        boamp(
            "27-3",
            kind=Kind.AWARD,
            published_on=date(2027, 6, 1),
            links=naming("27-1"),
            awards=(won("1", PLANE, WHEEL), won("2", is_unsuccessful=True)),
        ),
        boamp("27-4", kind=Kind.PRIOR, title="Tonte des bords de route", published_on=today),
    )
    import_contracts(
        [ending(str(n), 40 * n, title=f"Entretien des haies, secteur {n}") for n in range(1, 5)],
        by=None,
    )
    return Opportunity.objects.get(publications__source_id="27-1")


def test_axe_finds_nothing(need: Opportunity, nadia: User, look: Callable[..., None]) -> None:
    pages = ("bientot/", "bientot/?q=rien", "{pk}/", "{pk}/avis/", "{pk}/reunir/")
    look(*(f"/opportunites/{page.format(pk=need.pk)}" for page in pages), user=nadia)


def test_a_notice_is_parted_by_one_click(need: Opportunity, nadia: User, visit: Visit) -> None:
    page = visit(f"/opportunites/{need.pk}/avis/", user=nadia)
    page.locator("summary", has_text="même besoin : TED").click()
    page.get_by_role("button", name="Ce sont deux marchés différents : TED").click()
    expect(page.get_by_text("aucun import ne les réunira")).to_be_visible()
    assert Opportunity.objects.standing().filter(publications__source_id="000111-2027").exists()
    need.refresh_from_db()
    assert need.publications.filter(source_id="27-3").exists()

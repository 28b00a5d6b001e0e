"""Digests, kept searches and feeds, looked at by axe on a desk and on a phone, used by hand."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.members.models import Structure
from cordee.mobilisation.actions.feeds import open_feed
from cordee.mobilisation.digests import sending
from cordee.mobilisation.feeds.access import address_of
from cordee.mobilisation.models import DigestChoice, FeedKey
from cordee.opportunities.actions.searches import save_search
from cordee.opportunities.models import SavedSearch
from tests.members.makers import make_person, make_valley
from tests.mobilisation.open_work import make_open, make_worker
from tests.opportunities.makers import in_days

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]


@pytest.fixture
def structure() -> Structure:
    make_valley()
    return make_worker(places=8)


@pytest.fixture
def zoe(structure: Structure) -> User:
    return make_person("zoe@exemple.fr", role="director", structure=structure)


@pytest.fixture
def paths(structure: Structure, zoe: User) -> list[str]:
    """Every page, with something in it."""
    now = timezone.localtime().replace(hour=12, minute=5)
    due = sending.last_due(now.weekday(), 7, now)
    choice = DigestChoice.objects.create(
        structure=structure,
        weekday=now.weekday(),
        chosen_at=due - timedelta(days=3),
        settled_until=due - timedelta(days=3),
        chosen_by=zoe,
    )
    make_open(2, deadline=in_days(5), title="Entretien des berges de la Verdoire et des murets")
    sending.run(now)
    make_open(2, deadline=in_days(4), lot_reserved="INSERTION", lots_count=3)
    make_open(9, deadline=in_days(24), title="Tonte et taille des stades et des cimetières")
    for number, alert in enumerate(("never", "daily", "weekly")):
        search = save_search(
            query=f"q=mot{number}", name=f"Recherche {number}", alert=alert, by=zoe, now=now
        )
    SavedSearch.objects.filter(pk=search.pk).update(fresh_count=12)
    for scope_name, scope, kind in (
        ("structure", structure, "calendar"),
        ("search", search, "atom"),
    ):
        key = open_feed(kind=kind, scope_name=scope_name, scope=scope, by=zoe, now=now)
    return [
        f"/annuaire/{structure.pk}/selection/",
        f"/selections/{choice.issues.get().pk}/",
        "/opportunites/recherches/",
        "/opportunites/recherches/garder/?metier=espaces-verts&reserve=on",
        f"/opportunites/recherches/{search.pk}/supprimer/",
        "/mes-flux/",
        f"/mes-flux/{key.pk}/fermer/",
        f"/annuaire/{structure.pk}/",
        "/opportunites/?metier=espaces-verts",
        "/compte/courriers/",
    ]


def test_axe_finds_nothing(paths: list[str], zoe: User, look: Callable[..., None]) -> None:
    look(*paths, user=zoe)


def test_a_digest_is_tried_then_kept_without_javascript(
    structure: Structure, zoe: User, visit: Visit
) -> None:
    make_open(deadline=in_days(20))
    page = visit(f"/annuaire/{structure.pk}/selection/", user=zoe, javascript=False)
    expect(page.get_by_role("heading", level=1)).to_contain_text("1\u202fopportunité")
    page.get_by_label("Jusqu’où").select_option("10")
    page.get_by_role("button", name="Voir ce que cela donne").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("rien de nouveau")
    page.get_by_label("Jusqu’où").select_option("35")
    page.get_by_role("button", name="Recevoir cette sélection").click()
    expect(page.get_by_text("C’est gardé")).to_be_visible()
    assert DigestChoice.objects.get().radius_km == 35


def test_an_address_is_opened_copied_and_closed(
    structure: Structure, zoe: User, visit: Visit
) -> None:
    page = visit("/mes-flux/", user=zoe)
    page.get_by_label("Suivre").select_option(label=structure.shown_name)
    page.get_by_role("button", name="Ouvrir cette adresse").click()
    field = page.get_by_label("Adresse à copier")
    expect(field).to_have_value(address_of(FeedKey.objects.get()))
    page.get_by_role("link", name="Fermer l’adresse").click()
    page.get_by_role("button", name="Fermer l’adresse").click()
    expect(page.get_by_text("Aucune adresse ouverte")).to_be_visible()

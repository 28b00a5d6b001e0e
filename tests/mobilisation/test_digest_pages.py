"""The pages of the digest: as it would be today, settings beside it, and those that left."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import Structure
from cordee.mobilisation.digests import sending
from cordee.mobilisation.models import DigestChoice
from cordee.opportunities.models import Opportunity
from tests.members.makers import join, make_network, make_person
from tests.mobilisation.open_work import make_open
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
POSTED = {
    **{"weekday": "2", "band": "12", "threshold": "little", "radius_km": "50"},
    **{"trades": ["proprete"]},
}


@pytest.fixture
def visit(director: User, signed_in_client: Callable[[Any], StrictClient]) -> StrictClient:
    return signed_in_client(director)


def page(visit: StrictClient, structure: Structure) -> str:
    return visit.get(f"/annuaire/{structure.pk}/selection/").content.decode()


def soon(count: int = 1, **values: Any) -> list[Opportunity]:
    days = (timezone.now() - timezone.now().replace(year=2026, month=11, day=30)).days
    return make_open(count, **{"in_days": days + 20} | values)


def test_it_shows_what_it_would_say_before_anything_is_chosen(
    visit: StrictClient, structure: Structure
) -> None:
    made = soon(2)
    shown = page(visit, structure)
    assert "2\u202fopportunités à regarder" in shown
    assert made[0].title in shown
    assert "votre métier espaces verts" in shown
    assert "Recevoir cette sélection" in shown
    assert not DigestChoice.objects.exists()


def test_a_trial_shows_other_settings_and_keeps_none(
    visit: StrictClient, structure: Structure
) -> None:
    soon()
    cleaning = soon(trade="proprete")[0]
    answer = visit.post(f"/annuaire/{structure.pk}/selection/", POSTED | {"essai": "oui"})
    assert "C’est un essai" in answer.content.decode()
    assert cleaning.title in answer.content.decode()
    assert not DigestChoice.objects.exists()


def test_it_is_kept_twice_as_once(visit: StrictClient, structure: Structure) -> None:
    for _ in range(2):
        answer = visit.post(f"/annuaire/{structure.pk}/selection/", POSTED)
        assert answer.headers["Location"] == f"/annuaire/{structure.pk}/selection/"
    choice = DigestChoice.objects.get()
    assert (choice.is_on, choice.weekday, choice.band) == (True, 2, 12)
    assert (choice.threshold, choice.radius_km, choice.trades) == ("little", 50, ["proprete"])
    assert "Garder ces réglages" in page(visit, structure)


def test_what_is_no_choice_is_refused(visit: StrictClient, structure: Structure) -> None:
    answer = visit.post(f"/annuaire/{structure.pk}/selection/", POSTED | {"weekday": "9"})
    assert answer.status_code == 200
    assert "Un réglage n’existe pas" in answer.content.decode()
    assert not DigestChoice.objects.exists()


def test_it_stops_in_one_click(visit: StrictClient, structure: Structure) -> None:
    visit.post(f"/annuaire/{structure.pk}/selection/", POSTED)
    visit.post(f"/annuaire/{structure.pk}/selection/arreter/")
    assert not DigestChoice.objects.get().is_on
    assert "vous ne la recevez pas encore" in page(visit, structure)


def sent(structure: Structure, director: User, **work: Any) -> int:
    now = timezone.localtime().replace(hour=12, minute=5)
    due = sending.last_due(now.weekday(), 7, now)
    choice = DigestChoice.objects.create(
        structure=structure,
        weekday=now.weekday(),
        chosen_at=due - timedelta(days=3),
        settled_until=due - timedelta(days=3),
        chosen_by=director,
    )
    soon(2, **work)
    assert sending.run(now) == 1
    pk: int = choice.issues.get().pk
    return pk


def test_the_past_ones_stay_readable(
    visit: StrictClient, structure: Structure, director: User
) -> None:
    pk = sent(structure, director)
    Opportunity.objects.filter(pk=Opportunity.objects.latest("pk").pk).update(stage="cancelled")
    shown = page(visit, structure)
    assert f"/selections/{pk}/" in shown
    assert "rien de nouveau ne vous convient" in shown, "it was told already"
    issue = visit.get(f"/selections/{pk}/").content.decode()
    assert "Encore ouverte" in issue
    assert "Close depuis" in issue


def test_a_need_that_closed_to_her_since_is_not_shown_again(
    visit: StrictClient, structure: Structure, director: User
) -> None:
    network = make_network("Réseau du Val")
    membership = join(structure, network)
    pk = sent(structure, director, network=network, title="Un besoin discret")
    assert "Un besoin discret" in visit.get(f"/selections/{pk}/").content.decode()
    membership.delete()
    issue = visit.get(f"/selections/{pk}/").content.decode()
    assert "Un besoin discret" not in issue
    assert "2\u202fbesoins privés ne vous sont plus ouverts" in issue


def test_the_panel_says_whose_it_is(
    visit: StrictClient, structure: Structure, signed_in_client: Callable[[Any], StrictClient]
) -> None:
    url = f"/annuaire/{structure.pk}/selection/resume/"
    assert "Voir ma sélection" in visit.get(url).content.decode()
    counsellor = make_person("cip@exemple.fr", role="counsellor", structure=structure)
    shown = signed_in_client(counsellor).get(url).content.decode()
    assert "La direction de la structure règle" in shown


def test_as_many_queries_for_ten_opportunities_as_for_one(
    structure: Structure, director: User, count_queries: Callable[..., int]
) -> None:
    url = f"/annuaire/{structure.pk}/selection/"
    soon(1)
    few = count_queries(url, director)
    soon(30)
    assert count_queries(url, director) == few

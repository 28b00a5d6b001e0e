"""« Pour vous »: the list of one’s own structure, the panel of the day, which commune is meant."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import RoleSeat, Structure
from cordee.members.today import waiting
from cordee.opportunities.filters import filters_of
from cordee.opportunities.models import Opportunity, Verdict, VerdictKind, VerdictTurn
from cordee.opportunities.verdicts import for_you
from tests.members.makers import make_network, make_person, make_structure, make_valley
from tests.opportunities.makers import fill_list, make_opportunity, post_need

pytestmark = pytest.mark.django_db
HERE, FRANCE, DAY = "/opportunites/pour-vous/", "/opportunites/", "/aujourdhui/"
Role = RoleSeat.Role


@pytest.fixture
def gardens(db: None) -> Structure:
    make_valley()
    return make_structure("Les Jardins", latitude=45.0, longitude=5.5, commune_id="38001")


@pytest.fixture
def zoe(gardens: Structure) -> User:
    return make_person("zoe@jardins.example", role=Role.DIRECTOR, structure=gardens)


def judge(one: Structure, how_many: int, **values: Any) -> list[Verdict]:
    """So many new contracts with their verdicts, all computed."""
    before = set(Opportunity.objects.values_list("pk", flat=True))
    fill_list(how_many)
    now = timezone.now()
    VerdictTurn.objects.update_or_create(structure=one, defaults={"computed_at": now})
    values = {"kind": VerdictKind.ALONE, "reason": "Une raison.", "distance_hm": 70} | values
    return Verdict.objects.bulk_create(
        Verdict(structure=one, opportunity=each, computed_at=now, **values)
        for each in Opportunity.objects.exclude(pk__in=before)
    )


def read(client: Any, url: str = HERE) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return str(answer.text)


def test_by_verdict_then_distance_twenty_a_page(
    signed_in_client: Callable[..., Any], zoe: User, gardens: Structure
) -> None:
    judge(gardens, 22, kind="unknown", distance_hm=None)
    (far,) = judge(gardens, 1, kind="team", size=3, answers=2, distance_hm=300)
    (near,) = judge(gardens, 1, kind="team", size=2, distance_hm=20)
    (alone,) = judge(gardens, 1, distance_hm=390)
    client = signed_in_client(zoe)
    page = read(client)
    order = [page.index(f"/opportunites/{v.opportunity_id}/") for v in (alone, near, far)]
    assert order == sorted(order)
    assert "<h1>25 marchés, dont trois vous conviennent</h1>" in page
    assert page.count("etat-") == 20
    assert read(client, f"{HERE}?page=2").count("etat-") == 5
    assert "lieu exact inconnu" in page


def test_what_is_closed_or_hidden_is_not_listed(
    signed_in_client: Callable[..., Any], zoe: User, gardens: Structure
) -> None:
    (closed,) = judge(gardens, 1)
    Opportunity.objects.filter(pk=closed.opportunity_id).update(
        deadline=timezone.now() - timedelta(days=1)
    )
    need = post_need(make_person("a@ville.example", role=Role.BUYER), make_network("Loin"))
    Verdict.objects.create(
        structure=gardens, opportunity=need, kind="alone", computed_at=timezone.now()
    )
    other = make_structure("Les Toits")
    judge(other, 1)
    page = read(signed_in_client(zoe))
    assert "etat-" not in page
    assert "Aucun marché ouvert dans vos métiers" in page


def test_the_entry_leads_there_who_directs_and_france_is_a_click_away(
    signed_in_client: Callable[..., Any], zoe: User, gardens: Structure
) -> None:
    client = signed_in_client(zoe)
    page = read(client)
    assert f'href="{HERE}"' in read(client, DAY)
    assert f'<a href="{FRANCE}">Toute la France</a>' in " ".join(page.split()).replace(" >", ">")
    assert HERE in read(client, FRANCE)
    current = f'href="{HERE}" aria-current="page"'
    assert current in " ".join(read(client, FRANCE).split()), "one is still in « Opportunités »"
    nobody = signed_in_client(make_person("p@exemple.example"))
    assert nobody.get(HERE).url == FRANCE
    assert HERE not in read(nobody, FRANCE)


def test_words_and_place_narrow_it(
    signed_in_client: Callable[..., Any], zoe: User, gardens: Structure
) -> None:
    judge(gardens, 2)
    client = signed_in_client(zoe)
    assert read(client, f"{HERE}?q=quartier").count("etat-") == 2
    assert read(client, f"{HERE}?q=piscine").count("etat-") == 0
    assert read(client, f"{HERE}?autour=Éragnes&rayon=20").count("etat-") == 2


@pytest.mark.parametrize("page", [HERE, FRANCE])
def test_a_name_that_several_communes_share_asks_which(
    signed_in_client: Callable[..., Any], zoe: User, gardens: Structure, page: str
) -> None:
    judge(gardens, 1)
    client = signed_in_client(zoe)
    asked = read(client, f"{page}?autour=Roche-Mirel&q=quartier")
    assert "Plusieurs communes portent ce nom" in asked
    assert "Roche-Mirel (38)" in asked
    assert "Roche-Mirel (73)" in asked
    assert "?autour=Roche-Mirel+%2873%29&amp;q=quartier" in asked or (
        "?q=quartier&amp;autour=Roche-Mirel+%2873%29" in asked
    )
    found = read(client, f"{page}?autour=Roche-Mirel+(38)&q=quartier")
    assert "Plusieurs communes" not in found
    assert "quartier numéro 0" in found
    assert "quartier numéro 0" not in read(client, f"{page}?autour=Roche-Mirel+(73)&q=quartier")


def test_where_nobody_can_be_asked_the_most_peopled_is_meant(gardens: Structure) -> None:
    found = filters_of(QueryDict("autour=Roche-Mirel", mutable=True).urlencode())
    assert found.centre is not None
    assert found.namesakes == ()


def test_it_says_that_it_is_computing(
    signed_in_client: Callable[..., Any], zoe: User, gardens: Structure
) -> None:
    client = signed_in_client(zoe)
    assert "Le calcul est en cours" in read(client)
    assert "Le calcul est en cours" in read(client, DAY)
    judge(gardens, 1)
    assert "Le calcul est en cours" not in read(client)


def test_who_directs_two_chooses(
    signed_in_client: Callable[..., Any], zoe: User, gardens: Structure
) -> None:
    second = make_structure("Les Toits")
    RoleSeat.objects.create(person=zoe, role=Role.DIRECTOR, structure=second)
    judge(gardens, 1)
    judge(second, 2)
    client = signed_in_client(zoe)
    assert read(client).count("etat-") == 1
    assert read(client, f"{HERE}?structure={second.pk}").count("etat-") == 2
    foreign = make_structure("Ailleurs")
    judge(foreign, 5)
    assert read(client, f"{HERE}?structure={foreign.pk}").count("etat-") == 1


@pytest.mark.parametrize(
    ("fits", "total", "title"),
    [
        (0, 0, "Aucun marché sûr aujourd’hui"),
        (1, 1, "Un marché vous convient"),
        (3, 3, "Trois marchés vous conviennent"),
        (0, 1, "Un marché, pas sûr aujourd’hui"),
        (0, 4, "Quatre marchés, aucun sûr aujourd’hui"),
        (1, 4, "Quatre marchés, dont un vous convient"),
        (3, 4, "Quatre marchés, dont trois vous conviennent"),
    ],
)
def test_the_title_counts_the_rows_under_it(fits: int, total: int, title: str) -> None:
    assert for_you.counted_words(fits, total) == title


def test_as_many_queries_for_two_as_for_thirty(
    count_queries: Callable[..., int], zoe: User, gardens: Structure
) -> None:
    judge(gardens, 2)
    few = count_queries(HERE, zoe), count_queries(DAY, zoe)
    judge(gardens, 28, kind="unknown")
    assert (count_queries(HERE, zoe), count_queries(DAY, zoe)) == few


def test_the_day_shows_three_then_counts(
    signed_in_client: Callable[..., Any],
    zoe: User,
    gardens: Structure,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting, "readers", {})
    judge(gardens, 3)
    judge(gardens, 6, kind="unknown")
    page = read(signed_in_client(zoe), DAY)
    assert "<h1>Rien ne vous attend. Trois marchés vous conviennent.</h1>" in page
    assert page.count("etat-sur") == 3
    assert "Voir les six autres marchés" in page


def test_the_same_words_on_the_list_the_day_and_the_page(
    signed_in_client: Callable[..., Any], zoe: User, gardens: Structure, tmp_path: Path
) -> None:
    call = make_opportunity(tmp_path)
    now = timezone.now()
    VerdictTurn.objects.create(structure=gardens, computed_at=now)
    Verdict.objects.create(
        structure=gardens,
        opportunity=call,
        kind="team",
        size=3,
        answers=2,
        reason="Avec deux voisines.",
        computed_at=now,
    )
    client = signed_in_client(zoe)
    for url in (HERE, DAY):
        assert "À trois\u202f?" in read(client, url)
    assert "Oui, à trois, si deux réponses arrivent" in read(client, f"/opportunites/{call.pk}/")

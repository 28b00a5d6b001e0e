"""Whom a need would reach: counts that add up, and no name."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.members.models import Activity
from cordee.mobilisation.need_reach import reach_of
from cordee.notices.notice import NeedKind
from cordee.opportunities.actions.needs import save_step, start_draft
from cordee.opportunities.need_forms import UNKNOWN
from tests.members.makers import ON, join, make_network, make_person, make_structure, make_valley

pytestmark = pytest.mark.django_db
HERE = [{"commune": "38001", "department": "38", "city": "Saint-Aubin-sur-Verdoire"}]


@pytest.fixture(autouse=True)
def structures() -> None:
    """Two gardeners 11 and 22 km away, one 90 km away, and a laundry next door."""
    make_valley()
    network = make_network("Réseau du Val")
    delegation = make_network("Délégation du Val", parent=network)
    for name, commune, trade, certainty, member_of in (
        ("Proche", "38002", "espaces-verts", "known", network),
        ("Moins proche", "38003", "espaces-verts", "guessed", delegation),
        ("Au loin", "73001", "espaces-verts", "known", network),
        ("Blanchisserie", "38001", "blanchisserie-linge", "known", None),
    ):
        structure = make_structure(name, commune_id=commune, department_id=commune[:2])
        reason = "son nom" if certainty == "guessed" else ""
        Activity.objects.create(
            chantier=structure.chantiers.get(),
            trade=trade,
            certainty=certainty,
            guess_reason=reason,
        )
        if member_of is not None:
            join(structure, member_of)


def lines(found: Any) -> dict[str, int]:
    return {line.label: line.count for line in found}


def test_counts_by_network_distance_and_department() -> None:
    reach = reach_of("espaces-verts", HERE, deadline=ON + timedelta(days=30), on=ON)
    assert (reach.total, reach.guessed, reach.alone) == (2, 1, 0)
    # The members of a delegation are its parent's too.
    assert lines(reach.networks) == {"Réseau du Val": 2, "Délégation du Val": 1}
    assert [line.count for line in reach.bands] == [0, 1, 1, 0]
    assert lines(reach.departments) == {"Isère": 2}
    assert sum(lines(reach.departments).values()) == reach.total


def test_what_would_reach_more() -> None:
    reach = reach_of("espaces-verts", HERE, deadline=ON + timedelta(days=3), on=ON)
    farther, other, sooner = reach.wider
    assert farther.startswith("Jusqu’à 100")
    assert "1\u202fstructure de plus" in farther
    assert other.startswith("Tous métiers confondus")
    assert "dans 3\u202fjours" in sooner


def test_without_trade_or_place() -> None:
    assert reach_of(UNKNOWN, HERE, deadline=None, on=ON).total == 3
    nowhere = reach_of("espaces-verts", [], deadline=None, on=ON)
    assert (nowhere.total, nowhere.bands, nowhere.wider) == (3, [], [])


def test_the_panel_names_no_structure(signed_in_client: Any) -> None:
    company = make_person("entreprise@exemple.fr", role="company")
    draft = start_draft(kind=NeedKind.CONTRACT, by=company)
    url = reverse("mobilisation:need_reach", args=[draft.pk])
    client = signed_in_client(company)
    assert "Dites d’abord" in client.get(url).content.decode()
    deadline = f"{timezone.localdate() + timedelta(days=9)}"
    typed = {"trade": "espaces-verts", "place": "Éragnes", "deadline": deadline}
    save_step(draft=draft, step="ou", typed=typed)
    html = client.get(url).content.decode()
    assert "Réseau du Val" in html
    assert "Proche" not in html.replace("Moins", "")


def test_a_fixed_number_of_queries(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(7):
        reach_of("espaces-verts", HERE, deadline=None, on=ON)

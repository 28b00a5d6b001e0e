"""« Le bassin »: needs open and coming, structures, and who learns, trade by trade."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.members.models import Activity
from cordee.members.sharing import FigureClass
from cordee.opportunities.models import AwardedContract
from tests.members.makers import (
    join,
    make_network,
    make_person,
    make_structure,
    make_valley,
    share,
)
from tests.opportunities.makers import make_opportunity
from tests.skills.courses import open_course

pytestmark = pytest.mark.django_db
TRADES = ("espaces-verts", "maraichage")


def member(network, name, people=2, *, trade="espaces-verts"):
    made = make_structure(name, department_id="38", commune_id="38002")
    Activity.objects.create(chantier=made.chantiers.get(), trade=trade)
    join(made, network)
    share(made, network, FigureClass.LEARNING, may_see=True, may_compose=False)
    for n in range(people):
        open_course(made, f"H{n}")
    return made


def held(number: int, trade="espaces-verts", **values) -> AwardedContract:
    """A contract that ends in ten months: its call is supposed in four."""
    said = {"source": "decp", "source_id": str(number), "department": "38", "trade": trade}
    ends_on = timezone.localdate() + timedelta(days=300)
    return AwardedContract.objects.create(**said | {"ends_on": ends_on} | values)


@pytest.fixture
def network():
    make_valley()
    return make_network("Réseau du Val")


@pytest.fixture
def staff(network):
    return make_person("r@exemple.fr", role="network_staff", network=network)


def panel(client, network) -> str:
    return client.get(
        reverse("bridge:network_basin", args=[network.slug]), headers={"HX-Request": "true"}
    ).text


def cells(told: str) -> list[list[str]]:
    """The words of each row."""
    rows = told.partition("<tbody")[2].split("<tr")[1:]
    return [
        [" ".join(part.partition(">")[2].partition("<")[0].split()) for part in row.split("<t")[1:]]
        for row in rows
    ]


def test_what_is_asked_comes_first_with_its_next_call(network, staff, signed_in_client, tmp_path):
    make_opportunity(tmp_path)
    gardens = member(network, "Les Jardins", 0)
    held(1)
    held(2, trade="maraichage")
    held(3, trade="maraichage")
    held(4, trade="maraichage", department="73")
    held(5, trade="", cpv="48000000")
    person = make_person("d@exemple.fr", role="director", structure=gardens)
    url = reverse("bridge:basin", args=[gardens.pk])
    told = signed_in_client(person).get(url).text
    # Nobody does it, and two are to come.
    assert "Former maintenant\u00a0: maraîchage, appel vers " in told
    market, green = cells(told)
    assert market[:2] == ["Maraîchage", "2 à venir"]
    assert market[2].startswith("vers ")
    assert market[3:] == ["0", "aucun parcours noté"]
    assert green[1] == "1 ouvert, 1 à venir"
    assert green[3] == "1"
    assert cells(panel(signed_in_client(staff), network))[0][1] == "3 à venir"


def test_nothing_known_is_said_so(network, signed_in_client):
    for place in ({"department_id": "38"}, {}):
        made = make_structure(**place)
        person = make_person(f"d{made.pk}@exemple.fr", role="director", structure=made)
        told = signed_in_client(person).get(reverse("bridge:basin", args=[made.pk])).text
        assert "Aucun appel connu ne laisse le temps de former</h1>" in told
        assert "<tbody" not in told


def test_who_learns_comes_in_bands_of_three_structures(network, staff, signed_in_client):
    held(1)
    client = signed_in_client(staff)
    first, *_ = [member(network, f"Structure {n}") for n in range(2)]
    assert cells(panel(client, network))[0][4] == "pas de nombre"
    member(network, "Une autre")
    assert cells(panel(client, network))[0][4] == "5 à 9"
    staff.seats.create(role="supervisor", structure=first)
    assert cells(panel(client, network))[0][4] == "pas de nombre"
    for n in range(2):
        made = member(network, f"Fermée {n}")
        made.sharings.update(figure_class=FigureClass.PRIVATE)
    assert cells(panel(client, network))[0][4] == "pas de nombre"


def test_a_delegation_is_not_told_to_its_parent(network, staff, signed_in_client):
    delegation = make_network("Délégation", parent=network)
    held(1)
    for n in range(4):
        join(member(network, f"Structure {n}"), delegation)
    assert cells(panel(signed_in_client(staff), network))[0][4] == "5 à 9"
    assert cells(panel(signed_in_client(staff), delegation))[0][4] == "pas de nombre"


def test_a_structure_reads_who_learns_at_home_alone(network, signed_in_client):
    held(1)
    gardens, *_ = [member(network, f"Structure {n}", 6) for n in range(4)]
    person = make_person("d@exemple.fr", role="director", structure=gardens)
    url = reverse("bridge:basin", args=[gardens.pk])
    assert cells(signed_in_client(person).get(url).text)[0][4] == "5 à 9"


def test_pages_ask_the_same_however_many_rows(network, staff, count_queries):
    gardens = member(network, "Les Jardins", 1)
    person = make_person("d@exemple.fr", role="director", structure=gardens)
    held(1)
    pages = [
        (reverse("bridge:basin", args=[gardens.pk]), person),
        (reverse("bridge:network_basin", args=[network.slug]), staff),
    ]
    before = [count_queries(*each) for each in pages]
    for n in range(5):
        member(network, f"Structure {n}", 3, trade=TRADES[n % 2])
        held(10 + n, TRADES[n % 2])
    assert [count_queries(*each) for each in pages] == before
    assert before[0] <= 12
    assert before[1] <= 14

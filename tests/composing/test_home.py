"""The home where nothing was ever composed."""

import pytest

from cordee.composing import views
from tests.members.makers import make_network, make_person

pytestmark = pytest.mark.django_db


def test_the_home_leads_who_acts_for_a_network_to_hers(signed_in_client) -> None:
    network = make_network("Réseau du Val")
    staff = make_person("reseau@exemple.fr", role="network_staff", network=network)
    assert (
        f'href="/reseaux/{network.slug}/accueil/"'
        in signed_in_client(staff).get("/", follow=True).text
    )


def test_the_home_of_an_empty_base_still_explains(client) -> None:
    page = client.get("/").content.decode()
    assert "Cordée lit les marchés" in page
    assert "Essayez" not in page


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Les Jardins de la Verdoire", "Jardins"),
        ("L’Atelier du Val", "Atelier"),
        ("Lessive et Cie", "Lessive"),
        ("Une Deuxième Vie", "Deuxième"),
    ],
)
def test_a_structure_is_drawn_by_the_word_that_names_it(name: str, first: str) -> None:
    assert views.first_name(name) == first

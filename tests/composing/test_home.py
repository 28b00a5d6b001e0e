"""The home where nothing was ever composed."""

import pytest

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

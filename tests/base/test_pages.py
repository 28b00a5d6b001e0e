"""The pages that belong to no room, through the strict client."""

import pytest

from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db

PAGES = {
    "/composants/": "Composants",
    "/aide/": "Aide",
    "/d-ou-viennent-les-chiffres/": "D’où viennent les chiffres",
    "/vos-donnees/": "Vos données",
    "/accessibilite/": "Accessibilité",
    "/courrier/": "Courrier de la démonstration",
}


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_it_opens_without_an_account(client: StrictClient, path: str, title: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert f"<h1>{title}</h1>" in response.content.decode()

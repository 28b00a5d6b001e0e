"""Notes on public buying: all of them are read as pages, and lead to pages that are served."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.strict_client import StrictClient

NAMES = sorted(path.stem for path in Path(settings.BASE_DIR, "docs/guide/achats").glob("[a-z]*.md"))
pytestmark = pytest.mark.django_db


def test_the_list_leads_to_every_note(client: StrictClient) -> None:
    page = client.get("/aide/achats/").content.decode()
    listed = set(re.findall(r'href="/aide/achats/([\w-]+)/"', page))
    assert listed == set(NAMES)
    assert len(NAMES) == 10


@pytest.mark.parametrize("name", NAMES)
def test_a_note_is_read_by_a_stranger_and_leads_somewhere(client: StrictClient, name: str) -> None:
    page = client.get(f"/aide/achats/{name}/").content.decode()
    main = page.split("<main")[1].split("</main>")[0]
    assert "Source" in main
    assert ".md" not in main
    for address in set(re.findall(r'href="(/[^"#]*)', main)):
        assert client.get(address).status_code == 200, address


def test_a_note_that_is_not_there_is_a_page_not_found(client: StrictClient) -> None:
    assert client.get("/aide/achats/autre/").status_code == 404
    assert client.get("/aide/achats/readme/").status_code == 404

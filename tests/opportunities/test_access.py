"""What each address answers here, status by status; who it is open to at all: tests/access."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from cordee.accounts.models import User
from cordee.members.models import Network
from cordee.opportunities.models import Opportunity
from cordee.opportunities.urls import urlpatterns
from tests.members.makers import make_network, make_person, make_structure
from tests.opportunities.makers import import_records, make_opportunity, need

pytestmark = pytest.mark.django_db

# What a person without a seat, a director and the staff of a national network get from a GET.
# 404: the row is not there for them; 405: the address only takes what is posted.
OPEN, SEATED, STAFF, POSTED = (200, 200, 200), (403, 200, 200), (403, 403, 200), (405, 405, 405)
ADDRESSES: dict[str, tuple[int, int, int]] = {
    "list": OPEN,
    "export": OPEN,
    "soon": OPEN,
    "export_soon": OPEN,
    "sources": OPEN,
    "misreadings": STAFF,
    "misreading": (403, 403, 404),
    "export_labels": STAFF,
    "detail": OPEN,
    "lots": OPEN,
    "notice": OPEN,
    "questions": OPEN,
    "correct": SEATED,
    "withdraw_correction": POSTED,
    "mark_questions": POSTED,
    "unmark_questions": POSTED,
    "join": SEATED,
    "split": POSTED,
    "version": OPEN,
}
WRITES = ("correct", "withdraw_correction", "mark_questions", "unmark_questions", "join", "split")
SAFE_WITH_A_ROW = ("detail", "lots", "notice", "questions", "correct", "join", "version")


def address(name: str, opportunity: Opportunity) -> str:
    publication = opportunity.publications.get()
    known = {
        "pk": opportunity.pk,
        "fact": "months",
        "kind": "clauses",
        "publication_pk": publication.pk,
        "version_pk": publication.versions.get().pk,
        "correction_pk": 1,
        "sent_pk": 1,
    }
    wanted = next(row for row in urlpatterns if row.name == name).pattern.converters
    return reverse(f"opportunities:{name}", kwargs={part: known[part] for part in wanted})


@pytest.fixture
def opportunity(valley: Any, tmp_path: Path) -> Opportunity:
    return make_opportunity(tmp_path)


@pytest.fixture
def director(valley: Any) -> User:
    structure = make_structure("Les Jardins du Val")
    return make_person("direction@aci.example", role="director", structure=structure)


@pytest.mark.parametrize("name", ADDRESSES)
def test_who_gets_what(
    name: str, opportunity: Opportunity, passer_by: User, director: User, nadia: User,
    signed_in_client: Any, client: Any,
) -> None:  # fmt: skip
    """A visitor signs in first, save for the first page of a public notice."""
    url = address(name, opportunity)
    visitor = client.post(url) if ADDRESSES[name] == POSTED else client.get(url)
    if name == "detail":
        assert visitor.status_code == 200
    else:
        assert visitor.status_code == 302
        assert visitor["Location"].startswith("/compte/connexion/")
    people = (passer_by, director, nadia)
    got = tuple(signed_in_client(person).get(url).status_code for person in people)
    assert got == ADDRESSES[name]


@pytest.mark.parametrize("name", WRITES)
def test_without_a_seat_nothing_is_written(
    name: str, opportunity: Opportunity, passer_by: User, signed_in_client: Any
) -> None:
    assert signed_in_client(passer_by).post(address(name, opportunity)).status_code == 403


@pytest.mark.parametrize("name", dict.fromkeys((*SAFE_WITH_A_ROW, *WRITES)))
def test_a_private_need_is_not_there_for_others(
    name: str, network: Network, nadia: User, signed_in_client: Any, tmp_path: Path
) -> None:
    """Staff of another network, who hold a seat: reading and writing alike."""
    import_records(tmp_path, need(), network=network)
    url = address(name, Opportunity.objects.get())
    other = make_person("autre@reseau.example", role="network_staff", network=make_network("Autre"))
    client = signed_in_client(other)
    if name in WRITES:
        assert client.post(url).status_code == 404
    if name in SAFE_WITH_A_ROW:
        assert client.get(url).status_code == 404

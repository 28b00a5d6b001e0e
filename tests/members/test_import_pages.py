"""Importing from the browser: nothing is written before one agrees, and only staff may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cordee.accounts.models import JournalEntry
from cordee.members.models import Membership, Organisation, Structure, StructureImport
from tests.members.makers import (
    make_network,
    make_person,
    make_structure,
    make_valley,
    valid_siret,
)

pytestmark = pytest.mark.django_db
URL = "/annuaire/imports/"
HEADER = "siret;kind;name;postcode;city;department;lat;lon"
GOOD = f"{valid_siret(801)};ACI;Les Jardins;38100;Saint-Aubin-sur-Verdoire;38;45,0;5,5"
BAD = f"{valid_siret(802)};SIAE;Autre;38100;Saint-Aubin-sur-Verdoire;38;45,0;5,5"


@pytest.fixture
def network():
    make_valley()
    return make_network("Réseau du Val")


@pytest.fixture
def staff(network, signed_in_client):
    return signed_in_client(make_person("r@exemple.fr", role="network_staff", network=network))


def send(client, *lines: str, **data: str):
    file = SimpleUploadedFile("liste.csv", "\n".join([HEADER, *lines]).encode())
    return client.post(URL, {"file": file, "are_members": "on"} | data, follow=True)


def test_nothing_is_written_before_one_agrees(staff):
    response = send(staff, GOOD, BAD)
    assert "Rien n’est encore écrit" in response.text
    assert "Cette sorte de structure n’est pas connue." in response.text
    assert not Structure.objects.exists()
    assert not Organisation.objects.exists()


def test_agreeing_does_what_was_announced_once(staff, network):
    send(staff, GOOD, BAD)
    kept = StructureImport.objects.get()
    announced = kept.report
    for _ in range(2):
        response = staff.post(f"{URL}{kept.pk}/accord/", follow=True)
        assert "Ce que cette liste a changé" in response.text
    kept.refresh_from_db()
    assert (kept.report, kept.waiting_rows) == (announced, None)
    assert Structure.objects.count() == Membership.objects.filter(network=network).count() == 1
    assert JournalEntry.objects.about(kept).count() == 1


def test_a_list_of_non_members_makes_nobody_a_member(staff):
    send(staff, GOOD, are_members="")
    staff.post(f"{URL}{StructureImport.objects.get().pk}/accord/")
    assert Structure.objects.count() == 1
    assert not Membership.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"siret;name\n1;2\n", "Il manque la colonne kind"),
        (b"\x00\x01\x02", "texte"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(staff, content, said):
    response = staff.post(URL, {"file": SimpleUploadedFile("x.csv", content)})
    assert said in response.text
    assert not StructureImport.objects.exists()


def test_remarks_are_exported(staff):
    send(staff, BAD)
    response = staff.get(f"{URL}{StructureImport.objects.get().pk}/rapport/")
    text = b"".join(response.streaming_content).decode()
    assert "2;rejetée;sorte;SIAE;" in text


def test_only_staff_of_a_network_imports(network, signed_in_client):
    people = [
        make_person("x@exemple.fr"),
        make_person("g@exemple.fr", role="delegate", network=network),
        make_person("d@exemple.fr", role="director", structure=make_structure("Autre")),
    ]
    for person in people:
        visitor = signed_in_client(person)
        assert visitor.get(URL).status_code == 403
        assert send(visitor, GOOD).status_code == 403


def test_a_report_is_read_by_whoever_made_it_only(staff, network, signed_in_client):
    send(staff, GOOD)
    pk = StructureImport.objects.get().pk
    other = signed_in_client(make_person("o@exemple.fr", role="network_staff", network=network))
    assert staff.get(f"{URL}{pk}/").status_code == 200
    for url in (f"{URL}{pk}/", f"{URL}{pk}/rapport/"):
        assert other.get(url).status_code == 404
    assert other.post(f"{URL}{pk}/accord/").status_code == 404
    assert not Structure.objects.exists()


def test_the_directory_leads_staff_there_and_nobody_else(staff, network, signed_in_client):
    delegate = signed_in_client(make_person("g@exemple.fr", role="delegate", network=network))
    assert f'href="{URL}"' in staff.get("/annuaire/").text
    assert f'href="{URL}"' not in delegate.get("/annuaire/").text

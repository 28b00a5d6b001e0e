"""« Chantier ouvert »: numbers alone, companies of the department, places; and what ends."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.alliances.models import PastWork
from cordee.delivery.models import Delivery, OpenSite, Partner
from cordee.members.models import RoleSeat, Structure
from cordee.opportunities.models import NeedDraft
from tests.delivery.makers import make_delivery, make_open_site, partner
from tests.members.makers import make_person, make_structure, make_valley
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
Role = RoleSeat.Role


@pytest.fixture
def structure() -> Structure:
    make_valley()
    return make_structure(
        "Les Jardins du Val", is_claimed=True, commune_id="38002", department_id="38"
    )


@pytest.fixture
def director(structure: Structure) -> Any:
    return make_person("direction@exemple.fr", role=Role.DIRECTOR, structure=structure)


@pytest.fixture
def contract(structure: Structure) -> Delivery:
    return make_delivery(structure)


def company(email: str, **place: Any) -> Any:
    return make_person(email, role=Role.COMPANY, **place)


def test_one_half_day_with_three_numbers_that_its_structure_alone_reads(
    client: StrictClient, director: Any, contract: Delivery
) -> None:
    page = reverse("delivery:open_site", args=[contract.pk])
    typed = {
        "day": (timezone.localdate() + timedelta(days=10)).isoformat(),
        "half": "morning",
        "place": "au bord du canal",
        "places": "2",
        "presenting": "3",
        "there": "2",
        "away": "1",
    }
    client.force_login(director)
    late = client.post(page, typed | {"day": "2026-01-05"})
    assert (late.status_code, "Ce jour est passé" in late.text) == (422, True)
    assert client.post(page, typed | {"places": "0"}).status_code == 422
    for presenting in ("3", "4"):
        assert client.post(page, typed | {"presenting": presenting}).status_code == 302
    assert OpenSite.objects.get().presenting == 4, "one may change one's mind until that day"
    calendar = reverse("delivery:calendar", args=[contract.pk])
    assert "Montrent leur travail\u00a0: 4." in client.get(calendar).text
    beside = partner(contract, make_structure("Les Toits", is_claimed=True))
    neighbour = make_person("toits@exemple.fr", role=Role.DIRECTOR, structure=beside.structure)
    client.force_login(neighbour)
    text = client.get(calendar).text
    assert "au bord du canal" in text
    assert "ontrent leur travail" not in text
    assert client.get(page).status_code == 404, "another shows it already"
    visitor = company("bois@exemple.fr", department_id="38")
    client.force_login(visitor)
    text = client.get(reverse("delivery:open_sites")).text
    assert "moins de 5" in text
    client.force_login(director)
    for gesture, there in (("annuler", 0), ("remettre", 1)):
        client.post(reverse("delivery:keep_site", args=[contract.pk]), {"fait": gesture})
        client.force_login(visitor)
        text = client.get(reverse("delivery:open_sites")).text
        assert ("bord du canal" in text) == bool(there)
        client.force_login(director)


def test_companies_of_the_department_come_while_there_is_a_place(
    client: StrictClient, contract: Delivery
) -> None:
    site = make_open_site(contract)
    come = reverse("delivery:come", args=[site.pk])
    far = company("loin@exemple.fr", department_id="73")
    near = [company(f"pres{n}@exemple.fr", department_id="38") for n in range(2)]
    here = company("ici@exemple.fr")
    client.force_login(far)
    assert client.post(come, {"fait": "oui"}).status_code == 404
    assert "Aucun chantier ouvert" in client.get(reverse("delivery:open_sites")).text
    for person in near:
        client.force_login(person)
        assert "Un chantier ouvert" in client.get(reverse("today:today")).text
        for _ in range(2):
            client.post(come, {"fait": "oui"})
        assert "Un chantier ouvert, au" not in client.get(reverse("today:today")).text
    client.force_login(here)
    assert client.post(come, {"fait": "oui"}).status_code == 404
    assert "Dites d’abord votre département" in client.get(reverse("delivery:open_sites")).text
    sheet = make_structure("Bois du Val", kind="ENTREPRISE", department_id="38")
    RoleSeat.objects.create(person=here, role=Role.DIRECTOR, structure=sheet)
    assert "Toutes les places sont prises" in client.post(come, {"fait": "oui"}, follow=True).text
    client.force_login(near[0])
    for _ in range(2):
        client.post(come, {"fait": "non"})
    client.force_login(here)
    client.post(come, {"fait": "oui"})
    assert set(site.visitors.all()) == {near[1], here}


def test_a_post_is_left_as_a_need_and_promised_to_nobody(
    client: StrictClient, contract: Delivery
) -> None:
    site = make_open_site(contract)
    client.force_login(company("bois@exemple.fr", department_id="38"))
    page = reverse("delivery:leave_post", args=[site.pk])
    for _ in range(2):
        answer = client.post(page, follow=True)
        assert answer.status_code == 200
    draft = NeedDraft.objects.get()
    assert draft.kind == "labour"
    assert "au bord du canal" in answer.text


def test_when_it_ends_each_partner_keeps_its_own_work_as_a_reference(
    client: StrictClient, director: Any, contract: Delivery
) -> None:
    lead = contract.partners.get()
    lead.shares.update(amount_cents=4_000_000)
    helper = partner(
        contract, make_structure("Les Toits", is_claimed=True), Partner.Role.SUBCONTRACTOR, of=lead
    )
    page = reverse("delivery:contract", args=[contract.pk])
    client.force_login(director)
    write = reverse("delivery:write_reference", args=[contract.pk, lead.pk])
    client.post(write)
    assert not PastWork.objects.exists(), "not before the end"
    assert "devient une référence" not in client.get(page).text
    Delivery.objects.update(months=3)
    assert "devient une référence" in client.get(page).text
    for _ in range(2):
        assert client.post(write).status_code == 302
    work = PastWork.objects.get()
    assert (work.structure, work.title, work.client, work.amount_cents) == (
        lead.structure,
        contract.title,
        contract.buyer_name,
        4_000_000,
    )
    assert "Dans votre dossier" in client.get(page).text
    other = reverse("delivery:write_reference", args=[contract.pk, helper.pk])
    assert client.post(other).status_code == 404, "each writes for itself"
    client.force_login(
        make_person("toits@exemple.fr", role=Role.DIRECTOR, structure=helper.structure)
    )
    client.post(other)
    theirs = PastWork.objects.get(structure=helper.structure)
    assert (theirs.client, theirs.amount_cents) == (lead.name, None)

"""The report for the buyer, and the file for the software of who accepts hours."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from cordee.agreement.insertion import Way
from cordee.base.ui import months
from cordee.delivery.hours.actions import settle_hours, state_hours
from cordee.delivery.models import DeliveryLot, ExportColumns, MonthlyHours, Partner
from cordee.delivery.standing import standing_of
from cordee.members.roles import Role
from cordee.rules.months import month_number
from tests.delivery.makers import HOUR, make_delivery, partner
from tests.members.makers import make_person, make_structure, make_valley

pytestmark = pytest.mark.django_db


class Told:
    """A contract of two partners; a facilitator and a buyer are named; some hours are accepted."""

    def __init__(self) -> None:
        make_valley()
        self.structure = make_structure("Les Jardins")
        self.director = make_person(
            "direction@exemple.fr", role=Role.DIRECTOR, structure=self.structure
        )
        self.facilitator = make_person("facilitatrice@exemple.fr", role=Role.FACILITATOR)
        self.buyer = make_person("acheteuse@exemple.fr", role=Role.BUYER)
        self.delivery = make_delivery(
            self.structure, by=self.director, facilitator=self.facilitator, buyer=self.buyer
        )
        self.lot = self.delivery.lots.get()
        neighbour = make_structure("Val Mirel")
        other = partner(self.delivery, neighbour, minutes=200 * HOUR)
        self.neighbour = make_person("voisin@exemple.fr", role=Role.DIRECTOR, structure=neighbour)
        self.now = timezone.now()
        self.month = month_number(timezone.localdate()) - 1
        self.say(self.delivery.partners.get(structure=self.structure), Way.SIAE, 90, accept=True)
        self.say(other, Way.HIRE, 30)

    def say(self, who: Partner, way: Way, hours: int, *, accept: bool = False) -> None:
        row = MonthlyHours(
            lot=self.lot, partner=who, way=way, month=self.month, minutes=hours * HOUR
        )
        state_hours(delivery=self.delivery, rows=[row], by=self.director, now=self.now)
        if accept:
            keys = [MonthlyHours.objects.latest("pk").pk]
            settle_hours(
                delivery=self.delivery,
                keys=keys,
                is_accepted=True,
                by=self.facilitator,
                now=self.now + timedelta(hours=1),
            )

    def page(self, client: Any, route: str = "report", query: str = "") -> Any:
        return client.get(reverse(f"delivery:{route}", args=[self.delivery.pk]) + query)


@pytest.fixture
def told():
    return Told()


def words(text):
    return " ".join(text.split())


def of_pdf(answer):
    assert answer.headers["Content-Type"] == "application/pdf"
    return words("".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages))


def test_the_buyer_reads_hours_and_neither_names_nor_amounts(told, signed_in_client):
    DeliveryLot.objects.filter(pk=told.lot.pk).update(amount_cents=8_765_400)
    told.lot.shares.update(amount_cents=1_234_500)
    client = signed_in_client(told.buyer)
    page = words(told.page(client).text)
    file = of_pdf(told.page(client, query="?format=pdf"))
    for text in (page, file):
        for part in ("1 200 h", "120 h", "90 h", "30 h ne sont pas encore acceptées."):
            assert part in text
        # RULE-18.
        assert "90 h sur 1 200 h sont acceptées, soit 7,5 %." in text
        assert "travail confié à une structure d’insertion" in text
        assert "embauche directe" in text
        assert "Comment Faites Acceptées" in words(re.sub("<[^>]+>", " ", text))
        for part in ("Val Mirel", "12 345", "87 654", "€"):
            assert part not in text
    assert months.month(told.month) in file
    assert "Heures par mois" in file
    assert "Mois Prévues Faites Acceptées" in file  # its only lot is told once, not on each row
    assert "Heures par mois" not in page
    assert "CSV" not in page


def test_what_is_not_known_is_told_and_no_zero(told, signed_in_client):
    MonthlyHours.objects.all().delete()
    DeliveryLot.objects.filter(pk=told.lot.pk).update(stated_minutes=None)
    text = of_pdf(told.page(signed_in_client(told.buyer), query="?format=pdf"))
    assert "Les heures dues ne sont pas encore dites." in text
    assert "à dire" in text
    assert "Aucune heure n’est encore dite." in text
    assert "aucune dite" in text
    assert "à venir" in text
    assert "ni écrites, ni calculables encore" in text


def test_the_assumptions_are_said_without_the_amount(told, signed_in_client):
    values = {"amount_cents": 10_000_000, "labour_share": "0.6", "insertion_rate": "0.1"}
    DeliveryLot.objects.filter(pk=told.lot.pk).update(
        stated_minutes=None, hourly_cost_cents=3_200, **values
    )
    text = words(told.page(signed_in_client(told.buyer)).text)
    assert "montant du lot × 60,0 % de main-d’œuvre × 10,0 % en insertion ÷ 32 €" in text
    assert "100 000" not in text


def test_each_finds_the_contract_in_the_list(told, signed_in_client):
    for person, route in ((told.buyer, "report"), (told.facilitator, "hours")):
        page = signed_in_client(person).get(reverse("delivery:list")).text
        assert reverse(f"delivery:{route}", args=[told.delivery.pk]) in page
        # Where its hours stand is told in the list already.
        assert standing_of(told.delivery, on=timezone.localdate()).title in page
    assert (
        reverse("delivery:report", args=[told.delivery.pk])
        in told.page(signed_in_client(told.facilitator), "hours").text
    )


def csv_of(answer):
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()


def test_accepted_hours_leave_as_the_software_takes_them(told, signed_in_client):
    client = signed_in_client(told.facilitator)
    assert "Heures acceptées (CSV)" in told.page(client).text
    head, row = csv_of(told.page(client, "export"))
    assert head == "Marché;Acheteur;Lot;Structure;Façon;Mois;Heures"
    year, month = divmod(told.month, 12)
    assert row.endswith(f"travail confié à une structure d’insertion;{month + 1:02}/{year};90,00")
    page = reverse("delivery:export_columns", args=[told.delivery.pk])
    refused = client.post(page, {"titres": "Lot; Prix"})
    assert refused.status_code == 422
    assert "«\u00a0Prix\u00a0» n’est pas reconnu." in refused.text
    client.post(page, {"titres": "Nb heures = heures; Période = mois ;STRUCTURE"})
    assert csv_of(told.page(client, "export")) == [
        "Nb heures;Période;STRUCTURE",
        f"90,00;{month + 1:02}/{year};Les Jardins",
    ]
    shown = client.get(page).text
    assert "Nb heures = heures ; Période = mois ; STRUCTURE" in shown
    # The words that Cordée knows stay in sight once the titles are another's.
    assert "marché, acheteur, lot, structure, façon, mois et heures." in shown
    client.post(page, {"titres": "Nb\r\nheures = heures;\r\nLieu = façon"})
    assert csv_of(told.page(client, "export"))[0] == "Nb heures;Lieu"
    assert ExportColumns.objects.get().person == told.facilitator


def test_each_page_has_the_same_queries_whatever_the_size(
    told, signed_in_client, django_assert_max_num_queries
):
    client = signed_in_client(told.facilitator)
    told.page(client)
    for number in range(6):
        who = partner(told.delivery, make_structure(f"Voisine {number}"))
        told.say(who, Way.SIAE, 5, accept=True)
    for route, query in (("report", ""), ("report", "?format=pdf"), ("export", "")):
        with django_assert_max_num_queries(12):
            answer = told.page(client, route, query)
            if answer.streaming:
                assert len(csv_of(answer)) == 8
    for number in range(3):
        make_delivery(told.structure, title=f"Un autre {number}", facilitator=told.facilitator)
    with django_assert_max_num_queries(12):
        assert "Un autre 2" in client.get(reverse("delivery:list")).text

"""A time sheet through its page: totals are read over, then kept, and nothing else of it."""

import logging
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from cordee.accounts.models import JournalEntry
from cordee.agreement.insertion import Way
from cordee.base.limits import most_bytes_of
from cordee.delivery.hours.actions import settle_hours
from cordee.delivery.models import DeliveryLot, MonthlyHours, Partner
from cordee.delivery.sheets.views import sheet
from cordee.members.roles import Role
from cordee.rules.months import month_number
from tests.delivery.makers import make_delivery, partner
from tests.members.makers import make_person, make_structure, make_valley
from tests.skills.test_leaving import traces

pytestmark = pytest.mark.django_db
NAME, FIRST_NAME, NIR = "Mirabelle", "Zoulikha", "285057800608436"


class Site:
    """A contract, and who directs the structure that carries it out."""

    def __init__(self, signed_in_client: Any) -> None:
        make_valley()
        self.structure = make_structure("Les Jardins")
        self.director = make_person(
            "direction@exemple.fr", role=Role.DIRECTOR, structure=self.structure
        )
        self.delivery = make_delivery(self.structure, by=self.director)
        self.lot: DeliveryLot = self.delivery.lots.get()
        self.partner: Partner = self.delivery.partners.get()
        self.now = month_number(timezone.localdate())
        self.client = signed_in_client(self.director)
        self.address = reverse("delivery:sheet", args=[self.delivery.pk])

    def month(self, back: int = 1) -> str:
        year, month = divmod(self.now - back, 12)
        return f"{month + 1:02}/{year}"

    def send(self, content: str | bytes, name: str = f"{NAME}.csv", **fields: Any) -> Any:
        data = content.encode() if isinstance(content, str) else content
        given = {"partenaire": self.partner.pk, "lot": self.lot.pk, "comment": Way.SIAE}
        file = SimpleUploadedFile(name, data)
        return self.client.post(self.address, given | {"feuille": file} | fields)

    def keep(self, content: str | bytes, **fields: Any) -> Any:
        shown = self.send(content, **fields)
        assert shown.status_code == 200, shown.content.decode()
        return self.client.post(self.address, {"totaux": shown.context["signed"]}, follow=True)

    @property
    def hours(self) -> list[tuple[int, int]]:
        rows = MonthlyHours.objects.in_force().order_by("month", "pk")
        return [(self.now - row.month, row.minutes // 60) for row in rows]


@pytest.fixture
def site(signed_in_client):
    return Site(signed_in_client)


def said(answer):
    """The words of a page, every space the same."""
    return " ".join(answer.text.split())


def crew(site, hours=70):
    return (
        f"Salarié;NIR;Mois;Heures\n{FIRST_NAME} {NAME};{NIR};{site.month()};{hours}\n"
        f"Autre;;{site.month()};30\n"
    )


def test_totals_are_shown_then_kept_once(site):
    shown = site.send(crew(site))
    assert "Ce relevé compte 100\u202fh" in shown.text
    assert "rien de dit" in shown.text
    assert ">Lot<" not in shown.text  # the only one
    assert site.hours == []
    signed = {"totaux": shown.context["signed"]}
    told = site.client.post(site.address, signed, follow=True)
    assert "C’est fait : 1 ligne notée." in said(told)
    assert site.hours == [(1, 100)]
    site.client.post(site.address, signed)
    assert MonthlyHours.objects.count() == 1
    assert JournalEntry.objects.filter(verb="delivery.state_hours").count() == 1


def test_a_second_sheet_replaces_what_is_not_accepted_after_it_is_read_over(site):
    site.keep(crew(site))
    shown = site.send(crew(site, hours=90))
    assert "100" in shown.text
    assert site.hours == [(1, 100)]
    site.keep(crew(site, hours=90))
    assert site.hours == [(1, 120)]


def test_an_accepted_month_is_refused_unless_the_sheet_says_that_it_replaces(site):
    site.keep(crew(site))
    waiting = site.send(crew(site, hours=10)).context["signed"]
    keys = [MonthlyHours.objects.get().pk]
    settle_hours(
        delivery=site.delivery, keys=keys, is_accepted=True, by=site.director, now=timezone.now()
    )
    # The same again is no change.
    assert site.send(crew(site)).status_code == 200
    refused = site.send(crew(site, hours=90))
    assert refused.status_code == 422
    assert "Cochez cette case, ou retirez-les du relevé." in refused.text
    # One that was read before the month was accepted is stopped too.
    told = site.client.post(site.address, {"totaux": waiting}, follow=True)
    assert "Choisissez de nouveau le relevé." in told.text
    assert site.hours == [(1, 100)]
    site.keep(crew(site, hours=90), remplace="on")
    assert site.hours == [(1, 120)]
    assert MonthlyHours.objects.count() == 2


def test_totals_are_of_who_read_them_and_not_of_who_changes_them(site, signed_in_client):
    signed = site.send(crew(site)).context["signed"]
    colleague = make_person("collegue@exemple.fr", role=Role.DIRECTOR, structure=site.structure)
    for client, value in ((signed_in_client(colleague), signed), (site.client, f"{signed}x")):
        told = client.post(site.address, {"totaux": value}, follow=True)
        assert "Cette lecture a vieilli." in told.text
    assert site.hours == []


def test_what_the_crews_could_not_work_is_refused_with_its_cure(site):
    site.structure.chantiers.update(declared_cfte=100)
    lines = "".join(f"{site.month()};390\n" for _ in range(20))
    told = site.keep(f"Mois;Heures\n{lines}")
    assert "corrigez vos équipes sur votre fiche" in said(told)
    assert site.hours == []


def test_a_column_that_lacks_is_asked_for_by_its_name(site):
    refused = site.send(f"Qui;{NAME};Combien\nZ;{site.month()};12\n")
    assert refused.status_code == 422
    assert "Il manque la colonne\u00a0: mois, heures. Écrivez ce mot au-dessus" in refused.text


def test_a_lot_is_said_by_the_sheet_or_chosen(site):
    DeliveryLot.objects.filter(pk=site.lot.pk).update(key="1")
    second = DeliveryLot.objects.create(delivery=site.delivery, key="2", title="Élagage")
    told = site.send(f"Mois;Heures\n{site.month()};12\n", lot="")
    assert "Ce lot n’est pas du marché. Écrivez l’un d’eux\u00a0: 1 et 2." in told.text
    shown = site.send(f"Mois;Heures;Lot\n{site.month()};12;Lot 2\n", lot="")
    assert ">Lot<" in shown.text
    assert "Élagage" in shown.text
    read = shown.context["form"].read
    assert list(read.minutes) == [(second.pk, Way.SIAE, site.now - 1)]


@pytest.mark.parametrize(
    ("back", "cure"), [(5, "Ce mois ne se compte pas."), (-1, "Ce mois ne se compte pas.")]
)
def test_months_before_the_contract_and_to_come_are_refused(site, back, cure):
    assert cure in site.send(f"Mois;Heures\n{site.month(back)};12\n").text


def test_faults_past_the_eighth_are_counted(site):
    told = site.send("Mois;Heures\n" + "jamais;12\n" * 10)
    assert "Feuille 1, ligne 9, colonne A." in told.text
    assert "ligne 10" not in told.text
    assert "Et 2 autres cases à corriger." in said(told)


def test_one_states_for_oneself_only(site, signed_in_client):
    neighbour = make_structure("Val Mirel")
    own = partner(site.delivery, neighbour)
    other = make_person("voisine@exemple.fr", role=Role.DIRECTOR, structure=neighbour)
    site.client = signed_in_client(other)
    assert site.send(crew(site)).status_code == 422
    site.partner = own
    site.keep(crew(site))
    assert MonthlyHours.objects.get().partner == own


def test_a_whole_request_stays_in_memory():
    """What is larger would pass through a file of the machine."""
    largest = most_bytes_of(sheet, is_signed_in=True)
    assert largest <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE


def workbook(site):
    book = Workbook()
    book.active.title = f"{FIRST_NAME} {NAME}"
    for row in (
        [f"Heures de {FIRST_NAME} {NAME}"],
        ["Salarié", "N° de sécurité sociale", "Statut", "Date", "Nombre d’heures", NAME],
        [f"{FIRST_NAME} {NAME}", NIR, "CDDI", site.month(), 70, NIR],
    ):
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def test_no_name_and_no_number_of_anybody_is_kept_shown_or_logged(site, caplog, tmp_path):
    """Whatever is sent, and however wrong: in the base, files, logs, mails, exports, pages."""
    caplog.set_level(logging.DEBUG)
    pages = []
    good = [crew(site), workbook(site)]
    bad = [
        # No heads, two the same, somebody in each column, a line cut, no quotes closed.
        f"{FIRST_NAME} {NAME};{NIR};{site.month()};70\n",
        f"Mois;{NAME};{NAME}\n{site.month()};1;2\n",
        f"Mois;{NAME};{NIR}\n{site.month()};1;2\n",
        f"Mois;{NAME}\n{site.month()};1\n",
        f"Mois;Heures;Lot;Comment;Insertion\n{NAME};70;;;oui\n{site.month()};{NIR};;;oui\n"
        f"{site.month()};{NAME};;;oui\n{site.month()};70;;{NAME};oui\n{site.month()};7;;;{NAME}\n",
        f"Mois;Heures\n{site.month()};12;{NAME}\n",
        f'Mois;Heures\n"{NAME};{NIR}\n',
        "",
        f"PK\x03\x04{NAME}",
        f"{NAME}\x00{NIR}",
    ]
    for content in bad:
        answer = site.send(content)
        assert answer.status_code == 422
        pages.append(answer.text)
    for content in good:
        pages += [
            site.send(content, name=f"{FIRST_NAME} {NAME}.xlsx").text,
            site.keep(content).text,
        ]
    assert len(site.hours) == 1
    pages.append(site.client.get(site.address).text)
    session = "".join(f"{key}{value}" for key, value in site.client.session.items())
    for text in (NAME, FIRST_NAME, NIR):
        assert traces(text) == []
        assert text not in caplog.text
        assert text not in session
        assert [page for page in pages if text in page] == []

"""A company that owes hours and does not know how: a plan, then an alliance or a need."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry
from cordee.alliances.models import Alliance
from cordee.alliances.parties import invitation
from cordee.base.mail.models import OutgoingMail
from cordee.composing.models import Composition
from cordee.delivery.models import Delivery, HoursPlan
from cordee.delivery.plan.actions import full_month_minutes
from cordee.members.models import Activity, Crew, Network, RoleSeat, Structure
from cordee.opportunities.actions.needs import latest_content
from cordee.opportunities.models import NoticeVersion, Opportunity
from cordee.rules.months import month_number
from tests.delivery.makers import HOUR, make_delivery
from tests.members.makers import make_network, make_person, make_structure, make_valley, share
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
TRADE = "espaces-verts"


def near(name: str, kind: str, north: float, **values: Any) -> Structure:
    """A structure of the trade, so many hundredths of a degree (1.1 km) north of the work."""
    made = make_structure(name, kind=kind, latitude=45.2 + north / 100, longitude=5.5, **values)
    Activity.objects.create(
        chantier=made.chantiers.get(), trade=TRADE, certainty="known", proficiency=2, reach_km=30
    )
    return made


@pytest.fixture
def contract() -> Delivery:
    """An ordinary company that owes 833 hours, of which nothing is promised."""
    make_valley()
    make_network("Réseau du Val")
    company = make_structure("Bâti Mirel (fictive)", kind="ENTREPRISE", is_claimed=True)
    made = make_delivery(company, minutes=833 * HOUR)
    made.lots.get().shares.all().delete()
    return made


@pytest.fixture
def company(contract: Delivery, client: StrictClient) -> StrictClient:
    person = make_person("entreprise@exemple.fr", role="director", structure=contract.structure)
    client.force_login(person)
    return client


def page_of(contract: Delivery) -> str:
    return reverse("delivery:plan", args=[contract.pk])


def read(contract: Delivery, client: StrictClient) -> str:
    """The plan, with plain spaces."""
    return client.get(page_of(contract)).text.replace("\u202f", " ").replace("\u00a0", " ")


def typed(**changes: Any) -> dict[str, Any]:
    """What the company types; its hours are those that the page offers."""
    return {
        "trade": TRADE,
        "commune": "Éragnes",
        "hours": "833",
        "first_month": month_number(timezone.localdate()) + 1,
        "months": "8",
        "hourly_cost_cents": "35,00",
        "most_hires": "0",
    } | changes


def test_from_the_contract_to_an_alliance_or_a_need(
    contract: Delivery, company: StrictClient
) -> None:
    """The whole way, by its pages; nobody hears of it before she says so."""
    near("Les Haies", "EI", 3)
    near("Le Potager", "ACI", 6)
    near("Intérim du Val", "ETTI", 9)
    asked = company.get(page_of(contract))
    assert "Qui peut faire ces heures" in asked.text
    assert 'value="833"' in asked.text
    for _ in range(2):
        assert company.post(page_of(contract), typed()).status_code == 302
    plan = HoursPlan.objects.get()
    assert Composition.objects.count() == Opportunity.objects.count() == 1
    assert (plan.hours, plan.need.audiences.count()) == (833, 0)
    assert not OutgoingMail.objects.exists()
    assert JournalEntry.objects.filter(verb="delivery.compose_plan").exists()
    shown = read(contract, company)
    assert "833 heures sur 833 ont preneur, si une réponse arrive" in shown
    assert "Les Haies" in shown
    assert "Le prix est-il celui d’un travail fini" in shown
    assert "29 155" in shown
    # She does not see what the others keep for themselves: they are to be asked.
    assert "À demander" in shown
    assert "Intérim du Val" in shown

    for _ in range(2):
        opened = company.post(reverse("delivery:plan_alliance", args=[contract.pk]))
        alliance = Alliance.objects.get()
        assert opened["Location"] == reverse("alliances:invite", args=[alliance.pk])
    names = {row.structure.name for row in alliance.parties.all()}
    assert names == {"Bâti Mirel (fictive)", "Les Haies"}
    (cell,) = [cell for cell in alliance.terms.cells if cell.cents]
    assert (cell.cents, cell.insertion_hours) == (2_915_500, 833)
    assert company.get(opened["Location"]).status_code == 200
    # The invitation says the work once: its part is the whole.
    facts = dict(invitation(alliance.parties.get(structure__name="Les Haies"))["facts"])
    assert facts["Quoi"] == "Des heures d’insertion pour «\u00a0Les haies du canal\u00a0»."

    step = company.post(reverse("delivery:plan_need", args=[contract.pk]))
    assert step["Location"].endswith("/qui/")
    # Nobody reads it yet: a network has to be chosen.
    assert company.post(step["Location"], {}).status_code == 422
    company.post(step["Location"], {"networks": [Network.objects.get().pk]})
    company.post(step["Location"].replace("/qui/", "/verifier/"))
    assert plan.need.audiences.get().state == "pending"
    # Addressed, it asks for the same work: the plan stands.
    assert "833 heures sur 833" in read(contract, company)


def test_what_is_typed_wrong_is_told_at_its_field_and_nothing_is_kept(
    contract: Delivery, company: StrictClient
) -> None:
    wrong = {"commune": "Nulle-Part", "hours": "0", "months": "61", "hourly_cost_cents": "-3"}
    answer = company.post(page_of(contract), typed(**wrong))
    assert answer.status_code == 422
    for value in ("Nulle-Part", "-3"):
        assert value in answer.text
    assert not HoursPlan.objects.exists()
    assert not Opportunity.objects.exists()


def test_unknown_hours_and_cost_are_left_to_be_typed(
    contract: Delivery, company: StrictClient
) -> None:
    contract.lots.update(stated_minutes=None)
    near("Les Haies", "EI", 3)
    assert 'name="hours" value' not in read(contract, company)
    company.post(page_of(contract), typed(hourly_cost_cents=""))
    shown = read(contract, company)
    assert "833 heures sur 833" in shown
    assert "inconnu" in shown


def test_nobody_in_reach_leaves_whole_people_and_the_rest(
    contract: Delivery, company: StrictClient
) -> None:
    company.post(page_of(contract), typed(most_hires="1"))
    shown = read(contract, company)
    # Six whole months of one person: 6 × 133.9 hours.
    assert 6 * full_month_minutes() // HOUR == 803
    assert "803 heures sur 833 ont preneur" in shown
    assert "En faire une alliance" not in shown
    company.post(page_of(contract), typed())
    assert "0 heure sur 833 a preneur" in read(contract, company)


def test_staff_counts_where_its_hours_are_shown(contract: Delivery, company: StrictClient) -> None:
    """To who acts for a network that a supplier of staff shows its crews; to nobody else."""
    network = Network.objects.get()
    supplier = near("Intérim du Val", "ETTI", 3)
    Crew.objects.create(chantier=supplier.chantiers.get(), name="A", places=1, weekly_minutes=420)
    company.post(page_of(contract), typed())
    assert "0 heure sur 833 a preneur" in read(contract, company)
    share(supplier, network, "network")
    person = make_person("reseau@exemple.fr", role="network_staff", network=network)
    RoleSeat.objects.create(person=person, role="director", structure=contract.structure)
    company.force_login(person)
    company.post(page_of(contract), typed())
    shown = read(contract, company)
    # A fifth of a full-time post, each of eight months.
    assert "214 heures sur 833 ont preneur" in shown
    assert "Mise à disposition" in shown


def test_a_plan_is_read_by_who_keeps_the_contract_alone(
    contract: Delivery, company: StrictClient, client: StrictClient
) -> None:
    near("Les Haies", "EI", 3)
    company.post(page_of(contract), typed())
    stranger = make_structure("Une autre", is_claimed=True)
    client.force_login(make_person("autre@exemple.fr", role="director", structure=stranger))
    for name in ("plan", "plan_alliance", "plan_need"):
        address = reverse(f"delivery:{name}", args=[contract.pk])
        answer = client.get(address) if name == "plan" else client.post(address)
        assert answer.status_code == 404
    colleague = make_person("associe@exemple.fr", role="director", structure=contract.structure)
    client.force_login(colleague)
    # What one person composed without a network is theirs: a colleague asks anew.
    assert "Chercher qui peut les faire" in client.get(page_of(contract)).text
    client.post(page_of(contract), typed())
    assert HoursPlan.objects.get().need.created_by == colleague


def test_another_question_corrects_the_need_until_others_read_it(
    contract: Delivery, company: StrictClient
) -> None:
    near("Les Haies", "EI", 3)
    company.post(page_of(contract), typed())
    company.post(page_of(contract), typed(hours="400"))
    first = Opportunity.objects.get()
    assert first.latest_breakdown().packages.get().sizes["insertion_hours"]["value"] == 400
    first.audiences.create(network=Network.objects.get())
    company.post(page_of(contract), typed(hours="500"))
    assert Opportunity.objects.count() == 2
    assert 'value="500"' in company.get(f"{page_of(contract)}?question").text


def test_the_file_of_the_need_waits_until_somebody_else_is_to_read_it(
    contract: Delivery, company: StrictClient
) -> None:
    near("Les Haies", "EI", 3)
    for hours in ("833", "400", "400"):
        company.post(
            page_of(contract),
            typed(hours=hours, first_month=str(month_number(timezone.localdate()) + 2)),
        )
    need = Opportunity.objects.get()
    # A question is its work alone, once; and no version of a file.
    assert (need.breakdowns.count(), Composition.objects.count()) == (2, 2)
    assert latest_content(need)["social_clause"]["hours"] == 833
    company.post(reverse("delivery:plan_alliance", args=[contract.pk]))
    assert latest_content(need)["social_clause"]["hours"] == 400
    assert HoursPlan.objects.get().composition.breakdown == need.latest_breakdown()
    assert need.breakdowns.count() == 2
    step = company.post(reverse("delivery:plan_need", args=[contract.pk]))
    assert step["Location"].endswith("/qui/")
    assert NoticeVersion.objects.count() == 2


@pytest.mark.parametrize("how_many", [1, 6])
def test_the_page_takes_a_fixed_number_of_queries(
    how_many: int, contract: Delivery, company: StrictClient, django_assert_num_queries: Any
) -> None:
    for number in range(how_many):
        near(f"Structure {number}", "EI", 3 + number)
        near(f"Intérim {number}", "ETTI", 3 + number)
    company.post(page_of(contract), typed())
    with django_assert_num_queries(10):
        company.get(page_of(contract))

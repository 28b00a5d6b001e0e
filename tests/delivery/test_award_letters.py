"""Who just won a contract with a clause: who is listed, what the letter says, whom it names."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.delivery.award_letters import actions, today
from cordee.delivery.award_letters.awards import Award, awards_for
from cordee.delivery.models import AwardLetter, LetterName
from cordee.members.models import Network, Structure
from cordee.members.network_access import desk_or_none
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import lines_of
from cordee.opportunities.models import (
    AwardedContract,
    Breakdown,
    ContractHolder,
    Opportunity,
    WorkPackage,
)
from tests.members.makers import make_network, make_person, make_structure, make_valley
from tests.mobilisation.open_work import make_open
from tests.mobilisation.test_network_watch import make_member

pytestmark = pytest.mark.django_db
COMPANY = "10000000000016"
ON = date(2026, 11, 30)


@pytest.fixture
def network() -> Network:
    make_valley()
    return make_network("Réseau du Val")


@pytest.fixture
def delegate(network: Network) -> User:
    return make_person("deleguee@exemple.fr", role="delegate", network=network, department_id="38")


def make_award(
    number: str = "1", *, holder: str = "Verdure du Plateau", siret: str = COMPANY, **values: Any
) -> AwardedContract:
    contract = AwardedContract.objects.create(
        **{
            "source": "decp",
            "source_id": number,
            "buyer_name": "Commune de Roche-Mirel",
            "title": "Entretien des parcs",
            "trade": "espaces-verts",
            "department": "38",
            "commune": "38002",
            "notified_on": ON - timedelta(days=20),
            "published_on": ON - timedelta(days=3),
            "social_clause": "execution",
            "reader_version": "4",
            "digest": "0" * 64,
        }
        | values
    )
    ContractHolder.objects.create(contract=contract, siret=siret, name=holder)
    return contract


def seen(person: User, network: Network, on: date = ON, **more: Any) -> list[Award]:
    desk = desk_or_none(person, network)
    assert desk is not None
    return awards_for(desk, on, **more)


def titles(person: User, network: Network) -> list[str]:
    return [each.contract.source_id for each in seen(person, network)]


def found_today(person: User, network: Network, on: date = ON) -> list[str]:
    viewer = Viewer.of(person, on, network)
    lines = lines_of([today.lines], viewer, timezone.now())
    return [f"{line.what}. {line.fact} {line.url}" for line in lines]


def test_a_delegate_finds_the_awards_of_the_week_in_her_day(
    network: Network, delegate: User
) -> None:
    assert found_today(delegate, network) == []
    make_award()
    make_award("2", published_on=ON - timedelta(days=8))
    make_award("3", department="73", commune="73001")
    (line,) = found_today(delegate, network)
    assert line == (
        "Une entreprise à qui écrire. Elle vient d’obtenir un marché avec une clause d’insertion. "
        f"/reseaux/{network.slug}/accueil/"
    )
    make_award("4")
    with CaptureQueriesContext(connection) as queries:
        (line,) = found_today(delegate, network)
    assert line.startswith("2\u202fentreprises à qui écrire. Elles viennent")
    assert len(queries) <= 6
    staff = make_person("reseau@exemple.fr", role="network_staff", network=network)
    assert found_today(staff, network) == []
    for award in seen(delegate, network):
        letter = actions.letter_of(award, network)
        actions.mark_letter(letter=letter, step="written_on", on=ON, by=delegate)
    assert found_today(delegate, network) == []


def page_of_letter(award: AwardedContract, network: Network) -> str:
    return f"/marches/attributions/{network.slug}/{award.pk}/"


@pytest.fixture
def as_delegate(client: Client, delegate: User) -> Client:
    client.force_login(delegate)
    return client


@pytest.mark.parametrize(
    ("values", "is_listed"),
    [
        ({}, True),
        ({"social_clause": "both"}, True),
        ({"social_clause": "criterion"}, False),
        ({"social_clause": "none"}, False),
        ({"social_clause": ""}, False),
        ({"published_on": ON - timedelta(weeks=4)}, True),
        ({"published_on": ON - timedelta(weeks=4, days=1)}, False),
        ({"published_on": None}, True),
        ({"published_on": None, "notified_on": ON - timedelta(days=29)}, False),
        ({"ends_on": ON - timedelta(days=1)}, False),
        ({"department": "73", "commune": "73001"}, False),
    ],
)
def test_what_is_listed(
    network: Network, delegate: User, values: dict[str, Any], *, is_listed: bool
) -> None:
    """Told in four weeks, with a clause that binds, not ended, in the territory of the delegate."""
    make_award(**values)
    assert titles(delegate, network) == (["1"] if is_listed else [])


def test_the_clause_of_the_call_counts_where_essential_data_are_silent(
    network: Network, delegate: User
) -> None:
    (call,) = make_open(social_clause="execution")
    contract = make_award(social_clause="", opportunity=call)
    assert titles(delegate, network) == ["1"]
    contract.source = "boamp"
    contract.save()
    assert titles(delegate, network) == []


@pytest.mark.parametrize(
    ("kind", "is_listed"), [("EI", False), ("EA", False), ("ENTREPRISE", True)]
)
def test_one_of_ours_gets_no_letter(
    network: Network, delegate: User, kind: str, *, is_listed: bool
) -> None:
    """Any establishment of the same organisation is that organisation."""
    holder = make_structure("Titulaire", kind=kind)
    make_award(siret=f"{holder.siret[:9]}00000")
    assert titles(delegate, network) == (["1"] if is_listed else [])


def test_the_most_useful_comes_first(network: Network, delegate: User) -> None:
    """Whom members reach, then the larger one; what is written to comes last."""
    make_member(network, "Les Jardins")
    written = make_award("écrit")
    make_award("petit", amount_cents=100)
    make_award("grand", amount_cents=900)
    make_award("loin", trade="maraichage", amount_cents=9_000)
    (found,) = seen(delegate, network, only=written.pk)
    letter = actions.letter_of(found, network)
    actions.mark_letter(letter=letter, step="written_on", on=ON, by=delegate)
    assert titles(delegate, network) == ["grand", "petit", "loin", "écrit"]


def test_two_members_the_nearest_first(network: Network, delegate: User) -> None:
    """Of the trade and in reach; one that refused this letter leaves its place to the next."""
    far = make_member(network, "Le Large", latitude=45.3)
    near = make_member(network, "Le Bourg")
    middle = make_member(network, "La Côte", latitude=45.2)
    make_member(network, "Les Autres", trade="maraichage")
    contract = make_award()
    (found,) = seen(delegate, network)
    assert [member for member, *_ in found.near] == [near, middle]
    assert [round(km or 0) for _, km, _ in found.near] == [0, 11]
    ask(found, network, near, delegate, agrees=False)
    (found,) = seen(delegate, network, only=contract.pk)
    assert [member for member, *_ in found.near] == [middle, far]


def ask(
    found: Award, network: Network, member: Structure, by: User, agrees: bool | None = None
) -> LetterName:
    letter = actions.letter_of(found, network)
    actions.ask_name(letter=letter, structure=member, by=by, now=timezone.now())
    name = letter.names.get(structure=member)
    if agrees is not None:
        actions.answer_name(name=name, agrees=agrees, by=by, now=timezone.now())
    return name


# --- Hours ------------------------------------------------------------------------------------


def hours(value: int, state: str = "stated", rule: str = "Écrites.") -> dict[str, Any]:
    return {"insertion_hours": {"value": value, "state": state, "rule": rule}}


def add_lot(call: Opportunity, lot: str, sizes: dict[str, Any]) -> None:
    package = WorkPackage.objects.get(breakdown__opportunity=call, position=1)
    position = WorkPackage.objects.filter(breakdown__opportunity=call).count() + 1
    values = {"pk": None, "position": position, "lot_id": lot, "sizes": sizes}
    for name, value in values.items():
        setattr(package, name, value)
    WorkPackage.objects.bulk_create([package])


@pytest.mark.parametrize(
    ("number", "lots", "found"),
    [
        ("1", {}, (None, "")),
        ("1", {"LOT-0001": hours(1_200)}, (1_200, "")),
        ("1", {"LOT-0001": hours(833, "computed", "Montant × part.")}, (833, "Montant × part.")),
        ("1", {"LOT-0001": hours(1_200), "LOT-0002": hours(300)}, (None, "")),
        ("1#2", {"LOT-0001": hours(1_200), "LOT-0002": hours(300)}, (300, "")),
        ("1#2/2", {"LOT-0001": hours(1_200), "LOT-0002": {}}, (None, "")),
    ],
)
def test_hours_of_the_call(
    network: Network,
    delegate: User,
    number: str,
    lots: dict[str, dict[str, Any]],
    found: tuple[int | None, str],
) -> None:
    """Of the lot that the contract is, where that is known; computed ones say how. Else unknown."""
    (call,) = make_open()
    for lot, sizes in lots.items():
        add_lot(call, lot, sizes)
    WorkPackage.objects.filter(position=1)._raw_delete("default")
    make_award(number, opportunity=call)
    (award,) = seen(delegate, network)
    assert (award.hours, award.rule) == found


# --- The letter -------------------------------------------------------------------------------


def test_a_letter_names_only_who_agreed(
    network: Network, delegate: User, as_delegate: Client
) -> None:
    make_member(network, "Le Bourg")
    member = make_member(network, "La Côte", latitude=45.2, is_claimed=True)
    contract = make_award()
    url = page_of_letter(contract, network)

    def text() -> str:
        return str(as_delegate.get(url).context["text"])

    assert "Deux structures proches exercent ce métier" in text()
    (found,) = seen(delegate, network)
    name = ask(found, network, member, delegate)
    assert "La Côte" not in text()
    actions.answer_name(name=name, agrees=True, by=delegate, now=timezone.now())
    assert "- La Côte (Roche-Mirel)" in text()
    assert "Une autre structure proche" in text()
    assert "Le Bourg" not in text()
    other = make_award("2")
    assert "La Côte" not in as_delegate.get(page_of_letter(other, network)).context["text"]
    actions.answer_name(name=name, agrees=False, by=delegate, now=timezone.now())
    assert "La Côte" not in text()


def test_a_letter_without_member_promises_nobody(network: Network, as_delegate: Client) -> None:
    contract = make_award()
    page = as_delegate.get(page_of_letter(contract, network))
    assert "des structures de notre réseau" in page.context["text"]
    assert "Le nombre d’heures est dans votre contrat." in page.context["text"]
    assert "mailto:?subject=" in page.content.decode()


def test_what_becomes_of_a_letter_is_marked_and_taken_back(
    network: Network, as_delegate: Client
) -> None:
    contract = make_award()
    url = page_of_letter(contract, network)
    for step in ("written_on", "written_on", "replied_on"):
        as_delegate.post(url, {"etape": step})
    letter = AwardLetter.objects.get()
    assert (letter.written_on, letter.replied_on) == (timezone.localdate(), timezone.localdate())
    assert JournalEntry.objects.filter(verb="delivery.mark_letter").count() == 2
    as_delegate.post(url, {"etape": "written_on", "annuler": "1"})
    letter.refresh_from_db()
    assert letter.written_on, "what was answered was sent"
    as_delegate.post(url, {"etape": "replied_on", "annuler": "1"})
    letter.refresh_from_db()
    assert letter.replied_on is None
    page = as_delegate.get(f"/marches/attributions/{network.slug}/").content.decode()
    assert f"En {timezone.localdate().year}" in page
    assert "1\u202flettre envoyée" in page or "1\u00a0lettre envoyée" in page


def test_an_answer_before_the_letter_is_refused(network: Network, delegate: User) -> None:
    make_award()
    (found,) = seen(delegate, network)
    letter = actions.letter_of(found, network)
    with pytest.raises(ValidationError, match="envoyée"):
        actions.mark_letter(letter=letter, step="gave_work_on", on=ON, by=delegate)


def test_a_letter_that_was_begun_stays_until_it_gave_work(network: Network, delegate: User) -> None:
    contract = make_award()
    (found,) = seen(delegate, network)
    letter = actions.letter_of(found, network)
    actions.mark_letter(letter=letter, step="written_on", on=ON, by=delegate)
    contract.published_on = ON - timedelta(days=90)
    contract.save()
    assert titles(delegate, network) == ["1"]
    actions.mark_letter(letter=letter, step="gave_work_on", on=ON, by=delegate)
    assert titles(delegate, network) == []
    assert seen(delegate, network, only=contract.pk)


def test_who_gave_work_is_not_to_be_written_to_again(
    network: Network, delegate: User, as_delegate: Client
) -> None:
    make_award()
    (found,) = seen(delegate, network)
    letter = actions.letter_of(found, network)
    for step in ("written_on", "gave_work_on"):
        actions.mark_letter(letter=letter, step=step, on=ON, by=delegate)
    (again,) = seen(delegate, network)
    assert again.letter == letter
    page = as_delegate.get(f"/marches/attributions/{network.slug}/").text
    assert "Aucune entreprise à qui écrire" in page
    assert "A donné du travail" in page


# --- Who is asked -----------------------------------------------------------------------------


def test_a_director_answers_for_one_letter(
    network: Network, as_delegate: Client, client: Client
) -> None:
    member = make_member(network, "La Côte", is_claimed=True)
    director = make_person("direction@exemple.fr", role="director", structure=member)
    contract = make_award()
    for _ in range(2):
        as_delegate.post(page_of_letter(contract, network), {"structure": member.pk})
    name = LetterName.objects.get()
    viewer = Viewer.of(director, timezone.localdate())
    (line,) = lines_of([today.lines], viewer, timezone.now())
    assert "Verdure du Plateau" in line.fact
    client.force_login(director)
    url = f"/marches/attributions/nom/{name.pk}/"
    assert "peut-elle vous nommer" in client.get(url).content.decode()
    client.post(url, {"reponse": "oui"})
    name.refresh_from_db()
    assert name.agrees is True
    assert "Revenir à Aujourd’hui" in client.get(url).text
    assert lines_of([today.lines], viewer, timezone.now()) == []
    client.post(url, {"reponse": "non"})
    name.refresh_from_db()
    assert name.agrees is False


def test_a_structure_out_of_reach_is_not_asked(network: Network, as_delegate: Client) -> None:
    far = make_member(network, "Loin", latitude=48.0)
    as_delegate.post(page_of_letter(make_award(), network), {"structure": far.pk})
    assert not LetterName.objects.exists()


# --- Queries ----------------------------------------------------------------------------------


def test_the_panel_asks_as_much_for_one_as_for_many(network: Network, as_delegate: Client) -> None:
    url = f"/marches/attributions/{network.slug}/"

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            page = as_delegate.get(url, headers={"HX-Request": "true"})
        assert page.status_code == 200
        return len(found)

    today_ = timezone.localdate()
    member = make_member(network, "Le Bourg")
    (call,) = make_open()
    contract = make_award(published_on=today_, opportunity=call)
    LetterName.objects.create(
        letter=AwardLetter.objects.create(network=network, award=contract, title="x", holder="y"),
        structure=member,
        asked_at=timezone.now(),
    )
    make_award("sans commune", published_on=today_, commune="")
    asked()
    few = asked()
    for number in range(12):
        make_member(network, f"Membre {number}")
        place = {"commune": "", "department": "38"} if number % 2 else {}
        contract = make_award(f"m{number}", published_on=today_, **place)
        AwardLetter.objects.create(network=network, award=contract, title="x", holder="y")
    assert asked() == few
    # Three of them say who asks.
    assert few == 15


def test_the_newest_breakdown_says_the_hours(network: Network, delegate: User) -> None:
    (call,) = make_open()
    first = Breakdown.objects.get(opportunity=call)
    add_lot(call, "LOT-0001", hours(1_200))
    WorkPackage.objects.filter(position=1)._raw_delete("default")
    later = Breakdown.objects.create(
        opportunity=call, number=2, reading=first.reading, origin="correction"
    )
    package = WorkPackage.objects.get(breakdown=first)
    for name, value in {"pk": None, "breakdown": later, "sizes": hours(400)}.items():
        setattr(package, name, value)
    WorkPackage.objects.bulk_create([package])
    make_award(opportunity=call)
    (award,) = seen(delegate, network)
    assert award.hours == 400

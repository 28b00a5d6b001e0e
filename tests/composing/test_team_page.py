"""The first page of a team: what stays to confirm, whom one may ask, and what is to be redone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.alliances.models import Alliance
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.requirements import lot_of
from cordee.base.ui import navigation
from cordee.composing import actions
from cordee.composing.models import Composition, Proposal
from cordee.members.models import Structure
from cordee.members.sharing import Viewer
from cordee.mobilisation.models import Message
from cordee.opportunities.models import Opportunity
from tests.composing.conftest import DAY
from tests.composing.test_outdated import confirm_all, said
from tests.members.makers import make_person

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
RIVES, JARDINS = "Rives et Sentiers", "Les Jardins de la Verdoire"


@pytest.fixture(autouse=True)
def day_of_the_valley(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def first(reader: Any, composition: Composition) -> Any:
    return reader.get(f"/alliances/{composition.pk}/").context["first"]


@pytest.fixture
def director(valley: Any, person: Any) -> Any:
    return person("direction")


def of_director(valley: Any, director: Any) -> Composition:
    """With their own figures alone: of all the others something is not known."""
    return valley.compose("berges", viewer=Viewer.of(director, DAY), by=director)


def test_a_network_asks_its_member_and_reads_the_message_before_it_leaves(
    valley: Any, person: Any, signed_in_client: Any
) -> None:
    structure = Structure.objects.get(name="La Ressourcerie du Col")
    make_person("col@exemple.fr", role="director", structure=structure)
    reader = signed_in_client(person("reseau"))
    composition = valley.compose("mobilier")
    (one,) = first(reader, composition).shown
    assert (one.name, one.phone) == (structure.name, structure.phone)
    assert one.phrases == [("reste sous son plafond", "inconnu")]
    page = reader.get(one.ask_url)
    said = page.context["form"]["text"].value()
    assert "La Ressourcerie du Col reste sous son plafond de mars 2027 à février 2028." in said
    assert "Val Mirel" not in said, "nobody else of the team is named (RULE-38)"
    assert not Message.objects.exists()
    sent = {"text": f"{said} Merci.", "network": str(valley.network.pk)}
    for _ in range(2):
        reader.post(urlsplit(one.ask_url).path, sent)
    assert Message.objects.get().text.endswith("Merci."), "edited, and sent once"
    # The conversation is there: what was prepared comes along to it.
    again = reader.get(one.ask_url, follow=True)
    assert again.context["form"]["text"].value() == said


def test_a_director_asks_by_their_network_and_tells_their_own(
    valley: Any, director: Any, signed_in_client: Any
) -> None:
    reader = signed_in_client(director)
    rows = {one.name: one for one in first(reader, of_director(valley, director)).rests_on}
    asked = rows[RIVES]
    assert asked.ask_url.startswith("/conversations/avis/")
    said = parse_qs(urlsplit(asked.ask_url).query)["text"][0]
    assert "Pouvez-vous demander à Rives et Sentiers\u00a0: Rives et Sentiers" in said
    assert reader.get(asked.ask_url).context["form"]["text"].value() == said
    if JARDINS in rows:
        assert rows[JARDINS].ask_url == reverse(
            "members:sheet", args=[Structure.objects.get(name=JARDINS).pk]
        )


def test_who_may_not_ask_reads_no_telephone(valley: Any, client: Any, person: Any) -> None:
    composition = valley.compose("mobilier")
    actions.open_to_all(composition=composition)
    (one,) = first(client, composition).rests_on
    assert (one.phone, one.ask_url) == ("", "")
    assert "Se connecter pour composer" in client.get(f"/alliances/{composition.pk}/").text


def test_a_team_kept_leads_on(valley: Any, person: Any, signed_in_client: Any) -> None:
    reader = signed_in_client(person("reseau"))
    composition = valley.compose("berges")
    address = f"/alliances/{composition.pk}/"
    answer = reader.post(f"{address}garder/", {"origin": "certain"})
    assert answer["Location"] == f"{address}?equipe=certaine"
    page = reader.get(answer["Location"]).text
    kept = Proposal.objects.get()
    assert reverse("alliances:open_from_proposal", args=[kept.pk]) in page
    assert "Équipe gardée" in page


@pytest.mark.parametrize(
    ("case", "title", "button"),
    [
        ("changed", "À refaire\u00a0: l’avis a changé", "Composer à nouveau"),
        ("old", "À refaire\u00a0: cette équipe date", "Composer à nouveau"),
        ("closed", "Le délai de réponse est passé", "Voir les opportunités"),
    ],
)
def test_what_is_to_be_redone_says_so_first(
    valley: Any, person: Any, signed_in_client: Any, case: str, title: str, button: str
) -> None:
    reader = signed_in_client(person("reseau"))
    composition = valley.compose("berges")
    if case == "changed":
        said(composition.breakdown.opportunity, "months", 60, person("reseau"))
        confirm_all()
    elif case == "old":
        Composition.objects.update(computed_for=DAY - timedelta(days=31))
    else:
        Opportunity.objects.update(deadline=NOON - timedelta(hours=1))
    page = reader.get(f"/alliances/{composition.pk}/").text
    assert title in page
    assert button in page
    assert "Ouvrir l’alliance" not in page
    assert page.count("btn-primary") == 1


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("reseau", "Calculé avec les chiffres ouverts à Les Chantiers Encordés"),
        ("direction", "Calculé avec vos chiffres"),
        ("", "Vallée inventée"),
    ],
)
def test_why_others_read_another_proof_is_one_sentence(
    valley: Any, person: Any, client: Any, signed_in_client: Any, who: str, told: str
) -> None:
    if who == "direction":
        composition = of_director(valley, person(who))
    else:
        composition = valley.compose("berges")
    if not who:
        actions.open_to_all(composition=composition)
    reader = signed_in_client(person(who)) if who else client
    for tab in ("", "preuve/"):
        assert told in reader.get(f"/alliances/{composition.pk}/{tab}").text


def test_a_team_stands_under_the_contracts_in_the_menu(
    valley: Any, person: Any, signed_in_client: Any
) -> None:
    composition = valley.compose("berges")
    opportunity = composition.breakdown.opportunity_id
    reader = signed_in_client(person("reseau"))
    team = [f"/alliances/{composition.pk}/{tab}" for tab in ("", "preuve/", "et-si/")]
    for address in (*team, f"/alliances/composer/{opportunity}/", f"/opportunites/{opportunity}/"):
        request = reader.get(address).wsgi_request
        current = [each.label for each in navigation.entries(request) if each.is_current]
        assert current == ["Opportunités"], address
    request = reader.get("/alliances/").wsgi_request
    assert [e.label for e in navigation.entries(request) if e.is_current] == ["Alliances"]


def test_who_coordinates_a_team_on_the_lot_already_is_led_to_it(
    valley: Any, person: Any, signed_in_client: Any
) -> None:
    """One filled button: to her alliance. Another one is opened by an outlined act, or not here."""
    reader = signed_in_client(person("reseau"))
    composition = valley.compose("berges")
    page = f"/alliances/{composition.pk}/"
    assert "Aller à mon alliance" not in reader.get(page).text
    reader.post(f"{page}garder/", {"origin": "certain"})
    opening = reverse("alliances:open_from_proposal", args=[Proposal.objects.get().pk])
    breakdown = composition.breakdown
    alliance = start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title="La nôtre",
        start=Start(origin=Alliance.Origin.SCRATCH, structures=[]),
        network=valley.network,
        by=person("reseau"),
        now=NOON,
    )
    own = f'class="btn btn-primary" href="{reverse("alliances:detail", args=[alliance.pk])}"'
    for address in (page, f"{page}?equipe=simple"):
        shown = reader.get(address).text
        assert own in shown
        assert shown.count("btn-primary") == 1
        assert "Ouvrir l’alliance" not in shown
        assert opening not in shown
    asked = reader.get(opening).text
    assert own in asked
    assert asked.count("btn-primary") == 1
    assert "Ouvrir une autre alliance" in asked
    assert "Vous coordonnez « La nôtre »" in asked

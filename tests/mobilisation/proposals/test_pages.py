"""A team proposes to many networks at once; each one decides, by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Network, Programme
from cordee.mobilisation.actions.proposals import decline_proposal, propose
from cordee.mobilisation.models import Campaign, ProgrammeProposal
from cordee.opportunities.actions.programmes import place_by_hand
from cordee.opportunities.models import Opportunity
from tests.members.makers import make_network, make_person, make_valley
from tests.mobilisation.proposals.makers import many, relay
from tests.opportunities.programmes.makers import NOW, make_need, make_programme
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], StrictClient]


@pytest.fixture(autouse=True)
def valley() -> None:
    make_valley()


@pytest.fixture
def programme() -> Programme:
    return make_programme("Rénovation du Val", "38")


@pytest.fixture
def networks() -> list[Network]:
    return [make_network("Réseau des Crêtes"), make_network("Réseau du Val")]


@pytest.fixture
def team(programme: Programme, signed_in_client: SignIn) -> StrictClient:
    return signed_in_client(
        make_person("equipe@exemple.fr", role="programme_team", programme=programme)
    )


@pytest.fixture
def staff(networks: list[Network], signed_in_client: SignIn) -> StrictClient:
    return signed_in_client(
        make_person("reseau@exemple.fr", role="network_staff", network=networks[0])
    )


def held(programme: Programme, title: str, **values: object) -> Opportunity:
    values = {"deadline": timezone.now() + timedelta(days=20)} | values
    need = make_need(title, department="38", **values)  # type: ignore[arg-type]
    place_by_hand(programme=programme, opportunity=need, reason="Site", by=None, now=NOW)
    return need


def test_the_team_previews_then_proposes_once(
    programme: Programme, networks: list[Network], team: StrictClient, staff: StrictClient
) -> None:
    first, second = held(programme, "Plantation des berges"), held(programme, "Tonte du parc")
    address = f"/programmes/{programme.slug}/proposer/"
    asked = {
        "opportunite": [first.pk, second.pk],
        "reseau": [each.pk for each in networks],
        "message": "Le chantier ouvre en mars.",
        "apercu": "1",
    }
    shown = team.get(address, asked).content.decode()
    assert "2 opportunités pour 2 réseaux" in shown.replace("\u202f", " ")
    assert "personne n’y a de compte" in shown
    assert not ProgrammeProposal.objects.exists(), "a GET proposes nothing"
    assert not OutgoingMail.objects.exists()
    for _ in range(2):
        assert team.post(address, asked).status_code == 302
    assert ProgrammeProposal.objects.count() == 4
    assert JournalEntry.objects.filter(verb="mobilisation.propose_to_networks").count() == 1
    mail = OutgoingMail.objects.get()
    assert mail.recipient == "reseau@exemple.fr"
    assert "2 opportunités" in mail.subject.replace("\u202f", " ")
    assert "Plantation des berges" in mail.text
    assert "Le chantier ouvre en mars." in mail.text
    assert "Plantation des berges" in mail.html
    assert "equipe@exemple.fr" not in mail.text + mail.html + mail.reply_to
    page = staff.get("/mobilisation/propositions/").content.decode()
    assert "2 propositions attendent" in page.replace("\u202f", " ")


def test_closed_or_foreign_opportunities_are_not_proposed(
    programme: Programme, networks: list[Network]
) -> None:
    past = held(programme, "Fini", deadline=timezone.now() - timedelta(days=1))
    elsewhere = make_need("Ailleurs", deadline=timezone.now() + timedelta(days=9))
    good = held(programme, "Ouvert")
    made = propose(
        programme=programme,
        opportunities=[past, elsewhere, good],
        networks=networks,
        message="",
        by=None,
        now=timezone.now(),
    )
    assert [(row.opportunity, row.network) for row in made] == [(good, each) for each in networks]


def test_a_network_sees_its_proposals_and_no_others(
    programme: Programme, networks: list[Network], staff: StrictClient
) -> None:
    need = held(programme, "Plantation des berges")
    propose(
        programme=programme,
        opportunities=[need],
        networks=networks[1:],
        message="",
        by=None,
        now=timezone.now(),
    )
    assert "Plantation des berges" not in staff.get("/mobilisation/propositions/").content.decode()
    foreign = ProgrammeProposal.objects.get()
    address = f"/mobilisation/propositions/{foreign.pk}/"
    assert staff.get(f"{address}ne-pas-relayer/").status_code == 404
    assert staff.post(f"{address}redecider/").status_code == 404


def test_a_network_declines_says_why_and_decides_again(
    programme: Programme, networks: list[Network], team: StrictClient, staff: StrictClient
) -> None:
    need = held(programme, "Plantation des berges")
    (row,) = propose(
        programme=programme,
        opportunities=[need],
        networks=networks[:1],
        message="",
        by=None,
        now=timezone.now(),
    )
    address = f"/mobilisation/propositions/{row.pk}/ne-pas-relayer/"
    assert staff.post(address, {"words": "Non"}).status_code == 422, "a reason is needed"
    staff.post(address, {"reason": "nobody_near", "words": "Les Jardins sont à 80 km"})
    counted = team.get(f"/programmes/{programme.slug}/propositions/").content.decode()
    assert "aucun membre assez proche (1)" in counted
    assert "Les Jardins" not in counted, "the words stay in the network"
    assert "Réseau des Crêtes" not in counted
    page = staff.get("/mobilisation/propositions/?etat=declined").content.decode()
    assert "Les Jardins sont à 80 km" in page
    staff.post(f"/mobilisation/propositions/{row.pk}/redecider/")
    row.refresh_from_db()
    assert (row.state, row.reason, row.words, row.decided_at) == ("pending", "", "", None)
    entries = JournalEntry.objects.about(row)
    assert {entry.verb for entry in entries} == {
        "mobilisation.decline_proposal",
        "mobilisation.reopen_proposal",
    }
    assert not any("Jardins" in str(entry.after) + str(entry.before) for entry in entries)


def test_what_a_network_relayed_is_read_from_its_campaigns(
    programme: Programme, networks: list[Network], staff: StrictClient
) -> None:
    need = held(programme, "Plantation des berges")
    propose(
        programme=programme,
        opportunities=[need],
        networks=networks[:1],
        message="",
        by=None,
        now=timezone.now(),
    )
    relay(networks[0], need, many(1))
    assert "Rien n’attend" in staff.get("/mobilisation/propositions/").content.decode()
    page = staff.get("/mobilisation/propositions/?etat=relayed").content.decode()
    assert "Plantation des berges" in page
    row = ProgrammeProposal.objects.get()
    assert staff.get(f"/mobilisation/propositions/{row.pk}/ne-pas-relayer/").status_code == 302


def test_relaying_begins_a_campaign_of_the_network(
    programme: Programme, networks: list[Network], staff: StrictClient
) -> None:
    need = held(programme, "Plantation des berges")
    propose(
        programme=programme,
        opportunities=[need],
        networks=networks[:1],
        message="",
        by=None,
        now=timezone.now(),
    )
    page = staff.get("/mobilisation/propositions/").content.decode()
    assert f'name="opportunite" value="{need.pk}"' in page
    assert (
        "proposition attend votre décision"
        in staff.get("/mobilisation/propositions/resume/").content.decode()
    )
    begun = staff.post(
        "/mobilisation/nouvelle/", {"opportunite": need.pk, "reseau": networks[0].slug}
    )
    assert begun.status_code == 302
    draft = Campaign.objects.get()
    assert (draft.network, list(draft.opportunities.all())) == (networks[0], [need])
    assert (
        "proposition attend votre décision"
        in staff.get("/mobilisation/propositions/").content.decode()
    ), "a draft has relayed nothing"


def test_no_page_of_the_team_names_a_structure_or_what_it_said(
    programme: Programme, networks: list[Network], team: StrictClient
) -> None:
    need = held(programme, "Plantation des berges")
    third = make_network("Réseau du Large")
    propose(
        programme=programme,
        opportunities=[need],
        networks=[*networks, third],
        message="",
        by=None,
        now=timezone.now(),
    )
    members = many(9)
    for number, network in enumerate([*networks, third]):
        relay(network, need, members[number * 3 : number * 3 + 3], ["alone", "not_now"])
    base = f"/programmes/{programme.slug}/"
    seen = ""
    for path in ("", "avancement/", "propositions/", "propositions/resume/"):
        seen += team.get(base + path).content.decode()
    assert not [each.name for each in members if each.name in seen]
    assert "5 à 9" in seen
    assert "moins de 5" in seen


def test_a_delegate_of_the_network_decides_too(
    programme: Programme, networks: list[Network], signed_in_client: SignIn
) -> None:
    need = held(programme, "Plantation des berges")
    propose(
        programme=programme,
        opportunities=[need],
        networks=networks[:1],
        message="",
        by=None,
        now=timezone.now(),
    )
    delegate = make_person("d@exemple.fr", role="delegate", network=networks[0])
    page = signed_in_client(delegate).get(f"/mobilisation/propositions/reseau/{networks[0].slug}/")
    assert "1 proposition attend" in page.content.decode().replace("\u202f", " ")


def test_lists_take_as_many_queries_for_three_as_for_thirty(
    programme: Programme, networks: list[Network], count_queries: Callable[..., int]
) -> None:
    person = make_person("equipe@exemple.fr", role="programme_team", programme=programme)
    staff = make_person("reseau@exemple.fr", role="network_staff", network=networks[0])
    asked = [
        (f"/programmes/{programme.slug}/propositions/", person),
        (f"/programmes/{programme.slug}/proposer/", person),
        ("/mobilisation/propositions/", staff),
    ]

    def propose_more(how_many: int) -> None:
        propose(
            programme=programme,
            opportunities=[held(programme, f"Marché {n}") for n in range(how_many)],
            networks=networks,
            message="",
            by=None,
            now=timezone.now(),
        )

    propose_more(3)
    few = [count_queries(url, user) for url, user in asked]
    propose_more(22)
    assert [count_queries(url, user) for url, user in asked] == few
    assert max(few) <= 20


def test_declining_without_a_reason_is_refused_by_the_action(
    programme: Programme, networks: list[Network]
) -> None:
    need = held(programme, "Plantation des berges")
    (row,) = propose(
        programme=programme,
        opportunities=[need],
        networks=networks[:1],
        message="",
        by=None,
        now=timezone.now(),
    )
    with pytest.raises(ValidationError):
        decline_proposal(proposal=row, reason="", words="", by=None, now=NOW)  # type: ignore[arg-type]


def test_panels_of_a_delegation_do_not_fail_for_the_staff_above(signed_in_client: SignIn) -> None:
    """They open its page and its home, whose panels are the delegation's own affair."""
    above = make_network("Réseau des Pentes")
    below = make_network("Réseau des Pentes, Isère", parent=above)
    client = signed_in_client(make_person("tete@exemple.fr", role="network_staff", network=above))
    stranger = signed_in_client(make_person("personne@exemple.fr"))
    for address, words in (
        (f"/mobilisation/propositions/reseau/{below.slug}/", "décide elle-même"),
        (f"/reseaux/{below.slug}/coup-de-main/resume/", "affaires de cette délégation"),
    ):
        assert words in client.get(address, headers={"HX-Request": "true"}).text
        assert stranger.get(address).status_code == 404
    assert client.get(f"/reseaux/{below.slug}/coup-de-main/").status_code == 404

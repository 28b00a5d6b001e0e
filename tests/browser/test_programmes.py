"""Programmes, their proposals and mutual aid: looked at by axe, and gone through by hand."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.members.actions.programmes import load_programmes
from cordee.members.models import Activity, Network, Programme, Structure
from cordee.mobilisation.actions import mutual_aid
from cordee.mobilisation.actions.proposals import propose
from cordee.mobilisation.models import MutualOffer, MutualReply, ProgrammeProposal, UrgentCall
from cordee.opportunities.actions.programmes import save_rule
from cordee.opportunities.models import ProgrammeAttachment, ProgrammeRule
from cordee.rules.staff_loan import Post
from tests.members.makers import join, make_network, make_person, make_structure, make_valley
from tests.opportunities.programmes.makers import make_need, make_programme

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]
NETWORK = "/reseaux/reseau-du-val/coup-de-main/"


@pytest.fixture
def network() -> Network:
    make_valley()
    return make_network("Réseau du Val")


@pytest.fixture
def programme(network: Network) -> Programme:
    """With needs attached by a rule, two of them proposed."""
    now = timezone.now()
    made = make_programme("Rénovation du Val", "38")
    for number in range(4):
        make_need(
            f"Plantation des berges, tranche {number}",
            department="38",
            trade="espaces-verts",
            deadline=now + timedelta(days=10 + number),
            social_clause=["execution", "none", "", "execution"][number],
        )
    save_rule(rule=ProgrammeRule(programme=made, in_period=False), by=None, now=now)
    return made


@pytest.fixture
def team(programme: Programme) -> User:
    return make_person("equipe@exemple.fr", role="programme_team", programme=programme)


@pytest.fixture
def staff(network: Network) -> User:
    return make_person("reseau@exemple.fr", role="network_staff", network=network)


def member(name: str, network: Network) -> tuple[Structure, User]:
    made = make_structure(name, department_id="38")
    join(made, network)
    Activity.objects.create(chantier=made.chantiers.get(), trade="espaces-verts", proficiency=3)
    return made, make_person(f"d{made.pk}@exemple.fr", role="director", structure=made)


def test_pages_of_programmes_are_accessible(
    programme: Programme, team: User, network: Network, look: Callable[..., None]
) -> None:
    load_programmes()
    propose(
        programme=programme,
        opportunities=[row.opportunity for row in ProgrammeAttachment.objects.all()],
        networks=[network],
        message="Le chantier ouvre en mars.",
        by=team,
        now=timezone.now(),
    )
    base = f"/programmes/{programme.slug}/"
    need = ProgrammeAttachment.objects.first()
    assert need is not None
    for path in (
        "/programmes/",
        "/programmes/paris-2024/",
        base,
        f"{base}avancement/",
        f"{base}modifier/",
        f"{base}engagements/nouveau/",
        f"{base}faits/nouveau/",
        f"{base}regles/nouvelle/",
        f"{base}regles/nouvelle/?mots=berges&apercu=1",
        f"{base}sortir/{need.opportunity_id}/",
        f"{base}proposer/",
        f"{base}propositions/",
    ):
        look(path, user=team)


def test_pages_of_mutual_aid_are_accessible(network: Network, look: Callable[..., None]) -> None:
    now = timezone.now()
    (jardins, director), (ateliers, _) = member("Les Jardins", network), member("Ateliers", network)
    until = timezone.localdate(now) + timedelta(days=30)
    for kind, post in (("staff", Post.PERMANENT), ("equipment", None)):
        offer = MutualOffer(
            network=network,
            structure=jardins,
            way="offer",
            kind=kind,
            title=f"Un coup de main, {kind}",
            terms="free",
            shown_until=until,
        )
        mutual_aid.write_offer(offer=offer, post=post, by=None, now=now)
    mutual_aid.reply_to_offer(offer=offer, structure=ateliers, words="Oui", by=None, now=now)
    call = mutual_aid.send_call(
        call=UrgentCall(
            network=network,
            structure=ateliers,
            trade="espaces-verts",
            title="Tailler",
            question="Comment\u202f?",
            needed_by=until,
        ),
        by=None,
        now=now,
    )
    for path in (
        "",
        "proposer/",
        "demander/?prete=personne",
        "appeler/",
        f"appels/{call.pk}/",
        f"{offer.pk}/",
    ):
        look(f"{NETWORK}{path}", user=director)


def test_a_team_proposes_a_network_declines_and_only_counts_come_back(
    programme: Programme, team: User, staff: User, visit: Visit, axe_check: Check
) -> None:
    page = visit(f"/programmes/{programme.slug}/", user=team)
    page.get_by_role("link", name="Proposer à des réseaux").first.click()
    page.get_by_label("Plantation des berges, tranche 0").check()
    page.get_by_label("Réseau du Val").check()
    page.get_by_label("Message aux équipes de réseau").fill("Le chantier ouvre en mars.")
    page.get_by_role("button", name="Voir ce qui partira").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "1\u202fopportunité pour 1\u202fréseau"
    )
    assert not ProgrammeProposal.objects.exists()
    page.get_by_role("button", name="Envoyer ces propositions").click()
    expect(page.get_by_role("status").first).to_contain_text("1\u202fproposition envoyée")

    desk = visit("/mobilisation/propositions/", user=staff, phone=True)
    axe_check(desk)
    desk.get_by_role("link", name="Ne pas relayer").click()
    axe_check(desk)
    desk.get_by_label("Trop tard pour répondre").check()
    desk.get_by_label("En quelques mots").fill("Nos équipes sont prises")
    desk.get_by_role("button", name="Ne pas relayer").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Rien n’attend votre décision")

    page.goto(page.url)
    expect(page.locator("tbody")).to_contain_text("trop tard pour répondre (1)")
    expect(page.locator("body")).not_to_contain_text("Nos équipes sont prises")


def test_a_director_asks_without_javascript_and_another_answers(
    network: Network, visit: Visit
) -> None:
    (_, asker), (_, helper) = member("Les Jardins", network), member("Les Ateliers", network)
    page = visit(f"{NETWORK}demander/", user=asker, javascript=False)
    page.get_by_label("véhicule").check()
    page.get_by_label("En une ligne").fill("Un camion benne, un vendredi")
    page.get_by_label("à convenir ensemble").check()
    page.get_by_role("button", name="Demander ce coup de main").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Un camion benne, un vendredi")

    other = visit(NETWORK, user=helper, phone=True)
    other.get_by_role("link", name="Un camion benne, un vendredi").click()
    other.get_by_label("Votre réponse").fill("Le nôtre est libre le 12")
    other.get_by_role("button", name="Envoyer ma réponse").click()
    expect(other.get_by_text("En attente")).to_be_visible()

    page.goto(page.url)
    page.get_by_role("button", name="Accepter la réponse de Les Ateliers").click()
    expect(page.get_by_text("Acceptée", exact=True)).to_be_visible()
    assert MutualReply.objects.get().state == "accepted"

"""A regional delegate relays a notice; three members answer from the mail without account, one by
telephone; they see who is silent, and a stranger sees nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.members.models import Network, Structure
from cordee.mobilisation.campaigns import mail_times
from cordee.mobilisation.models import Answer
from cordee.opportunities.models import Opportunity
from tests.members.makers import make_network, make_person
from tests.mobilisation.campaign_makers import make_call, make_delegate, make_member, relayed
from tests.opportunities.makers import make_opportunity

NAMES = ("Les Jardins du Val", "Rives et Chemins", "La Halle aux Haies", "Les Serres du Mirel")


@pytest.fixture
def network(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Network:
    # The story is told at any hour of the week: the clock of the office alone is set aside.
    monkeypatch.setattr(mail_times, "is_open", lambda now: True)
    return make_network("Réseau du Val")


@pytest.fixture
def members(network: Network) -> list[Structure]:
    return [make_member(name, network, commune_id="38002") for name in NAMES]


@pytest.fixture
def unclaimed(network: Network) -> Structure:
    return make_member("Chantier du Col", network, director=False, phone="04 65 71 20 45")


@pytest.fixture
def delegate(network: Network) -> User:
    person = make_delegate("deleguee@exemple.fr", network, region_id="84")
    User.objects.filter(pk=person.pk).update(display_name="Octavie Bruyère")
    return User.objects.get(pk=person.pk)


def site(page: Page) -> str:
    return re.sub(r"(https?://[^/]+).*", r"\1", page.url)


def link_for(structure: Structure, answer: str) -> str:
    """The address found in the mail that its director got."""
    (found,) = [m for m in mail.outbox if m.to == [f"direction{structure.pk}@exemple.fr"]]
    (path,) = re.findall(rf"http://\S+(/repondre/\S+reponse={answer})", str(found.body))
    return str(path)


def test_a_delegate_relays_and_reads_the_answers(
    visit: Callable[..., Page],
    axe_check: Callable[[Page], None],
    tmp_path: Path,
    members: list[Structure],
    unclaimed: Structure,
    delegate: User,
) -> None:
    call = make_opportunity(tmp_path, deadline=timezone.now() + timedelta(days=40))
    page = visit(f"/opportunites/{call.pk}/", user=delegate)
    page.get_by_role("button", name="Relayer à mes membres…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("À qui, et avec quels mots\u202f?")
    page.get_by_label("Votre message").fill("Ce marché est pour nous.")
    axe_check(page)
    page.get_by_role("button", name="Relire le courrier").first.click()
    expect(page.get_by_text("Ce marché est pour nous.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("5\u202fstructures")
    axe_check(page)
    assert mail.outbox == []
    page.get_by_role("button", name="Envoyer la campagne").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("5\u202fstructures n’ont pas")
    assert len(mail.outbox) == 4

    # Three members, on a phone, without account.
    for structure, answer, button in (
        (members[0], "les-deux", "Envoyer\u00a0: oui, seule ou en équipe"),
        (members[1], "les-deux", "Envoyer\u00a0: oui, seule ou en équipe"),
        (members[2], "pas-maintenant", "Envoyer\u00a0: pas maintenant"),
    ):
        phone = visit(link_for(structure, answer), phone=True)
        axe_check(phone)
        if answer == "pas-maintenant":
            phone.get_by_label("Équipe complète").check()
        phone.get_by_role("button", name=button).click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Votre réponse est notée")
        axe_check(phone)
    assert Answer.objects.count() == 3

    # One by telephone.
    page.reload()
    page.get_by_role("link", name="Voir la liste d’appels").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2\u202fstructures à appeler")
    axe_check(page)
    page.get_by_role("link", name=re.compile("Noter la réponse : Chantier du Col")).click()
    page.get_by_label("Oui, en équipe", exact=True).check()
    page.get_by_label("Fonction de qui a répondu").fill("coordinatrice")
    axe_check(page)
    page.get_by_role("button", name="Noter cette réponse").click()

    # They see who is silent.
    expect(page.get_by_role("heading", level=1)).to_have_text("1\u202fstructure n’a pas répondu")
    page.get_by_role("link", name=re.compile("Sans réponse")).click()
    silent = page.get_by_role("table", name="Structures de la campagne").get_by_role("rowheader")
    expect(silent).to_have_count(1)
    expect(silent).to_contain_text("Les Serres du Mirel")
    axe_check(page)

    # A stranger sees nothing.
    board = page.url.removeprefix(site(page))
    stranger = visit("/mobilisation/", user=make_person("visiteur@exemple.fr"))
    expect(stranger.get_by_text("Un réseau écrit aux membres")).to_be_visible()
    assert not any(name in stranger.content() for name in NAMES)
    answer = stranger.request.get(site(page) + board)
    assert answer.status == 404


def test_without_javascript_all_of_it_works(
    visit: Callable[..., Page], members: list[Structure], delegate: User
) -> None:
    make_call(now=timezone.now())
    page = visit("/mobilisation/nouvelle/", user=delegate, javascript=False)
    page.get_by_label("Métier").select_option("espaces-verts")
    page.get_by_label("Date limite dans les prochains jours").fill("60")
    page.get_by_role("button", name="Voir les membres concernés").click()
    page.get_by_label("Nom, ville ou SIRET").fill("Serres")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("button", name="Ajouter Les Serres du Mirel").click()
    page.get_by_role("button", name="Relire le courrier").first.click()
    page.get_by_role("button", name="Envoyer la campagne").click()
    assert len(mail.outbox) == 4
    phone = visit(link_for(members[0], "pas-pour-nous"), phone=True, javascript=False)
    phone.get_by_role("button", name="Envoyer\u00a0: pas pour nous").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Votre réponse est notée")


def test_every_page_reads_well(
    look: Callable[..., None],
    members: list[Structure],
    unclaimed: Structure,
    delegate: User,
    network: Network,
) -> None:
    now = timezone.now()
    campaign = relayed(delegate, make_call(now=now), now=now)
    late = make_call("Personne n’en a voulu", now=now - timedelta(days=60), days=30)
    relayed(delegate, late, now=now - timedelta(days=55))
    Opportunity.objects.filter(pk=late.pk).update(deadline=now - timedelta(days=1))
    silent = campaign.recipients.get(structure=unclaimed)
    director = User.objects.get(seats__structure=members[0])
    addresses: list[tuple[str, Any]] = [
        ("/mobilisation/", delegate),
        ("/mobilisation/nouvelle/", delegate),
        ("/mobilisation/appels/", delegate),
        ("/mobilisation/sans-suite/", delegate),
        (f"/mobilisation/campagnes/{campaign.pk}/", delegate),
        (f"/mobilisation/campagnes/{campaign.pk}/appels/", delegate),
        (f"/mobilisation/campagnes/{campaign.pk}/arreter/", delegate),
        (f"/mobilisation/campagnes/{campaign.pk}/entendu/{silent.pk}/", delegate),
        ("/mobilisation/", director),
        (f"/mobilisation/demandes/{members[0].asks.first().pk}/?reponse=pas-pour-nous", director),
        ("/mobilisation/", make_person("visiteur@exemple.fr")),
    ]
    for address, user in addresses:
        look(address, user=user)

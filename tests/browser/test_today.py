"""« Aujourd’hui » on a phone: the answer first, one button a line, all of the menu reached."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.members.models import Certification, RoleSeat
from cordee.members.today import contracts, waiting
from cordee.members.today.contracts import Contract, ContractPanel, Mark
from cordee.members.today.waiting import Call, Sort, Waiting
from cordee.mobilisation.models import Answer, Recipient
from cordee.opportunities.models import Verdict, VerdictTurn
from tests.browser.conftest import open_as, settle
from tests.members.makers import make_network, make_person, make_structure, make_valley
from tests.mobilisation.campaign_makers import (
    last_office_moment,
    make_call,
    make_delegate,
    make_member,
    relayed,
)
from tests.opportunities.makers import make_opportunity, post_need

pytestmark = pytest.mark.django_db(transaction=True)
Role = RoleSeat.Role
Visit = Callable[..., Page]
# Titles are cut before sixty characters; these are the longest names of the demo.
LONG = "Entretien des espaces verts, des berges et des murets de…"
SIZES = {1280: (800, 1_100), 360: (640, 2_100)}


def lines(_: Any, now: Any) -> list[Waiting]:
    """The longest lines that rooms write, with the longest names of the demo."""
    texts = (
        ("Ce marché vous intéresse\u202f?", f"{LONG} Oui ou non suffit.", "Répondre"),
        (
            "Les Jardins de la Verdoire répondent à votre coup de main",
            "Deux débroussailleuses pour la semaine du 14 décembre.",
            "Lire la réponse",
        ),
        (
            "Un papier expire\u00a0: assurance responsabilité civile",
            "Les Jardins de la Verdoire, dans 12\u202fjours.",
            "Le remplacer",
        ),
    )
    return [Waiting(date(2026, 12, day), *texts[day % len(texts)], "/aide/") for day in range(1, 9)]


def calls(_: Any, now: Any) -> list[Call]:
    return [
        Call(
            "Rives et Sentiers",
            f"{LONG[:40]}… Sans réponse depuis 6 jours.",
            "04 65 71 20 14",
            "/aide/",
        )
    ] * 4


def panel(viewer: Any, now: Any) -> ContractPanel:
    """The longest contracts of the demo; a network reads no reason of one structure."""
    titles = (
        "Espaces verts de l’étang et de sa promenade",
        "Espaces verts, berges et murets de la vallée",
        "Entretien des espaces verts de deux résidences",
    )
    words = "espaces verts", "à 14\u202fkm", "0,65\u202fETP sur vos 6,0 libres", "réservé"
    facts = "Saint-Aubin-sur-Verdoire, 200\u202f700\u202f€, avant le 29\u202fdécembre"
    marks = [] if viewer.network else [Mark("sur", each) for each in words]
    return ContractPanel(
        "Personne n’y arrive seul" if viewer.network else "Pour vous",
        [
            Contract(title, "/aide/", facts, "inconnu", "À trois\u202f?", "corde", marks)
            for title in titles
        ],
        "/aide/",
        "Voir les neuf autres marchés",
    )


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("role", ["director", "network_staff"])
def test_the_page_keeps_its_budget(
    visit: Visit, live_server: Any, monkeypatch: pytest.MonkeyPatch, role: str, width: int
) -> None:
    """Words, links and height of the table of the look, on a full day."""
    network = role == "network_staff"
    sayers = (lines, calls) if network else (lines,)
    everybody = User.objects.all()
    sorts = [Sort(everybody, lambda viewer, now, rows, say=say: say(viewer, now)) for say in sayers]
    monkeypatch.setattr(waiting, "readers", {"test": lambda viewer, now: sorts})
    monkeypatch.setattr(contracts, "readers", {"test": panel})
    held = (
        {"network": make_network("Les Chantiers Encordés")}
        if network
        else {"structure": make_structure("Les Jardins de la Verdoire")}
    )
    height, most = SIZES[width]
    page = visit("/aide/")
    page.set_viewport_size({"width": width, "height": height})
    open_as(page, make_person("zoe@exemple.fr", role=role, **held), live_server.url, "/aujourdhui/")
    found = page.evaluate(
        """() => {
            const main = document.querySelector("main");
            return {
                words: main.innerText.trim().split(/\\s+/).length,
                links: main.querySelectorAll("a").length,
                filled: main.querySelectorAll(".btn-primary").length,
                height: document.documentElement.scrollHeight,
                over: document.documentElement.scrollWidth - window.innerWidth,
                answer: main.querySelector(".carton-corde").getBoundingClientRect().top,
            };
        }"""
    )
    assert found["words"] <= 250
    assert found["links"] <= 15
    assert found["filled"] == 1
    assert found["height"] <= most
    assert found["over"] <= 0
    assert found["answer"] < height / 2


def test_a_director_settles_what_waits_from_her_phone(visit: Visit, live_server: Any) -> None:
    """Two presses from the day's page to the paper and back: the line is gone."""
    structure = make_structure("Les Jardins du Val")
    zoe = make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=structure)
    Certification.objects.create(
        structure=structure, name="Assurance", valid_until=timezone.localdate()
    )
    page = visit("/aide/")
    page.set_viewport_size({"width": 360, "height": 640})
    open_as(page, zoe, live_server.url, "/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Une chose vous attend")
    page.get_by_role("link", name="Le remplacer").click()
    page.get_by_label("Valable jusqu’au").fill("2099-01-01")
    page.get_by_role("button", name="Garder").click()
    expect(page).to_have_url(f"{live_server.url}/aujourdhui/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rien ne vous attend")
    assert Certification.objects.get().valid_until == date(2099, 1, 1)


def test_three_calls_and_two_needs_in_ten_presses(visit: Visit, live_server: Any) -> None:
    """The Monday of a delegate, on a phone: what is noted or decided leads back to the day."""
    network = make_network("Chantiers Encordés Occitanie")
    delegate = make_delegate("nadia@exemple.fr", network)
    now, call = timezone.now(), make_call(now=timezone.now())
    for name in ("Les Jardins du Val", "Les Haies du Val", "Les Toits du Val"):
        make_member(name, network, phone="04 65 71 20 02")
    relayed(delegate, call, now=last_office_moment(now))
    Recipient.objects.update(state=Recipient.State.BY_PHONE)
    company = make_person("manon@exemple.fr", role=Role.BUYER)
    for title in ("Deux aides-charpentiers", "Conditionnement de coffrets"):
        post_need(company, network, title=title)
    page, presses = visit("/aide/"), 0

    def press(role: Any, name: str) -> None:
        nonlocal presses
        page.get_by_role(role, name=name).first.click()
        presses += 1

    page.set_viewport_size({"width": 360, "height": 640})
    open_as(page, delegate, live_server.url, "/")
    for calls in ("trois appels", "deux appels", "un appel"):
        heading = f"Deux choses vous attendent, puis {calls} à passer"
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        press("link", "Noter")
        page.get_by_label("Oui, en équipe", exact=True).check()
        page.get_by_label("Fonction de qui a répondu").fill("directrice")
        press("button", "Noter cette réponse")
    for things in ("Deux choses vous attendent", "Une chose vous attend"):
        expect(page.get_by_role("heading", level=1)).to_have_text(things)
        press("link", "Relire")
        page.get_by_label("Publier").check()
        press("button", "Envoyer ma décision")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rien ne vous attend")
    assert presses == 10
    assert Answer.objects.filter(channel=Answer.Channel.TELEPHONE).count() == 3


def test_everything_in_the_menu_is_reached_on_the_smallest_phone(
    visit: Visit, live_server: Any
) -> None:
    zoe = make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=make_structure("Les Toits"))
    page = visit("/aide/")
    page.set_viewport_size({"width": 320, "height": 480})
    open_as(page, zoe, live_server.url, "/aujourdhui/")
    page.get_by_role("button", name="Menu").click()
    # Lines that read what waits load as the menu opens, and push the others down.
    settle(page)
    out = page.locator("#menu").get_by_role("button", name="Se déconnecter")
    out.scroll_into_view_if_needed()
    expect(out).to_be_in_viewport(ratio=1)
    out.click()
    expect(page.get_by_role("link", name="Se connecter").first).to_be_attached()


def test_the_first_contract_for_me_is_one_press_from_the_first_page(
    visit: Visit, live_server: Any, tmp_path: Path
) -> None:
    """On a phone: sign in, press the name of the contract, read the same answer."""
    make_valley()
    structure = make_structure("Les Jardins du Val", latitude=45.0, longitude=5.5)
    zoe = make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=structure)
    call, now = make_opportunity(tmp_path), timezone.now()
    VerdictTurn.objects.update_or_create(
        structure=structure, defaults={"computed_at": now, "asked_at": None}
    )
    Verdict.objects.update_or_create(
        structure=structure,
        opportunity=call,
        defaults={"kind": "team", "size": 3, "answers": 2, "reason": "R.", "computed_at": now},
    )
    page = visit("/aide/")
    page.set_viewport_size({"width": 360, "height": 640})
    open_as(page, zoe, live_server.url, "/")
    expect(page.locator(".marches .etat")).to_have_text("À trois\u202f?")
    page.get_by_role("link", name="Entretien des espaces verts").click()
    expect(page.locator(".verdict")).to_have_text("Oui, à trois, si deux réponses arrivent")
    page.goto(f"{live_server.url}/opportunites/pour-vous/")
    expect(page.locator(".marches .etat")).to_have_text("À trois\u202f?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

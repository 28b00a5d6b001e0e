"""A company posts a need and sees two composed proposals; every page of needs by axe."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.composing.access import viewer_in
from cordee.composing.models import Composition
from cordee.composing.problem.reader import STRANGER_ID
from cordee.members.models import Network
from cordee.members.sharing import Viewer
from cordee.mobilisation.actions import conversations
from cordee.mobilisation.models import Message, Thread
from cordee.opportunities.actions.needs import draft_of
from cordee.opportunities.models import Opportunity
from demo.needs import post_needs
from demo.valley import DELEGATION
from tests.composing.conftest import Valley

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]


@pytest.fixture
def people(valley: Valley) -> dict[str, User]:
    return {
        name: User.objects.get(email=f"{name}@cordee.example")
        for name in ("entreprise", "deleguee", "direction", "visiteur")
    }


def test_a_company_posts_a_need_and_sees_two_composed_proposals(
    visit: Visit, people: dict[str, User], signed_in_client: Any
) -> None:
    """On a phone, in four steps; their network publishes; then teams with public figures only."""
    page = visit("/opportunites/besoins/nouveau/", phone=True, user=people["entreprise"])
    page.get_by_role("button", name="Un travail à confier").click()
    page.get_by_label("Que faut-il faire").fill("Entretenir les abords de notre usine")
    page.get_by_label("Pour quelle entreprise").fill("Charpentes du Mirel")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Métier").select_option("espaces-verts")
    page.get_by_label("Où").fill("Les Granges-Verdoire")
    page.get_by_label("Durée, en mois").fill("8")
    page.get_by_label("Combien de personnes").fill("1,5")
    deadline = timezone.localdate() + timedelta(days=30)
    page.get_by_label("Répondre jusqu’au").fill(deadline.isoformat())
    page.get_by_role("button", name="Continuer").click()
    delegation = Network.objects.get(slug=DELEGATION)
    # Whom it reaches is said before anything is sent, without a name.
    expect(page.get_by_text("Par réseau")).to_be_visible()
    expect(page.get_by_text("Jardins de la Verdoire")).to_have_count(0)
    page.get_by_label(delegation.name, exact=True).check()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Envoyer mon besoin").click()
    expect(page.get_by_text("En relecture")).to_be_visible()
    need = Opportunity.objects.get(created_by=people["entreprise"])

    reader = visit("/opportunites/besoins/a-relire/", user=people["deleguee"])
    reader.get_by_role("link", name="Entretenir les abords").click()
    reader.get_by_label("Publier").check()
    reader.get_by_role("button", name="Envoyer ma décision").click()
    expect(reader.get_by_text("Besoin publié")).to_be_visible()

    page.reload()
    page.get_by_role("link", name="Composer une alliance").click()
    page.get_by_role("button", name="Chercher la meilleure équipe").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Oui, à deux", timeout=60_000)
    expect(page.get_by_text("Les Jardins de la Verdoire").first).to_be_visible()
    page.get_by_role("link", name="Et si").click()
    more = page.get_by_role("button", name="Chercher d’autres équipes")
    if more.count():
        more.click()
    expect(page.get_by_role("heading", name="Autre équipe 1").first).to_be_visible(timeout=60_000)
    # Names are public. Of figures nothing is shown: no charge, no ceiling, no crew of anybody.
    composition = Composition.objects.get(made_by=people["entreprise"], base=None)
    viewer = viewer_in(Viewer.of(people["entreprise"], timezone.localdate()), composition)
    assert set(viewer.seen.values()) == {frozenset({STRANGER_ID})}
    for name, path in (
        ("visiteur", f"/opportunites/{need.pk}/"),
        ("direction", f"/alliances/{composition.pk}/"),
        ("deleguee", f"/alliances/{composition.pk}/"),
    ):
        assert signed_in_client(people[name]).get(path).status_code == 404, name


def test_axe_finds_nothing_on_needs(
    look: Callable[..., None], valley: Valley, people: dict[str, User]
) -> None:
    assert post_needs(valley.day) == 5
    author, reader = people["entreprise"], people["deleguee"]
    draft = draft_of(
        opportunity=Opportunity.objects.filter(created_by=author).earliest("pk"),
        typed={
            "quoi": {"title": "Tondre un parc", "buyer": "Charpentes du Mirel"},
            "ou": {
                "trade": "espaces-verts",
                "place": "Les Granges-Verdoire",
                "deadline": f"{timezone.localdate() + timedelta(days=3)}",
            },
            "qui": {"networks": []},
        },
        by=author,
    )
    base = f"/opportunites/besoins/brouillons/{draft.pk}/"
    ours = ["/opportunites/besoins/", "/opportunites/besoins/nouveau/"]
    ours += [f"{base}{step}/" for step in ("quoi", "ou", "qui", "verifier")]
    for need in Opportunity.objects.filter(created_by=author):
        ours.append(f"/opportunites/besoins/{need.pk}/")
    ours += [
        f"/opportunites/besoins/{need.pk}/retirer/",
        f"/opportunites/besoins/{need.pk}/pourvu/",
    ]
    theirs = ["/opportunites/besoins/a-relire/"]
    theirs += [
        f"/opportunites/besoins/a-relire/{audience.pk}/"
        for need in Opportunity.objects.filter(created_by=author)
        for audience in need.audiences.filter(network__slug=DELEGATION)
    ]
    look(*ours, user=author)
    look(*theirs, user=reader)


def test_axe_finds_nothing_on_conversations(
    look: Callable[..., None], valley: Valley, people: dict[str, User]
) -> None:
    post_needs(valley.day)
    thread = Thread.objects.get()
    director, reader = people["direction"], people["deleguee"]
    answer = thread.messages.latest("pk")
    own = conversations.write(
        thread=thread, side=Message.Side.STRUCTURE, text="Merci.", by=director, now=timezone.now()
    )
    report = conversations.report(
        message=answer, network=thread.network, words="Déplacé", by=director, now=timezone.now()
    )
    public = Opportunity.objects.filter(network=None).earliest("pk")
    ours = [
        "/conversations/",
        "/mobilisation/",
        f"/conversations/{thread.pk}/",
        f"/conversations/avis/{thread.opportunity_id}/poser/",
        f"/conversations/messages/{own.pk}/retirer/",
        f"/conversations/messages/{answer.pk}/signaler/",
    ]
    theirs = [
        "/conversations/",
        "/conversations/signalements/",
        f"/conversations/signalements/{report.pk}/",
        f"/conversations/avis/{public.pk}/ecrire/",
        f"/conversations/avis/{public.pk}/ecrire/?q=personne",
        f"/conversations/avis/{public.pk}/ecrire/{thread.structure_id}/",
        "/mobilisation/",
    ]
    look(*ours, user=director)
    look(*theirs, user=reader)

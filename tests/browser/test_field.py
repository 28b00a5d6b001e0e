"""Noting in the field at 360 px, without network: three touches each, sent later, none lost."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.members.models import Structure
from cordee.members.roles import Role
from cordee.skills.models import Learner, Observation
from tests.browser.conftest import open_as
from tests.members.makers import make_person, make_structure
from tests.skills.makers import make_framework, make_learner

pytestmark = pytest.mark.django_db(transaction=True)
FIELD = "/terrain/"


@pytest.fixture
def structure() -> Structure:
    made = make_structure("Les Jardins")
    make_framework(made)
    return made


@pytest.fixture
def basile(structure: Structure) -> User:
    return make_person("basile@exemple.fr", role=Role.SUPERVISOR, structure=structure)


@pytest.fixture
def learners(structure: Structure) -> list[Learner]:
    return [make_learner(structure, name) for name in ("Ilan", "Nour", "Samba")]


def forget_wait(page: Page) -> None:
    """The ten seconds of « Annuler » are over."""
    page.evaluate(
        """() => Object.keys(localStorage).filter((key) => key.startsWith("cordee-terrain-"))
        .forEach((key) => localStorage.setItem(key, JSON.stringify(
          JSON.parse(localStorage.getItem(key)).map((one) => ({...one, at: 0})))))"""
    )


def touch(page: Page, *names: str) -> int:
    for name in names:
        page.get_by_role("button", name=name, exact=True).locator("visible=true").first.click()
    return len(names)


def test_six_notes_without_network_are_sent_with_the_next_signal(
    visit: Any, axe_both: Any, structure: Structure, basile: User, learners: list[Learner]
) -> None:
    page = visit(FIELD, phone=True, user=basile)
    axe_both(page, "terrain-qui")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.wait_for_function("caches.open('cordee-terrain').then((c) => c.match('/terrain/'))")
    page.context.set_offline(True)
    # The page opens again without network, as it was last read.
    page.reload()
    for learner in learners:
        if learner != learners[0]:
            page.locator("[data-field=said] button").first.click()
        else:
            assert touch(page, "Ilan", "Tondre un square") == 2
        if learner != learners[0]:
            touch(page, learner.pseudonym)
        for sentence, level in (
            ("Je règle la hauteur.", "Acquis"),
            ("Je tonds droit.", "En cours"),
        ):
            page.get_by_role("group", name=sentence).get_by_role("button", name=level).click()
    axe_both(page, "terrain-comment")
    expect(page.get_by_text("6 notes gardées sur ce téléphone")).to_be_visible()
    # The last one was a mistake; it is noted again.
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("5 notes gardées sur ce téléphone")).to_be_visible()
    page.get_by_role("group", name="Je tonds droit.").get_by_role("button", name="En cours").click()

    # Meanwhile the counsellor says another thing of Nour.
    cecile = make_person("cecile@exemple.fr", role=Role.COUNSELLOR, structure=structure)
    theirs = Observation.objects.create(
        learner=learners[1],
        framework="espaces-verts",
        criterion="tondre-droit",
        competence="Tondre",
        sentence="Je tonds droit.",
        level=Observation.Level.ACQUIRED,
        seen_on=timezone.localdate(),
        seen_by=cecile,
        seen_by_name="Cécile",
    )
    forget_wait(page)
    page.context.set_offline(False)
    expect(page.get_by_text("1 note gardée sur ce téléphone")).to_be_visible()
    assert Observation.objects.exclude(pk=theirs.pk).count() == 5
    page.get_by_text("Les voir").click()
    expect(page.get_by_text("Entre-temps, Cécile a noté")).to_be_visible()
    axe_both(page, "terrain-file")
    page.get_by_role("button", name="Garder les deux").click()
    expect(page.locator("[data-field=queue]")).to_be_hidden()
    assert Observation.objects.exclude(pk=theirs.pk).count() == 6


def test_a_queue_waits_for_its_author_and_signing_out_asks_first(
    visit: Any, structure: Structure, basile: User, learners: list[Learner], live_server: Any
) -> None:
    page = visit(FIELD, phone=True, user=basile)
    page.wait_for_function("caches.open('cordee-terrain').then((c) => c.match('/terrain/'))")
    touch(page, "Nour", "Tondre un square")
    page.get_by_role("group", name="Je tonds droit.").get_by_role("button", name="Acquis").click()
    forget_wait(page)
    # Her session ended: what waits stays, and says how to go on.
    page.context.clear_cookies()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Votre session est finie.")).to_be_visible()
    assert not Observation.objects.exists()

    other = make_person("autre@exemple.fr", role=Role.SUPERVISOR, structure=structure)
    open_as(page, other, live_server.url, FIELD)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(500)
    assert not Observation.objects.exists()

    asked: list[str] = []

    def refuse(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", refuse)
    page.goto(live_server.url + reverse("account_logout"))
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    assert [words[:25] for words in asked] == ["1 observation à envoyer. "]
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    page.wait_for_function("caches.has('cordee-terrain').then((has) => !has)")

    open_as(page, basile, live_server.url, FIELD)
    expect(page.locator("[data-field=queue]")).to_be_hidden()
    kept = Observation.objects.get()
    assert (kept.learner, kept.level, kept.seen_by) == (learners[1], "acquired", basile)


def test_what_waits_is_sent_by_leaving_the_page_and_told_on_one_line(
    visit: Any, structure: Structure, basile: User, learners: list[Learner]
) -> None:
    page = visit(FIELD, phone=True, user=basile)
    touch(page, "Nour", "Tondre un square")
    page.get_by_role("group", name="Je tonds droit.").get_by_role("button", name="Acquis").click()
    done = page.locator("[data-field=done]")
    expect(done).to_have_text("Noté\u00a0: Nour, acquisAnnuler (10 s)")
    assert done.bounding_box()["height"] < 80
    expect(page.get_by_text("1 note part dans 10 s.")).to_be_visible()
    # A browser may drop what a page sends while it goes: told of leaving, this one stays.
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    for _ in range(50):
        if Observation.objects.exists():
            break
        page.wait_for_timeout(100)
    assert Observation.objects.exists()
    page.goto(page.url.replace(FIELD, "/aide/"))
    # Back on the page, it is sent again, and is there once.
    page.goto(page.url.replace("/aide/", FIELD))
    expect(page.locator("[data-field=queue]")).to_be_hidden()
    kept = Observation.objects.get()
    assert (kept.learner, kept.level, kept.seen_by) == (learners[1], "acquired", basile)

"""The table of an alliance in Chromium: typed at the keyboard, by two people, repaired, undone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from cordee.accounts.models import User
from cordee.alliances import revisions
from cordee.alliances.invitations import actions
from cordee.alliances.models import Alliance
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.requirements import lot_of
from cordee.members.models import Structure
from tests.alliances.test_workspace import NAMES
from tests.browser.conftest import DESK, _session_cookie
from tests.browser.test_shares import directing
from tests.composing.conftest import Valley

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def alliance(valley: Valley, nadia: User) -> Alliance:
    """Three structures that take part; the first two share every line."""
    breakdown = valley.opportunity("berges").latest_breakdown()
    assert breakdown is not None
    now = timezone.now()
    found = start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title="Les berges ensemble",
        start=Start(
            origin=Alliance.Origin.SCRATCH,
            structures=[Structure.objects.get(name=name) for name in NAMES],
        ),
        network=valley.network,
        by=nadia,
        now=now,
    )
    for party in found.parties.select_related("structure"):
        actions.invite(party=party, by=nadia, now=now)
        actions.answer_invitation(party=party, is_yes=True, by=directing(party.structure), now=now)
    terms = found.terms
    first, second = (party.key for party in terms.parties[:2])
    for line in terms.lines:
        need = line.need_cfte or 0
        for key, cents, cfte in (
            (first, line.price_cents - line.price_cents // 3, need - need // 3),
            (second, line.price_cents // 3, need // 3),
        ):
            terms = terms.with_cell(replace(terms.cell(key, line.key), cents=cents, cfte=cfte))
    revisions.write_terms(alliance=found, base=1, terms=terms, by=nadia, now=now)
    return Alliance.objects.get(pk=found.pk)


def at(alliance: Alliance, route: str = "table", *more: Any) -> str:
    return reverse(f"alliances:{route}", args=[alliance.pk, *more])


def box(page: Page, alliance: Alliance, place: int, line: str = "01") -> Any:
    key = alliance.terms.parties[place].key
    return page.locator(f"[name='v-euros-{key}-{line}']")


def test_the_table_is_typed_at_the_keyboard_and_tells_at_once(
    visit: Visit, axe_check: Check, alliance: Alliance, nadia: User
) -> None:
    page = visit(at(alliance), user=nadia)
    axe_check(page)
    first, second = box(page, alliance, 0), box(page, alliance, 1)
    first.click()
    page.keyboard.type("100")
    page.keyboard.press("Enter")
    expect(second).to_be_focused()
    expect(first).to_have_value("100,00")
    expect(page.get_by_role("heading", name="à régler dans la répartition")).to_be_visible()
    expect(page.get_by_text("à répartir").first).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(box(page, alliance, 0, alliance.terms.lines[1].key)).to_be_focused()
    axe_check(page)
    page.get_by_role("button", name="Annuler le dernier changement").click()
    expect(box(page, alliance, 0)).not_to_have_value("100,00")
    for measure, text in (("mois", "3"), ("etp", "1,5"), ("heures", "40"), ("equipes", "2")):
        page.goto(page.url.split("?")[0] + f"?mesure={measure}")
        key = alliance.terms.parties[0].key
        cell = page.locator(f"[name='v-{measure}-{key}-01']")
        cell.fill(text)
        cell.blur()
        expect(page.get_by_text("Enregistré, version")).to_be_attached()
    pin = page.get_by_role("button", name="Épingler").first
    pin.click()
    expect(page.get_by_role("button", name="Libérer")).to_have_count(1)
    held = Alliance.objects.get(pk=alliance.pk).terms.cell(alliance.terms.parties[0].key, "01")
    assert (held.months, held.cfte, held.insertion_hours, held.crews) == (3, 150, 40, 2)
    assert held.pinned


def test_what_is_typed_before_the_scripts_are_there_is_kept(
    visit: Visit, alliance: Alliance, nadia: User
) -> None:
    page = visit("/aide/", user=nadia)
    first, second = box(page, alliance, 0), box(page, alliance, 1)

    def late(route: Any) -> None:
        # The page is typed in while this script is still on its way.
        first.fill("100")
        second.fill("200")
        second.press("Tab")
        route.continue_()

    page.route("**/htmx*.js", late)
    page.goto(page.url.replace("/aide/", at(alliance)))
    expect(first).to_have_value("100,00")
    expect(second).to_have_value("200,00")
    keys = [party.key for party in alliance.terms.parties[:2]]
    held = Alliance.objects.get(pk=alliance.pk).terms
    assert [held.cell(key, "01").cents for key in keys] == [100_00, 200_00]


def test_what_one_types_is_neither_replaced_nor_replaces_unseen(
    visit: Visit, axe_check: Check, alliance: Alliance, nadia: User
) -> None:
    one = visit(at(alliance), user=nadia)
    party = alliance.parties.get(pk=int(alliance.terms.parties[0].key))
    two = visit(at(alliance), user=directing(party.structure))
    # Two is typing in their cell while One writes in it.
    box(two, alliance, 0).click()
    two.keyboard.type("222")
    box(one, alliance, 0).fill("111")
    box(one, alliance, 0).blur()
    expect(box(one, alliance, 0)).to_have_value("111,00")
    # What comes from One touches nothing that Two is typing.
    asks = """() => {
        const live = document.querySelector('[data-cordee-live]');
        const version = document.getElementById('version').value;
        const address = `${live.getAttribute('hx-get')}?mesure=euros&version=${version}`;
        return htmx.ajax('GET', address, {source: live, swap: 'none'});
    }"""
    two.evaluate(asks)
    expect(two.locator("#version")).to_have_value(str(alliance.version + 1))
    expect(box(two, alliance, 0)).to_have_value("222")
    box(two, alliance, 0).blur()
    expect(two.get_by_text("Deux personnes ont écrit au même endroit")).to_be_visible()
    axe_check(two)
    two.get_by_role("button", name="Écrire 222,00").click()
    expect(box(two, alliance, 0)).to_have_value("222,00")


def test_what_is_typed_without_a_connection_is_sent_when_it_is_back(
    browser: Browser, live_server: Any, alliance: Alliance, nadia: User
) -> None:
    """The cell shows it, sent or not: nobody would see that it was not.

    Outside of `visit`, which takes what Chromium says of a dead line for a fault of ours.
    """
    context = browser.new_context(viewport=DESK, locale="fr-FR")
    try:
        context.add_cookies([_session_cookie(nadia, live_server.url)])
        page = context.new_page()
        page.goto(live_server.url + at(alliance))
        field = box(page, alliance, 0)
        key = alliance.terms.parties[0].key
        context.set_offline(True)
        field.fill("123")
        field.press("Tab")
        expect(page.get_by_text("Connexion perdue.")).to_be_visible()
        context.set_offline(False)
        expect(page.get_by_text("Connexion perdue.")).to_be_hidden()
        expect(box(page, alliance, 0)).to_have_value("123,00")
        assert Alliance.objects.get(pk=alliance.pk).terms.cell(key, "01").cents == 123_00

        # What cannot be read never looks saved; Escape takes it away.
        field = box(page, alliance, 0)
        field.fill("46k")
        field.press("Tab")
        field = box(page, alliance, 0)
        expect(page.locator(".case-faute")).to_contain_text("Pas enregistré.")
        expect(field).to_have_attribute("aria-invalid", "true")
        box(page, alliance, 1).fill("7")
        box(page, alliance, 1).press("Tab")
        expect(box(page, alliance, 1)).to_have_value("7,00")
        expect(field).to_have_value("46k")
        field.focus()
        field.press("Escape")
        expect(field).to_have_value("123,00")
        expect(page.locator(".case-faute")).to_have_count(0)

        # Signed out meanwhile: it is said, kept, and sent once one is back.
        context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        field.fill("124")
        field.press("Tab")
        expect(page.get_by_text("Cordée ne sait plus qui vous êtes.")).to_be_visible()
        expect(field).to_have_value("124")
        context.add_cookies([_session_cookie(nadia, live_server.url)])
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(field).to_have_value("124,00")
        expect(page.get_by_text("Cordée ne sait plus qui vous êtes.")).to_be_hidden()

        # A form is not sent into the void, and its words are there when one comes back.
        page.goto(live_server.url + at(alliance).replace("tableau", "messages"))
        words = page.get_by_label("Votre message")
        words.fill("Nous prenons le lot 2")
        context.set_offline(True)
        page.get_by_role("button", name="Écrire à l’équipe").click()
        expect(page.get_by_text("rien n’est perdu")).to_be_visible()
        context.set_offline(False)
        expect(page.get_by_text("rien n’est perdu")).to_be_hidden()
        page.reload()
        expect(words).to_have_value("Nous prenons le lot 2")
        page.get_by_role("button", name="Écrire à l’équipe").click()
        expect(page.get_by_text("Votre message est écrit.")).to_be_visible()
        expect(words).to_have_value("")
    finally:
        context.close()


def test_a_repair_is_read_kept_and_undone(
    visit: Visit, axe_check: Check, alliance: Alliance, nadia: User
) -> None:
    page = visit(at(alliance), user=nadia)
    box(page, alliance, 0).fill("1")
    box(page, alliance, 0).blur()
    expect(box(page, alliance, 0)).to_have_value("1,00")
    page.get_by_role("button", name="Réparer").click()
    axe_check(page)
    page.get_by_role("button", name="Garder cette répartition").click()
    expect(page.get_by_text("La répartition est réparée.")).to_be_visible()
    axe_check(page)
    page.get_by_role("link", name="Versions").click()
    axe_check(page)
    page.get_by_role("button", name="Y revenir").first.click()
    expect(box(page, alliance, 0)).to_have_value("1,00")


def test_on_a_phone_one_party_is_shown_at_a_time(
    visit: Visit, axe_check: Check, alliance: Alliance, nadia: User
) -> None:
    page = visit(at(alliance), user=nadia, phone=True)
    axe_check(page)
    expect(box(page, alliance, 0)).to_be_visible()
    expect(box(page, alliance, 1)).to_be_hidden()
    page.get_by_role("navigation", name="Structure à l’écran").get_by_role("link").nth(1).click()
    expect(box(page, alliance, 1)).to_be_visible()
    expect(box(page, alliance, 0)).to_be_hidden()
    party = alliance.terms.parties[0].key
    page = visit(at(alliance, "table_cell", int(party), "01"), user=nadia, phone=True)
    axe_check(page)
    page = visit(at(alliance, "table_version", 1), user=nadia, phone=True)
    axe_check(page)


def test_without_javascript_the_table_is_saved_whole(
    visit: Visit, alliance: Alliance, nadia: User
) -> None:
    page = visit(at(alliance), user=nadia, javascript=False)
    box(page, alliance, 0).fill("123")
    page.get_by_role("button", name="Enregistrer le tableau").click()
    expect(page.get_by_text("C’est enregistré.")).to_be_visible()
    expect(box(page, alliance, 0)).to_have_value("123,00")

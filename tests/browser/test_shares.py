"""An alliance in Chromium: from a kept team to shares that everybody accepted."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.alliances.models import Alliance
from cordee.composing import actions
from cordee.members.models import RoleSeat
from tests.composing.conftest import Valley

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]


def directing(structure: Any) -> User:
    """Somebody who directs a structure; the valley gives a person to one of them only."""
    found = RoleSeat.objects.directing(structure).people().first()
    if found is not None:
        return found
    person = User.objects.create_user(f"direction-{structure.pk}@exemple.fr")
    RoleSeat.objects.create(person=person, role=RoleSeat.Role.DIRECTOR, structure=structure)
    return person


def test_from_a_kept_team_to_accepted_shares(
    visit: Visit, axe_check: Check, valley: Valley, nadia: User
) -> None:
    composition = valley.compose("berges", by=nadia)
    actions.keep_proposal(composition=composition, origin="best", by=nadia)
    page = visit("/alliances/", user=nadia)
    page.get_by_role("link", name="Ouvrir l’alliance").click()
    axe_check(page)
    page.get_by_role("button", name="Ouvrir l’alliance").click()
    expect(page.get_by_text("Personne n’a encore été invité")).to_be_visible()
    axe_check(page)
    alliance = Alliance.objects.get()
    address = reverse("alliances:detail", args=[alliance.pk])
    parties = list(alliance.parties.select_related("structure"))
    assert len(parties) == 3
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("3\u202finvitations envoyées.")).to_be_visible()

    # Who was asked reads their invitation alone.
    for number, party in enumerate(parties):
        phone_page = visit(address, user=directing(party.structure), phone=True)
        if number == 0:
            axe_check(phone_page)
            for other in parties[1:]:
                expect(phone_page.get_by_text(other.structure.shown_name)).to_have_count(0)
        phone_page.get_by_role("button", name="Oui, explorons").click()
        expect(phone_page.get_by_text("Vous prenez part à l’alliance.")).to_be_visible()
        axe_check(phone_page)
        phone_page.get_by_role("link", name="Lire ma part").click()
        axe_check(phone_page)
        phone_page.get_by_role("button", name="J’accepte cette part").click()
        expect(phone_page.get_by_role("heading", name="Vous avez accepté")).to_be_visible()

    page.goto(page.url.split("/alliances/")[0] + address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tout le monde a répondu")
    page.get_by_role("button", name="Passer à la répartition").click()
    expect(page.get_by_role("link", name="Choisir la forme")).to_be_visible()
    axe_check(page)

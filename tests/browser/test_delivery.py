"""« Les écoles du val », which the demo has won: twelve months of hours, a gap seen and made up
for, all paid, and somebody hired."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.agreement.insertion import Way
from cordee.alliances.models import Alliance
from cordee.delivery.hours.actions import state_hours
from cordee.delivery.models import Delivery, MonthlyHours, Share
from cordee.delivery.opening.actions import write_promises
from cordee.members.models import Structure
from cordee.rules.months import month_number
from demo.people import DOMAIN
from demo.people_of import director_of
from demo.phases import MIREL, cast_of, won

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]
HOUR = 60
# What each promises a month, by whether it leads; the Jardins, which lead, are ten hours short.
MONTHLY = {True: 55, False: 45}
DUE = 12 * sum(MONTHLY.values())


@pytest.fixture
def schools(valley: Any, nadia: User) -> Alliance:
    """As the demo leaves it: filed, won, signed, and its table handed over."""
    return won(cast_of(valley.network, nadia, valley.day))


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@{DOMAIN}")


def eleven_months_later(made: Delivery) -> None:
    """Its first month is moved back, which no page does; then what each said since."""
    first = month_number(timezone.localdate()) - 11
    Delivery.objects.filter(pk=made.pk).update(first_month=first, months=12)
    Share.objects.filter(lot__delivery=made).update(first_month=first, months=12)
    made.refresh_from_db()
    lot, by, rows = made.lots.get(), person("direction"), []
    for partner in made.partners.all():
        hours = MONTHLY[partner.is_lead]
        write_promises(partner=partner, minutes={lot.pk: hours * 12 * HOUR}, by=by)
        done = hours - 10 if partner.is_lead else hours
        rows += [
            MonthlyHours(lot=lot, partner=partner, way=Way.SIAE, month=month, minutes=done * HOUR)
            for month in range(first, first + 11)
        ]
    state_hours(delivery=made, rows=rows, by=by, now=timezone.now())


def test_twelve_months_from_a_signed_table_to_the_last_hour_and_the_last_euro(
    schools: Alliance, visit: Visit, axe_check: Check
) -> None:
    director, facilitator = person("direction"), person("facilitateur")
    mirel = director_of(Structure.objects.get(name=MIREL))
    page = visit(reverse("alliances:result", args=[schools.pk]), user=director)
    title = page.get_by_role("heading", level=1)
    page.get_by_role("button", name="Suivre ce marché").click()
    expect(title).to_contain_text("Ce marché court jusqu’en")
    axe_check(page)

    page.get_by_role("link", name="Corriger ce marché").click()
    page.get_by_label("Qui accepte les heures").fill(facilitator.email)
    page.get_by_label("Pénalité par heure qui manque").fill("24")
    page.get_by_role("button", name="Garder").click()
    page.get_by_role("row", name="Écrites au marché").or_(
        page.get_by_role("row", name="Ni écrites au marché")
    ).get_by_role("link", name="Corriger").click()
    page.get_by_label("Heures écrites au marché").fill(str(DUE))
    page.get_by_role("button", name="Garder").click()
    expect(page.get_by_text("Écrites au marché.")).to_be_visible()

    made = Delivery.objects.get()
    eleven_months_later(made)
    home = reverse("delivery:delivery", args=[made.pk])
    page = visit(home, phone=True, user=director)
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("Il manquera 110\u202fheures")
    expect(page.get_by_text("Ce qui les rattraperait")).to_be_visible()
    axe_check(page)
    # Last month's hours stand there already: the month is made up for, then sent.
    page.get_by_role("spinbutton").or_(page.locator("input.nombre")).first.fill("165")
    page.get_by_role("button", name="Envoyer").click()
    other = visit(home, phone=True, user=mirel)
    other.get_by_role("button", name="Envoyer").click()
    expect(other.get_by_role("heading", name="est dit")).to_be_visible()
    page.goto(page.url)
    expect(title).to_have_text("Toutes les heures dues sont faites")

    office = visit(reverse("delivery:hours", args=[made.pk]), user=facilitator)
    for _ in range(12):
        office.get_by_role("button", name="Accepter ce mois").click()
        expect(office.get_by_text("C’est accepté.")).to_be_visible()
    expect(office.get_by_role("button", name="Accepter ce mois")).to_have_count(0)
    axe_check(office)
    assert office.request.get(office.url.replace("heures", "argent")).status == 404
    paid(visit, axe_check, made, mirel)
    hired(visit, axe_check, made)


def paid(visit: Visit, axe_check: Check, made: Delivery, mirel: User) -> None:
    """What Val Mirel brings is noted late, then paid; a common cost is settled to the cent."""
    money = reverse("delivery:money", args=[made.pk])
    page = visit(money, user=mirel)
    title = page.get_by_role("heading", level=1)
    page.get_by_role("link", name="Noter un montant").click()
    page.get_by_label("Pour quoi").fill("Situation 1")
    page.get_by_label("Montant hors taxes").fill("500")
    page.get_by_role("button", name="Garder").click()
    page.get_by_role("link", name="Corriger Situation 1").click()
    page.get_by_label("Payé le").fill(f"{timezone.localdate():%Y-%m-%d}")
    page.get_by_role("button", name="Garder").click()
    expect(title).to_have_text("Rien n’est en retard")
    page.get_by_role("link", name="Noter un frais commun").click()
    page.get_by_label("Pour quoi").fill("Bennes")
    page.get_by_label("Montant payé").fill("1000,01")
    page.get_by_label("Payé le").fill(f"{timezone.localdate():%Y-%m-%d}")
    page.get_by_role("button", name="Garder").click()
    axe_check(page)
    page = visit(money, user=person("direction"))
    # 55 % of it, to the cent.
    expect(page.get_by_text("doivent 550,01\u202f€").first).to_be_visible()
    page.get_by_role("button", name="C’est payé").click()
    expect(page.get_by_text("Les comptes sont équilibrés")).to_be_visible()


def hired(visit: Visit, axe_check: Check, made: Delivery) -> None:
    """Somebody who learnt on the site spends ten days with another employer, then is hired."""
    today = timezone.localdate()
    page = visit(
        reverse("bridge:add_immersion", args=[made.structure_id]), user=person("encadrant")
    )
    page.get_by_label("Quand a-t-elle dit oui").fill(f"{today - timedelta(days=12)}")
    page.get_by_label("Chez quelle entreprise").fill("Paysages du Mirel")
    page.get_by_label("Pour quoi").select_option(index=1)
    page.get_by_label("Premier jour").fill(f"{today - timedelta(days=10)}")
    page.get_by_label("Dernier jour").fill(f"{today}")
    page.get_by_label("Sur quel marché").select_option(label=made.title)
    page.get_by_role("button", name="Garder").click()
    axe_check(page)
    page.get_by_label("Comment finit l’immersion").select_option(label="Une embauche suit")
    page.get_by_role("button", name="Garder cette fin").click()
    expect(page.get_by_text("C’est noté.")).to_be_visible()
    page = visit(reverse("delivery:contract", args=[made.pk]), user=person("direction"))
    expect(page.get_by_text("1\u202fimmersion, 1\u202fembauche")).to_be_visible()

"""Mails, their way to stop, the outbox and the journal: looked at by axe at both widths."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.accounts import journal, mailing
from cordee.accounts.models import User
from cordee.base.mail import returns
from cordee.base.mail.models import OutgoingMail
from tests.members.makers import make_network, make_person, make_structure, make_valley

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]
TEMPLATE = "accounts/mail/new_password"


@pytest.fixture
def nadia() -> User:
    """Somebody who keeps a national network, directs a structure, and got some mails."""
    make_valley()
    structure = make_structure("Les Jardins du Val", commune_id="38002", department_id="38")
    person = make_person(
        "nadia@exemple.fr", role="network_staff", network=make_network("Réseau des Cimes")
    )
    person.seats.create(role="director", structure=structure)
    for number in range(3):
        mailing.write_to(
            person,
            kind="digest",
            template=TEMPLATE,
            context={"password_reset_url": "http://localhost:8000/compte/x/"},
            key=f"essai:{number}",
        )
    late = OutgoingMail.objects.order_by("pk").last()
    assert late is not None
    late.state, late.attempts, late.sent_at = "failed", 5, None
    late.last_error = "451 4.7.1 <nadia@exemple.fr>: réessayez plus tard"
    late.save()
    for days, verb in enumerate(
        ("members.grant_sharing", "members.guess_trades", "members.record_membership")
    ):
        line = journal.record(
            by=person,
            verb=verb,
            target=structure,
            after={"figure_class": "network", "may_see": True},
        )
        type(line).objects.filter(pk=line.pk).update(at=timezone.now() - timedelta(days=days))
    return person


def addresses(nadia: User) -> list[str]:
    mail = OutgoingMail.objects.order_by("pk").first()
    seat = nadia.seats.get(structure__isnull=False)
    assert mail is not None
    return [
        "/compte/courriers/",
        f"/compte/courriers/{mail.pk}/",
        "/compte/courriers/envois/",
        "/compte/journal/",
        f"/journal/structure/{seat.structure_id}/",
        mail.unsubscribe_url.removeprefix("http://localhost:8000"),
        "/courrier/apercus/",
        "/courrier/apercus/accounts/new_password/",
    ]


def test_axe_finds_nothing(look: Callable[..., None], nadia: User) -> None:
    look(*addresses(nadia), user=nadia)


def test_a_mail_in_its_frame_runs_nothing_and_its_links_lead_out(visit: Visit, nadia: User) -> None:
    mail = OutgoingMail.objects.order_by("pk").first()
    assert mail is not None
    page = visit(f"/compte/courriers/{mail.pk}/", user=nadia)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Choisir un nouveau mot de passe")
    button = frame.get_by_role("link", name="Choisir mon mot de passe")
    assert button.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(106, 44, 90)"


def test_stopping_takes_one_button_and_comes_back(visit: Visit, nadia: User) -> None:
    """Without JavaScript and without an account, as from a mail program."""
    address = addresses(nadia)[5]
    page = visit(address, javascript=False)
    page.get_by_role("button", name="Ne plus recevoir ces courriers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ces courriers sont arrêtés")
    page.get_by_role("button", name="Les recevoir de nouveau").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Arrêter ces courriers")


def test_a_dead_address_is_told_and_revived(visit: Visit, axe_check: Check, nadia: User) -> None:
    returns.mark_dead(nadia.email, reason="550", now=timezone.now())
    page = visit("/compte/courriers/", user=nadia, phone=True)
    axe_check(page)
    page.get_by_role("button", name="Mon adresse marche").click()
    expect(page.get_by_text("Cordée vous écrit de nouveau")).to_be_visible()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_page_of_a_mail_fits_its_screen(visit: Visit, phone: bool) -> None:
    """As a mail program shows it: drawn from its text alone."""
    page = visit("/courrier/apercus/accounts/new_password/page/", phone=phone)
    box = page.get_by_role("link", name="Choisir mon mot de passe").bounding_box()
    width = 360 if phone else 1280
    assert box is not None
    assert box["height"] >= 44
    assert box["x"] > 0
    assert box["x"] + box["width"] < width

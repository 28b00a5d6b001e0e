"""What each one gets by mail: their choices, their box, the way to stop, what comes back."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import connection
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cordee.accounts import mail_actions, mailing
from cordee.accounts.actions import erase_account
from cordee.accounts.models import JournalEntry, MailRefusal, User
from cordee.base.mail import outbox
from cordee.base.mail.models import DeadAddress, MailServerPause, OutgoingMail
from cordee.base.models import ScheduledRun
from demo.mails import previews
from tests.members.makers import make_network, make_person
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
TEMPLATES = {
    "essai/mail/bonjour.subject.txt": "Bonjour",
    "essai/mail/bonjour.html": (
        '{% extends "mail/layout.html" %}{% block body %}<h1>Bonjour</h1>'
        '<p>Le texte d’un essai, à <a href="{{ site }}/aide/">l’aide</a>.</p>{% endblock %}'
    ),
}
SignIn = Callable[[Any], StrictClient]


@pytest.fixture(autouse=True)
def two_sorts(monkeypatch: pytest.MonkeyPatch) -> None:
    """An optional one, one that always leaves, and a template."""
    monkeypatch.setattr(mailing, "_kinds", {})
    mailing.register("digest", "Le résumé de la semaine", why="Vous suivez des marchés.")
    mailing.register("account", "Votre compte", is_optional=False)
    really_get = outbox.get_template
    monkeypatch.setattr(
        outbox,
        "get_template",
        lambda name: (
            engines["django"].from_string(TEMPLATES[name])
            if name in TEMPLATES
            else really_get(name)
        ),
    )
    monkeypatch.setattr(outbox.transaction, "on_commit", lambda leave: leave())


@pytest.fixture
def nadia() -> User:
    return make_person("nadia@exemple.fr")


def write(person: User, key: str = "1", kind: str = "digest", **more: Any) -> OutgoingMail | None:
    return mailing.write_to(
        person, kind=kind, template="essai/mail/bonjour", context={}, key=f"essai:{key}", **more
    )


def page_of(client: StrictClient, address: str) -> str:
    return str(client.get(address).content.decode())


def test_who_stops_a_sort_gets_the_others(nadia: User, signed_in_client: SignIn) -> None:
    client = signed_in_client(nadia)
    page = page_of(client, "/compte/courriers/")
    assert "Le résumé de la semaine" in page
    assert "Votre compte" in page
    assert "Aucun courrier pour l’instant" in page
    client.post("/compte/courriers/choix/", {})
    assert write(nadia) is None
    assert write(nadia, kind="account") is not None
    mailing.write_to_many(
        [mailing.Letter(nadia, "essai:beaucoup", {})], kind="digest", template="essai/mail/bonjour"
    )
    assert OutgoingMail.objects.count() == 1
    client.post("/compte/courriers/choix/", {"sortes": ["digest"]})
    assert write(nadia) is not None
    refused = client.post("/compte/courriers/choix/", {"sortes": ["autre"]}, follow=True)
    assert "n’existe plus" in refused.content.decode()


def test_a_closed_account_gets_nothing(nadia: User) -> None:
    nadia.is_active = False
    assert write(nadia, kind="account") is None


def test_each_one_reads_her_mails_and_nobody_elses(nadia: User, signed_in_client: SignIn) -> None:
    mail = write(nadia)
    assert mail is not None
    client, other = signed_in_client(nadia), signed_in_client(make_person("autre@exemple.fr"))
    assert f'href="/compte/courriers/{mail.pk}/"' in page_of(client, "/compte/courriers/")
    page = page_of(client, f"/compte/courriers/{mail.pk}/")
    assert "Le texte d’un essai" in page
    assert "Vous suivez des marchés." in page
    framed = client.get(f"/compte/courriers/{mail.pk}/page/")
    assert framed["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe")
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "<h1 style=" in framed.content.decode()
    assert "Bonjour" not in page_of(other, "/compte/courriers/")
    for address in (f"{mail.pk}/", f"{mail.pk}/page/"):
        assert other.get(f"/compte/courriers/{address}").status_code == 404


def test_the_list_asks_as_much_for_three_as_for_thirty(nadia: User, count_queries: Any) -> None:
    for number in range(3):
        write(nadia, str(number))
    three = count_queries("/compte/courriers/", nadia)
    for number in range(3, 30):
        write(nadia, str(number))
    assert count_queries("/compte/courriers/", nadia) == three
    assert three <= 8


def stop_address(nadia: User) -> str:
    mail = write(nadia)
    assert mail is not None
    assert django_mail.outbox[-1].extra_headers["List-Unsubscribe"] == f"<{mail.unsubscribe_url}>"
    return mail.unsubscribe_url.removeprefix("http://localhost:8000")


def test_stopping_from_the_mail_asks_for_one_button(nadia: User, client: StrictClient) -> None:
    address = stop_address(nadia)
    assert "Ne plus recevoir ces courriers" in page_of(client, address)
    client.head(address)
    assert not MailRefusal.objects.exists(), "a scanner that opens links stops nothing"
    done = client.post(address, follow=True)
    assert "Ces courriers sont arrêtés" in done.content.decode()
    client.post(address)
    assert MailRefusal.objects.get().person == nadia
    assert JournalEntry.objects.filter(verb="accounts.stop_mail", by=nadia).count() == 2
    client.post(address, {"encore": "1"})
    assert not MailRefusal.objects.exists()


def test_a_mail_program_stops_with_one_click(nadia: User) -> None:
    """RFC 8058: a POST without cookies or token, answered without a redirection."""
    address = stop_address(nadia)
    program = Client(enforce_csrf_checks=True)
    answer = program.post(
        address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert write(nadia, "2") is None


def test_what_waits_for_later_does_not_leave_once_stopped(nadia: User, client: Any) -> None:
    address = stop_address(nadia)
    write(nadia, "plus-tard", not_before=timezone.now())
    client.post(address)
    assert not OutgoingMail.objects.waiting().exists()


def test_an_address_without_account_stops_too_and_is_not_kept(client: StrictClient) -> None:
    def write_to(key: str) -> OutgoingMail | None:
        return mailing.write_to_address(
            "Contact@exemple.fr", kind="digest", template="essai/mail/bonjour", context={}, key=key
        )

    mail = write_to("a")
    assert mail is not None
    assert "exemple.fr" not in mail.unsubscribe_url
    client.post(mail.unsubscribe_url.removeprefix("http://localhost:8000"))
    assert write_to("b") is None
    assert MailRefusal.objects.get().address_sha256 == mailing.print_of("contact@exemple.fr")


@pytest.mark.parametrize("forged", ["x", "WzEsImRpZ2VzdCJd:abc", "a:b:c"])
def test_an_address_that_we_did_not_sign_stops_nothing(client: StrictClient, forged: str) -> None:
    assert client.post(f"/courriers/arreter/{forged}/").status_code == 404
    assert not MailRefusal.objects.exists()


def test_necessary_mails_are_not_stopped(nadia: User, client: StrictClient) -> None:
    mail = write(nadia, kind="account")
    assert mail is not None
    assert mail.unsubscribe_url == ""
    mail_actions.stop_mail(stop=mailing.Stop("account", person_pk=nadia.pk), now=timezone.now())
    assert not MailRefusal.objects.exists()


# --- What comes back ----------------------------------------------------------------------------


def tell(client: StrictClient, *events: dict[str, Any], secret: str = "partagé") -> Any:
    return client.post(
        "/courriers/retours/",
        json.dumps(events),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )


def test_nobody_tells_of_returns_without_the_secret(client: StrictClient, settings: Any) -> None:
    event = {"type": "bounce", "address": "nadia@exemple.fr"}
    for configured, given in (("", ""), ("", "x"), ("partagé", "autre"), ("partagé", "")):
        settings.MAIL_RETURNS_SECRET = configured
        assert tell(client, event, secret=given).status_code == 403
    assert not DeadAddress.objects.exists()


def test_a_bounce_ends_mails_until_she_says_otherwise(
    nadia: User, client: StrictClient, settings: Any, signed_in_client: SignIn
) -> None:
    settings.MAIL_RETURNS_SECRET = "partagé"
    mail = write(nadia)
    assert mail is not None
    event = {
        "type": "bounce",
        "message_id": outbox.message_id(mail),
        "reason": "550 5.1.1 inconnue",
    }
    assert tell(client, event, event).json() == {"noted": 2}
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == ("bounced", "550 5.1.1 inconnue")
    write(nadia, "2")
    assert len(django_mail.outbox) == 1, "nothing more leaves"
    client = signed_in_client(nadia)
    for address in ("/compte/courriers/", "/compte/adresses/"):
        assert "Votre adresse ne répond plus" in page_of(client, address)
    client.post("/compte/courriers/adresse/")
    assert "Votre adresse ne répond plus" not in page_of(client, "/compte/courriers/")
    write(nadia, "3")
    assert len(django_mail.outbox) == 2


def test_a_passing_bounce_changes_nothing(client: StrictClient, settings: Any) -> None:
    settings.MAIL_RETURNS_SECRET = "partagé"
    assert tell(client, {"type": "bounce", "address": "a@exemple.fr", "permanent": False})
    assert not DeadAddress.objects.exists()


@pytest.mark.parametrize(
    ("reason", "is_dead"),
    [
        ("smtp; 550 5.1.1 inconnue", True),
        ("", True),
        ("boîte fermée", True),
        ("550 Relaying denied", False),
        ("550 5.7.1", False),
        ("552 5.2.2 pleine", False),
    ],
)
def test_a_bounce_that_speaks_of_something_else_kills_no_address(
    reason: str, is_dead: bool, client: StrictClient, settings: Any
) -> None:
    settings.MAIL_RETURNS_SECRET = "partagé"
    tell(client, {"type": "bounce", "address": "a@exemple.fr", "reason": reason})
    assert DeadAddress.objects.exists() is is_dead


def test_a_complaint_stops_every_optional_sort(
    nadia: User, client: StrictClient, settings: Any
) -> None:
    settings.MAIL_RETURNS_SECRET = "partagé"
    tell(client, {"type": "complaint", "address": "Nadia@exemple.fr"})
    tell(client, {"type": "complaint", "address": "sans-compte@exemple.fr"})
    assert write(nadia) is None
    assert write(nadia, kind="account") is not None
    assert MailRefusal.objects.filter(person=None).count() == 1


@pytest.mark.parametrize(
    "body",
    [
        *("", "[", "3", '"x"', "{}", '{"type": "bounce"}', '[{"type": "autre", "address": "a"}]'),
        *('{"type": "bounce", "address": 3}', '{"type": "bounce", "address": "a", "permanent": 1}'),
    ],
)
def test_a_wrong_return_is_told(client: StrictClient, settings: Any, body: str) -> None:
    settings.MAIL_RETURNS_SECRET = "partagé"
    answer = client.post(
        "/courriers/retours/",
        body,
        content_type="application/json",
        headers={"Authorization": "Bearer partagé"},
    )
    assert answer.status_code == 400
    assert "bounce" in answer.json()["error"]


# --- Who keeps the house ------------------------------------------------------------------------


@pytest.fixture
def keeper() -> User:
    return make_person("cimes@exemple.fr", role="network_staff", network=make_network("Cimes"))


def test_who_keeps_the_house_sees_faults_and_no_texts(
    nadia: User, keeper: User, signed_in_client: SignIn
) -> None:
    mail = write(nadia)
    assert mail is not None
    OutgoingMail.objects.update(
        state="failed", attempts=5, sent_at=None, last_error="451 <nadia@exemple.fr> plus tard"
    )
    client = signed_in_client(keeper)
    page = page_of(client, "/compte/courriers/envois/")
    assert "courrier n’arrive pas" in page
    assert "451 &lt;…@exemple.fr&gt; plus tard" in page
    assert "nadia" not in page
    assert "Le texte d’un essai" not in page
    done = client.post("/compte/courriers/envois/essayer/", {"courrier": mail.pk}, follow=True)
    assert "Le prochain essai part dans la minute" in done.content.decode()
    assert outbox.send_due(now=timezone.now()) == 1
    again = client.post("/compte/courriers/envois/essayer/", {"courrier": "tous"}, follow=True)
    assert "rien à renvoyer" in again.content.decode()
    mail.refresh_from_db()
    assert mail.state == "sent"


def failed(key: str, person: User | None = None, **more: Any) -> OutgoingMail:
    """A mail given up."""
    fields: dict[str, Any] = {"kind": "digest", "state": "failed", "text": "…", **more}
    if person is not None:
        fields |= {"recipient": person.email, "for_person": person.pk}
    return OutgoingMail.objects.create(key=key, attempts=11, last_error="451", **fields)


def test_one_gesture_sends_again_all_that_was_given_up(
    nadia: User, keeper: User, signed_in_client: SignIn
) -> None:
    """Not to a dead address, nor what was emptied, stopped since, or goes to a closed account."""
    now = timezone.now()
    again = [failed("a", nadia), failed("b", nadia, kind="account"), failed("c", nadia)]
    again[2].state = "bounced"
    again[2].save()
    stopped, closed = make_person("arret@exemple.fr"), make_person("ferme@exemple.fr")
    mail_actions.choose_mails(person=stopped, wanted=[], now=now)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    DeadAddress.objects.create(address="partie@exemple.fr", since=now)
    MailRefusal.objects.create(
        kind="digest", address_sha256=mailing.print_of("sans-compte@exemple.fr"), since=now
    )
    kept = [
        failed("d", recipient="Partie@exemple.fr"),
        failed("e", emptied_at=now),
        failed("f", stopped),
        failed("g", closed),
        failed("h", recipient="Sans-compte@exemple.fr"),
    ]
    MailServerPause.objects.create(since=now, until=now + timedelta(hours=1))
    client = signed_in_client(keeper)
    assert "3\u202fcourriers à renvoyer" in page_of(client, "/compte/courriers/envois/")
    with CaptureQueriesContext(connection) as queries:
        done = client.post("/compte/courriers/envois/essayer/", {"courrier": "tous"}, follow=True)
    assert len([q for q in queries if q["sql"].startswith("UPDATE")]) <= 3, "one write for all"
    assert "3\u202fcourriers repartent" in done.content.decode()
    assert OutgoingMail.objects.filter(pk__in=[one.pk for one in again]).waiting().count() == 3
    assert not OutgoingMail.objects.filter(pk__in=[one.pk for one in kept]).waiting().exists()
    line = JournalEntry.objects.get(verb="accounts.try_mails_again")
    assert (line.by, line.after) == (keeper, {"mails": 3})
    assert outbox.send_due(now=timezone.now()) == 3, "the pause of the server is over too"


FILES = {"default": {"BACKEND": "django.core.mail.backends.filebased.EmailBackend"}}


@pytest.mark.parametrize("has_mails", [False, True])
def test_without_a_server_nothing_is_said_to_arrive(
    has_mails: bool, nadia: User, keeper: User, signed_in_client: SignIn, settings: Any
) -> None:
    if has_mails:
        write(nadia)
    settings.MAILERS = FILES
    keeps = signed_in_client(keeper)
    # Once the routes are known: those of the demo are among them for other tests.
    page_of(keeps, "/compte/courriers/")
    settings.DEMO = False
    page = page_of(keeps, "/compte/courriers/envois/")
    for words in ("Personne ne reçoit les courriers", "CORDEE_MAIL_SERVER", "test_mail"):
        assert words in page
    for words in ("courriers arrivent", "courriers partent", "Envoyés"):
        assert words not in page
    mine = page_of(signed_in_client(nadia), "/compte/courriers/")
    assert "Envoyé" not in mine
    assert ("Rangé" in mine) is has_mails


def test_a_demo_without_a_server_is_no_fault(
    keeper: User, signed_in_client: SignIn, settings: Any
) -> None:
    settings.MAILERS, settings.DEMO = FILES, True
    page = page_of(signed_in_client(keeper), "/compte/courriers/envois/")
    assert "Les courriers restent dans cette démonstration" in page
    assert "CORDEE_MAIL_SERVER" not in page


def test_each_state_of_the_outbox_says_what_is_true(
    nadia: User, keeper: User, signed_in_client: SignIn
) -> None:
    client, now = signed_in_client(keeper), timezone.now()

    def title() -> str:
        page = page_of(client, "/compte/courriers/envois/")
        return page[page.index("<h1>") + 4 : page.index("</h1>")].replace("\u202f", " ")

    assert title() == "Aucun courrier n’est parti ces 30 derniers jours"
    mail = write(nadia)
    assert mail is not None
    assert title() == "Les courriers partent"
    OutgoingMail.objects.update(
        state="waiting", sent_at=None, created_at=now - timedelta(minutes=16)
    )
    assert title() == "1 courrier attend"
    OutgoingMail.objects.update(state="failed", last_error="451")
    assert title() == "1 courrier n’arrive pas"
    assert "Renvoyer le courrier" in page_of(client, "/compte/courriers/envois/")
    MailServerPause.objects.create(
        since=now, until=now + timedelta(minutes=5), error="TimeoutError", cure="Voyez ceci."
    )
    assert title().startswith("Le serveur d’envoi ne prend rien depuis le ")
    page = page_of(client, "/compte/courriers/envois/")
    for words in ("TimeoutError", "Voyez ceci.", "Essayer maintenant", "Prochain essai"):
        assert words in page


def test_the_state_of_the_outbox_asks_as_much_for_three_as_for_thirty(
    nadia: User, keeper: User, count_queries: Any
) -> None:
    def fail(numbers: range) -> int:
        for number in numbers:
            write(nadia, str(number))
        OutgoingMail.objects.update(state="failed", sent_at=None, last_error="x")
        return int(count_queries("/compte/courriers/envois/", keeper))

    assert fail(range(3)) == fail(range(3, 30))


def test_a_job_that_is_not_set_up_is_not_said_to_be_done(
    keeper: User, signed_in_client: SignIn
) -> None:
    ScheduledRun.objects.create(
        name="check_sirene",
        started_at=timezone.now(),
        outcome="not_set",
        error="CORDEE_SIRENE_URL n’est pas réglée.",
    )
    page = page_of(signed_in_client(keeper), "/compte/courriers/envois/")
    row = page[page.index("Vérification au répertoire SIRENE") :].split("</tr>")[0]
    assert "Pas réglée" in row
    assert "CORDEE_SIRENE_URL n’est pas réglée." in row
    assert "Faite" not in row


def test_others_do_not_see_the_outbox(nadia: User, signed_in_client: SignIn) -> None:
    below = make_network("Cimes, Savoie", parent=make_network("Cimes"))
    delegation = make_person("savoie@exemple.fr", role="network_staff", network=below)
    for person in (nadia, delegation):
        assert signed_in_client(person).get("/compte/courriers/envois/").status_code == 404
    assert signed_in_client(User.objects.create_superuser("tient@exemple.fr")).get(
        "/compte/courriers/envois/"
    )


# --- Erasing ------------------------------------------------------------------------------------


def test_erasing_an_account_erases_what_was_written_to_it(nadia: User) -> None:
    write(nadia)
    other = make_person("autre@exemple.fr")
    write(other, "2", reply_to="Nadia <nadia@exemple.fr>")
    OutgoingMail.objects.create(
        key="avant", kind="account", recipient="Nadia@exemple.fr", subject="Invitation", text="…"
    )
    mail_actions.choose_mails(person=nadia, wanted=[], now=timezone.now())
    mail_actions.note_bounce(
        address=nadia.email, message_id="", is_permanent=True, reason="", now=timezone.now()
    )
    erase_account(person=nadia, by=None)
    assert OutgoingMail.objects.get().for_person == other.pk
    assert OutgoingMail.objects.get().reply_to == ""
    assert not MailRefusal.objects.exists()
    assert not DeadAddress.objects.exists()


def test_a_preview_page_draws_every_mail(
    client: StrictClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "samples", lambda: ())
    assert "Aucun modèle" in page_of(client, "/courrier/apercus/")
    essay = previews.Sample("essai/mail/bonjour", dict, "digest")
    monkeypatch.setattr(previews, "samples", lambda: (essay,))
    assert "/courrier/apercus/essai/bonjour/" in page_of(client, "/courrier/apercus/")
    page = page_of(client, "/courrier/apercus/essai/bonjour/")
    assert "Le texte d’un essai" in page
    assert "Vous suivez des marchés." in page
    assert "<h1 style=" in page_of(client, "/courrier/apercus/essai/bonjour/page/")
    assert client.get("/courrier/apercus/essai/autre/").status_code == 404

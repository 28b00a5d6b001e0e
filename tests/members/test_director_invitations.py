"""A network invites the directors of its members at the addresses of its list: once, with care."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cordee.accounts.models import JournalEntry, MailRefusal, User
from cordee.base.mail.models import DeadAddress, OutgoingMail
from cordee.base.tables import Row
from cordee.members.actions import director_invitations, invitations
from cordee.members.actions.imports import import_structures
from cordee.members.actions.invitations import send_invitation
from cordee.members.import_parts import whole_report
from cordee.members.list_columns import guess_columns
from cordee.members.models import (
    Activity,
    DirectorContact,
    Invitation,
    Network,
    RoleSeat,
    Structure,
    StructureImport,
)
from cordee.members.models.capacity import Certainty
from tests.members.makers import (
    join,
    make_network,
    make_person,
    make_structure,
    make_valley,
    valid_siret,
)
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
Role = RoleSeat.Role
ZOE = "zoe@jardins.example"
PAGE = "/reseaux/reseau-du-val/adherents/inviter/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def network() -> Network:
    make_valley()
    return make_network("Réseau du Val")


@pytest.fixture
def nadia(network: Network) -> User:
    person = make_person("nadia@reseau.example", role=Role.NETWORK_STAFF, network=network)
    person.display_name = "Nadia Bise"
    person.save()
    return person


@pytest.fixture
def staff(nadia: User) -> StrictClient:
    return client_of(nadia)


def client_of(person: User) -> StrictClient:
    client = StrictClient()
    client.force_login(person)
    return client


def member(network: Network, name: str = "Les Jardins", **values: Any) -> Structure:
    structure = make_structure(name, **{"department_id": "38", "commune_id": "38002"} | values)
    join(structure, network)
    return structure


def listed(*rows: dict[str, str], network: Network | None, by: User | None) -> StructureImport:
    given = [Row(n, {"kind": "ACI", **row}) for n, row in enumerate(rows, start=2)]
    return import_structures(given, by=by, source="liste.csv", network=network)


def given(
    network: Network, structure: Structure, address: str = ZOE, by: User | None = None
) -> DirectorContact:
    return DirectorContact.objects.create(
        network=network,
        structure=structure,
        address=address,
        name="Zoé Mélèze",
        given_by=by,
        given_at=timezone.now(),
    )


def asked(network: Network, nadia: User, count: int = 1) -> list[DirectorContact]:
    for number in range(count):
        given(network, member(network, f"Chantier {number}"), f"d{number}@exemple.fr")
    rows = DirectorContact.objects.filter(network=network)
    director_invitations.ask_sending(contacts=rows, network=network, by=nadia, now=timezone.now())
    return list(rows)


# --- The list gives addresses -------------------------------------------------------------------


def test_a_list_gives_addresses_that_stand_apart_from_the_structure(
    network: Network, nadia: User
) -> None:
    row = {"siret": valid_siret(1), "name": "Les Jardins", "director_name": "Zoé Mélèze"}
    kept = listed({**row, "courriel de la direction": ZOE.title()}, network=network, by=nadia)
    contact = DirectorContact.objects.get()
    assert (contact.address, contact.name) == (ZOE, "Zoé Mélèze")
    assert (contact.given_by, contact.network) == (nadia, network)
    assert whole_report(kept).contacts == 1
    # Neither the directory, nor what is kept of the list, repeats it.
    structure = Structure.objects.get()
    assert ZOE not in str(vars(structure))
    assert ZOE not in str(list(kept.parts.values()))
    # The same list again changes nothing.
    listed({**row, "director_email": ZOE}, network=network, by=nadia)
    assert DirectorContact.objects.get().pk == contact.pk


def test_an_address_that_cannot_be_read_is_said_and_repeated_nowhere(
    network: Network, nadia: User
) -> None:
    row = {"siret": valid_siret(1), "name": "Les Jardins", "director_email": "zoe chez elle"}
    kept = listed(row, network=network, by=nadia)
    (remark,) = [r for r in whole_report(kept).remarks if r.subject == "director_form"]
    assert (remark.line, remark.field_label) == (2, "courriel de la direction")
    assert "zoe chez" not in str(list(kept.parts.values()))
    assert Structure.objects.get().doubts == [] or "zoe" not in str(Structure.objects.get().doubts)
    assert not DirectorContact.objects.exists()


@pytest.mark.parametrize(
    "case", ["no network", "somebody directs it", "stopped", "complained", "asked"]
)
def test_no_address_is_kept_that_would_not_serve(network: Network, nadia: User, case: str) -> None:
    structure = member(network, siret=valid_siret(1))
    now, print_ = timezone.now(), invitations.mailing.print_of(ZOE)
    match case:
        case "somebody directs it":
            make_person("d@exemple.fr", role=Role.DIRECTOR, structure=structure)
        case "stopped":
            kind = invitations.given_kind(network)
            MailRefusal.objects.create(kind=kind, address_sha256=print_, since=now)
        case "complained":
            MailRefusal.objects.create(
                kind=invitations.GIVEN_MAIL, address_sha256=print_, since=now
            )
        case "asked":
            contact = given(network, structure, "autre@exemple.fr")
            DirectorContact.objects.filter(pk=contact.pk).update(asked_at=now)
    row = {"siret": structure.siret, "name": structure.name, "director_email": ZOE}
    listed(row, network=None if case == "no network" else network, by=nadia)
    assert not DirectorContact.objects.filter(address=ZOE).exists()


def test_another_address_takes_the_place_of_the_one_kept(network: Network, nadia: User) -> None:
    structure = member(network, siret=valid_siret(1))
    given(network, structure, "ancienne@exemple.fr")
    listed(
        {"siret": structure.siret, "name": structure.name, "director_email": ZOE},
        network=network,
        by=nadia,
    )
    assert DirectorContact.objects.get().address == ZOE


def test_columns_are_recognised_where_they_name_the_director() -> None:
    header = ["Email direction", "Directrice", "E-mail", "Nom"]
    assert guess_columns(header) == {
        "Email direction": "director_email",
        "Directrice": "director_name",
        # Whose address this is, the list does not say.
        "E-mail": "",
        "Nom": "name",
    }


# --- Read over, then sent once ------------------------------------------------------------------


def test_the_page_counts_who_gets_it_and_who_does_not_and_shows_the_mail(
    network: Network, staff: StrictClient
) -> None:
    given(network, member(network, "Les Jardins"))
    member(network, "Sans adresse")
    directed = member(network, "Dirigée")
    make_person("d@exemple.fr", role=Role.DIRECTOR, structure=directed)
    given(network, directed, "d@exemple.fr")
    invited = member(network, "Invitée")
    send_invitation(
        address="i@exemple.fr", role=Role.DIRECTOR, by=None, now=timezone.now(), structure=invited
    )
    given(network, invited, "i@exemple.fr")
    given(network, member(network, "Boîte morte"), "morte@exemple.fr")
    DeadAddress.objects.create(address="morte@exemple.fr", since=timezone.now())
    MailRefusal.objects.create(
        kind=invitations.given_kind(network), address_sha256="0" * 64, since=timezone.now()
    )
    html = staff.get(PAGE).text
    assert "1\u202fdirection à inviter" in html
    assert "Déjà une direction dans Cordée\u00a0: 1" in html
    assert "Déjà invités, sans réponse\u00a0: 1" in html
    assert "Sans adresse qui serve\u00a0: 2" in html
    assert "Courriers arrêtés, ou trois sans réponse\u00a0: 1" in html
    for said in (
        "tenir la fiche des Jardins",
        "Zoé Mélèze, Réseau du Val vous invite",
        "Réseau du Val nous a donné votre adresse",
        "deux rappels au plus",
        "Ne plus recevoir ces courriers\u00a0: http://localhost:8000/courriers/arreter/…/",
        ZOE,
    ):
        assert said in html
    # Reading it sends nothing and keeps nothing.
    assert not OutgoingMail.objects.filter(recipient=ZOE).exists()
    assert not DirectorContact.objects.filter(asked_at__isnull=False).exists()


def test_a_double_click_sends_once(network: Network, staff: StrictClient, nadia: User) -> None:
    contact = given(network, member(network))
    for _ in range(2):
        staff.post(PAGE, {"jusqu_a": contact.pk})
    for _ in range(2):
        director_invitations.run(timezone.now())
    mail = OutgoingMail.objects.get(recipient=ZOE)
    assert re.match("Avant le .+, tenir la fiche des Jardins", mail.subject)
    assert "Nadia Bise, pour Réseau du Val" in mail.text
    assert mail.is_secret
    assert "List-Unsubscribe" not in mail.text
    assert mail.unsubscribe_url in mail.text
    verbs = JournalEntry.objects.filter(by=nadia).values_list("verb", flat=True)
    assert sorted(verbs) == ["members.invite_directors", "members.send_invitation"]
    assert ZOE not in str(list(JournalEntry.objects.values()))


def test_what_came_after_the_page_was_read_is_not_sent(
    network: Network, staff: StrictClient
) -> None:
    shown = given(network, member(network))
    given(network, member(network, "Arrivée depuis"), "autre@exemple.fr")
    staff.post(PAGE, {"jusqu_a": shown.pk})
    director_invitations.run(timezone.now())
    assert [mail.recipient for mail in OutgoingMail.objects.all()] == [ZOE]
    for wrong in ("", "x", "-1"):
        staff.post(PAGE, {"jusqu_a": wrong})
    assert DirectorContact.objects.filter(asked_at=None).count() == 1


def test_a_round_that_is_killed_goes_on(
    network: Network, nadia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(network, nadia, 3)
    whole, left = invitations._write, [2]

    def dies(*args: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError("the machine stops")
        whole(*args)

    monkeypatch.setattr(invitations, "_write", dies)
    with pytest.raises(OSError, match="stops"):
        director_invitations.run(timezone.now())
    assert OutgoingMail.objects.count() == Invitation.objects.count() == 2
    monkeypatch.setattr(invitations, "_write", whole)
    director_invitations.run(timezone.now())
    assert OutgoingMail.objects.count() == Invitation.objects.count() == 3


def test_too_many_sendings_are_stopped(
    network: Network, staff: StrictClient, settings: Any
) -> None:
    settings.API_LIMITS = {**settings.API_LIMITS, "invite": (1, 3_600)}
    staff.post(PAGE, {"jusqu_a": 0})
    contact = given(network, member(network))
    answer = staff.post(PAGE, {"jusqu_a": contact.pk}, follow=True)
    assert "au plus en une heure" in answer.text
    assert not DirectorContact.objects.filter(asked_at__isnull=False).exists()


def test_a_delegate_invites_in_her_territory_alone(network: Network) -> None:
    near = given(network, member(network))
    far = given(network, member(network, "Loin", department_id="73"), "loin@exemple.fr")
    delegate = make_person(
        "del@exemple.fr", role=Role.DELEGATE, network=network, department_id="38"
    )
    client = client_of(delegate)
    html = client.get(PAGE).text
    assert ZOE in html
    assert "loin@exemple.fr" not in html
    client.post(PAGE, {"jusqu_a": max(near.pk, far.pk)})
    assert list(DirectorContact.objects.filter(asked_at__isnull=False)) == [near]


def test_nobody_else_reads_an_address(network: Network) -> None:
    structure = member(network)
    given(network, structure)
    elsewhere = make_network("Ailleurs")
    for name, seat in (
        ("directrice", {"role": Role.DIRECTOR, "structure": structure}),
        ("encadrant", {"role": Role.SUPERVISOR, "structure": structure}),
        ("autre", {"role": Role.NETWORK_STAFF, "network": elsewhere}),
    ):
        client = client_of(make_person(f"{name}@exemple.fr", **seat))
        assert client.get(PAGE).status_code == 404
        assert client.post(PAGE, {"jusqu_a": 10**6}).status_code == 404
        for page in (
            f"/annuaire/{structure.pk}/",
            f"/annuaire/{structure.pk}/equipe/",
            "/annuaire/",
        ):
            assert ZOE not in client.get(page).text


# --- Reminders, the stop, and what is erased ----------------------------------------------------


def rounds(days: int) -> None:
    """The schedule of so many days, from tomorrow on."""
    for day in range(1, days + 1):
        now = timezone.now() + day * DAY
        director_invitations.run(now)
        director_invitations.erase_old(now)


def test_two_reminders_at_most_then_the_address_goes_and_is_written_to_no_more(
    network: Network, nadia: User
) -> None:
    asked(network, nadia)
    director_invitations.run(timezone.now())
    rounds(27)
    mails = list(OutgoingMail.objects.order_by("pk"))
    assert len(mails) == 3
    assert "premier de deux rappels" in mails[1].text
    assert "dernier rappel" in mails[2].text
    for mail in mails:
        assert "Réseau du Val nous a donné votre adresse" in mail.text
    rounds(40)
    for model in (DirectorContact, Invitation, OutgoingMail):
        assert not model.objects.exists()
    structure = Structure.objects.get()
    listed(
        {"siret": structure.siret, "name": structure.name, "director_email": "d0@exemple.fr"},
        network=network,
        by=nadia,
    )
    assert not DirectorContact.objects.exists()
    assert "d0@exemple.fr" not in str(list(JournalEntry.objects.values()))


def test_one_stops_it_in_one_click_and_for_ever(network: Network, nadia: User) -> None:
    asked(network, nadia)
    director_invitations.run(timezone.now())
    mail = OutgoingMail.objects.get()
    address = mail.unsubscribe_url.removeprefix("http://localhost:8000")
    visitor = StrictClient()
    assert "tenir la fiche" in visitor.get(address).text
    assert Invitation.objects.exists()
    assert not MailRefusal.objects.exists()
    visitor.post(address, {"List-Unsubscribe": "One-Click"})
    director_invitations.run(timezone.now())
    for model in (DirectorContact, Invitation, OutgoingMail):
        assert not model.objects.exists()
    # The list gives it again, a hand types it: nothing leaves.
    structure = Structure.objects.get()
    row = {"siret": structure.siret, "name": structure.name, "director_email": "d0@exemple.fr"}
    listed(row, network=network, by=nadia)
    assert not DirectorContact.objects.exists()
    page = client_of(nadia).post(
        f"/annuaire/{structure.pk}/equipe/", {"address": "d0@exemple.fr", "role": "director"}
    )
    assert page.status_code == 422
    assert "Appelez-la plutôt" in page.text
    assert not OutgoingMail.objects.exists()
    # Another network has its own list, and its own stop.
    other = make_network("Réseau du Large")
    listed(row, network=other, by=None)
    assert DirectorContact.objects.get().network == other


def test_accepting_makes_the_seat_and_forgets_where_the_address_came_from(
    network: Network, nadia: User
) -> None:
    asked(network, nadia)
    director_invitations.run(timezone.now())
    found = re.search(r"localhost:8000(/invitations/\S+)", OutgoingMail.objects.get().text)
    assert found
    client = StrictClient()
    assert "Réseau du Val a donné votre adresse" in client.get(found[1]).text
    client.post(found[1], {"display_name": "Zoé", "password": "une corde de douze mètres"})
    assert RoleSeat.objects.filter(role=Role.DIRECTOR, structure=Structure.objects.get()).exists()
    assert not DirectorContact.objects.exists()
    rounds(40)
    assert Invitation.objects.get().state == Invitation.State.ACCEPTED


def test_an_address_that_nobody_used_goes_after_ninety_days(network: Network) -> None:
    given(network, member(network))
    director_invitations.erase_old(timezone.now() + 90 * DAY - timedelta(hours=1))
    assert DirectorContact.objects.exists()
    assert director_invitations.erase_old(timezone.now() + 91 * DAY) == 1
    assert not DirectorContact.objects.exists()


@pytest.mark.parametrize("change", ["left", "directed", "closed", "invited by hand"])
def test_what_is_not_meant_any_more_does_not_leave(
    network: Network, nadia: User, change: str
) -> None:
    asked(network, nadia)
    structure = Structure.objects.get()
    match change:
        case "left":
            structure.memberships.all().delete()
        case "directed":
            make_person("autre@exemple.fr", role=Role.DIRECTOR, structure=structure)
        case "closed":
            Structure.objects.update(is_closed=True)
        case "invited by hand":
            send_invitation(
                address="d0@exemple.fr",
                role=Role.DIRECTOR,
                structure=structure,
                by=nadia,
                now=timezone.now(),
            )
            OutgoingMail.objects.all().delete()
    for _ in range(2):
        director_invitations.run(timezone.now())
    assert not OutgoingMail.objects.exists()
    assert not DirectorContact.objects.exists()


def test_a_hand_sends_no_fourth_mail(network: Network, nadia: User) -> None:
    asked(network, nadia)
    director_invitations.run(timezone.now())
    invitation = Invitation.objects.get()
    client = client_of(nadia)
    for _ in range(3):
        answer = client.post(f"/invitations/{invitation.pk}/renvoyer/", follow=True)
    assert "Trois courriers sont déjà partis" in answer.text
    assert OutgoingMail.objects.count() == 3


def test_an_account_that_is_erased_takes_the_address_along(network: Network) -> None:
    zoe = make_person(ZOE)
    given(network, member(network))
    from cordee.members import account_closing

    account_closing.erase(person=zoe)
    assert not DirectorContact.objects.exists()


def test_supposed_trades_lead_to_whom_to_call(network: Network, nadia: User) -> None:
    structure = member(network, "Les Jardins", phone="04 65 71 20 14")
    Activity.objects.create(
        chantier=structure.chantiers.get(), trade="espaces-verts", certainty=Certainty.GUESSED
    )
    html = today(nadia)
    assert "Confirmer les métiers supposés" in html
    found = re.search(r'href="([^"]+etat=metiers)[^"]*"', html)
    assert found
    assert 'href="tel:0465712014"' in client_of(nadia).get(found[1]).text
    Activity.objects.update(certainty=Certainty.KNOWN)
    assert "Confirmer les métiers supposés" not in today(nadia)


# --- First steps on « Aujourd’hui » -------------------------------------------------------------


def today(person: User) -> str:
    return client_of(person).get("/aujourdhui/").text


def test_the_first_steps_of_a_network_wait_and_are_gone_once_done(
    network: Network, nadia: User
) -> None:
    html = today(nadia)
    assert "Importer vos membres" in html
    assert "Connecter les sources d’avis" in html
    assert "Relayer un premier marché" not in html
    contact = given(network, member(network, "Les Jardins d’espaces verts"))
    html = today(nadia)
    assert "Importer vos membres" not in html
    assert "Inviter 1\u202fdirection" in html
    assert f'href="{PAGE}' in html
    assert "Relayer un premier marché" in html
    client_of(nadia).post(PAGE, {"jusqu_a": contact.pk})
    assert "Inviter 1\u202fdirection" not in today(nadia)


def test_a_delegate_and_a_director_read_the_steps_that_are_theirs(network: Network) -> None:
    given(network, member(network, "Loin", department_id="73"))
    near = member(network, "Près")
    delegate = make_person(
        "del@exemple.fr", role=Role.DELEGATE, network=network, department_id="38"
    )
    html = today(delegate)
    assert "Inviter" not in html.split("<main")[1]
    assert "Connecter les sources" not in html
    director = make_person("dir@exemple.fr", role=Role.DIRECTOR, structure=near)
    assert "Relayer un premier marché" not in today(director)


def test_page_and_steps_ask_as_many_queries_for_3_members_as_for_60(
    network: Network, nadia: User
) -> None:
    client, counts = client_of(nadia), []
    for more in (3, 57):
        for number in range(more):
            given(network, member(network), f"d{more}-{number}@exemple.fr")
        for page in ("/aujourdhui/", PAGE):
            client.get(page)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(page).status_code == 200
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 40

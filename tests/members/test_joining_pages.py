"""Joining by SIRET, page by page: found, asked, answered; and whoever may not answer."""

from collections.abc import Callable
from typing import Any

import pytest

from cordee.accounts.models import User
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import JoinRequest, RoleSeat, Structure
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
SignIn = Callable[[Any], StrictClient]


@pytest.fixture
def structure() -> Structure:
    make_valley()
    return make_structure(
        "Les Jardins", siret=valid_siret(7001), commune_id="38002", department_id="38"
    )


@pytest.fixture
def camille() -> User:
    person = make_person("camille@exemple.fr")
    person.display_name = "Camille Roche"
    person.save()
    return person


def text(response: Any) -> str:
    return str(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def ask(client: StrictClient, structure: Structure, role: str = "director") -> Any:
    return client.post(f"/rejoindre/{structure.pk}/", {"role": role, "message": "Bonjour."})


class TestFinding:
    def test_spaces_are_tolerated_and_every_kind_is_shown(
        self, structure: Structure, camille: User, signed_in_client: SignIn
    ) -> None:
        make_structure("Les Jardins entreprise", siret=structure.siret, kind="EI")
        typed = f"{structure.siret[:3]} {structure.siret[3:6]} {structure.siret[6:9]} "
        page = signed_in_client(camille).get("/rejoindre/", {"siret": typed + structure.siret[9:]})
        assert "Atelier ou chantier d’insertion, Roche-Mirel" in text(page)
        assert "Entreprise d’insertion" in text(page)
        assert "porte 2 sortes" in text(page)

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("12345", "Un SIRET a 14 chiffres ; vous en avez écrit 5."),
            ("1234567890123A", "Écrivez seulement des chiffres."),
            ("12345678901234", "Un chiffre est faux"),
            ("", "Il manque votre réponse."),
        ],
    )
    def test_a_wrong_number_is_told_in_words(
        self, typed: str, said: str, camille: User, signed_in_client: SignIn
    ) -> None:
        page = text(signed_in_client(camille).get("/rejoindre/", {"siret": typed}))
        assert said in page
        assert "<title>Erreur : " in page

    def test_an_unknown_one_says_what_to_do(self, camille: User, signed_in_client: SignIn) -> None:
        page = text(signed_in_client(camille).get("/rejoindre/", {"siret": valid_siret(7999)}))
        assert "Nous ne connaissons pas ce SIRET" in page
        assert "demandez-lui de l’ajouter" in page


class TestAnswering:
    def test_a_director_accepts(
        self, structure: Structure, camille: User, signed_in_client: SignIn
    ) -> None:
        boss = make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=structure)
        client = signed_in_client(camille)
        assert "Votre demande va à sa direction" in text(client.get(f"/rejoindre/{structure.pk}/"))
        for _ in range(2):
            assert ask(client, structure, "supervisor").status_code == 302
        assert "Vous attendez une réponse" in text(client.get("/roles/"))
        asked, client = JoinRequest.objects.get(), signed_in_client(boss)
        assert "1 personne attend" in text(client.get("/demandes/"))
        assert "(1)" in text(client.get("/roles/menu/")), "the account menu counts"
        page = text(client.get(f"/demandes/{asked.pk}/"))
        assert "Camille Roche demande à rejoindre Les Jardins" in page
        assert "Bonjour." in page
        for _ in range(2):
            assert client.post(f"/demandes/{asked.pk}/", {"answer": "accept"}).status_code == 302
        assert RoleSeat.objects.get(person=camille).role == Role.SUPERVISOR
        assert "a déjà sa réponse" in text(client.get(f"/demandes/{asked.pk}/"))
        assert "Aucune demande à traiter" in text(client.get("/demandes/"))
        assert OutgoingMail.objects.filter(recipient=camille.email).count() == 1

    def test_a_refusal_needs_a_reason_that_is_read(
        self, structure: Structure, camille: User, signed_in_client: SignIn
    ) -> None:
        boss = make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=structure)
        ask(signed_in_client(camille), structure)
        asked, client = JoinRequest.objects.get(), signed_in_client(boss)
        silent = client.post(f"/demandes/{asked.pk}/", {"answer": "refuse", "reason": ""})
        assert silent.status_code == 422
        client.post(f"/demandes/{asked.pk}/", {"answer": "refuse", "reason": "Pas chez nous."})
        assert "Pas chez nous." in text(signed_in_client(camille).get("/roles/"))
        assert not RoleSeat.objects.filter(person=camille).exists()

    def test_the_network_answers_for_a_structure_without_director(
        self, structure: Structure, camille: User, signed_in_client: SignIn
    ) -> None:
        network = make_network("Val")
        join(structure, network)
        ask(signed_in_client(camille), structure)
        asked = JoinRequest.objects.get()
        for name, seat, is_hers in (
            ("staff", {"role": Role.NETWORK_STAFF, "network": network}, True),
            ("here", {"role": Role.DELEGATE, "network": network, "department_id": "38"}, True),
            ("away", {"role": Role.DELEGATE, "network": network, "department_id": "73"}, False),
            ("other", {"role": Role.NETWORK_STAFF, "network": make_network("Autre")}, False),
        ):
            client = signed_in_client(make_person(f"{name}@exemple.fr", **seat))
            page = client.get(f"/demandes/{asked.pk}/")
            assert (page.status_code == 200) is is_hers, name
            assert ("Camille" in text(client.get("/demandes/"))) is is_hers, name
        assert "Appelez-la à son numéro connu" in text(
            signed_in_client(User.objects.get(email="staff@exemple.fr")).get(
                f"/demandes/{asked.pk}/"
            )
        )

    def test_the_network_answers_no_more_once_there_is_a_director(
        self, structure: Structure, camille: User, signed_in_client: SignIn
    ) -> None:
        network = make_network("Val")
        join(structure, network)
        make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=structure)
        ask(signed_in_client(camille), structure)
        staff = make_person("n@exemple.fr", role=Role.NETWORK_STAFF, network=network)
        address = f"/demandes/{JoinRequest.objects.get().pk}/"
        assert signed_in_client(staff).post(address, {"answer": "accept"}).status_code == 404

    def test_nobody_answers_her_own_request(
        self, structure: Structure, signed_in_client: SignIn
    ) -> None:
        network = make_network("Val")
        join(structure, network)
        staff = make_person("n@exemple.fr", role=Role.NETWORK_STAFF, network=network)
        client = signed_in_client(staff)
        ask(client, structure)
        address = f"/demandes/{JoinRequest.objects.get().pk}/"
        assert client.post(address, {"answer": "accept"}).status_code == 404
        assert not RoleSeat.objects.filter(structure=structure).exists()

    def test_the_keeper_answers_where_nobody_else_can(
        self, structure: Structure, camille: User, signed_in_client: SignIn
    ) -> None:
        keeper = User.objects.create_superuser("gardien@exemple.fr")
        client = signed_in_client(camille)
        assert "Personne ne peut encore répondre" in text(client.get(f"/rejoindre/{structure.pk}/"))
        ask(client, structure)
        assert OutgoingMail.objects.get().recipient == keeper.email
        signed_in_client(keeper).post(
            f"/demandes/{JoinRequest.objects.get().pk}/", {"answer": "accept"}
        )
        structure.refresh_from_db()
        assert structure.is_claimed

    def test_she_may_stop_asking(
        self, structure: Structure, camille: User, signed_in_client: SignIn
    ) -> None:
        client = signed_in_client(camille)
        ask(client, structure)
        asked = JoinRequest.objects.get()
        for _ in range(2):
            client.post(f"/demandes/{asked.pk}/reprendre/")
        asked.refresh_from_db()
        assert asked.state == JoinRequest.State.WITHDRAWN


def test_who_waits_to_direct_is_led_to_the_sheet_that_nobody_holds(
    structure: Structure, camille: User, signed_in_client: SignIn
) -> None:
    client, sheet = signed_in_client(camille), f"/annuaire/{structure.pk}/reprendre/"
    ask(client, structure)
    assert sheet in text(client.get("/roles/"))
    assert client.get(sheet).status_code == 200
    make_person("chef@exemple.fr", role=Role.DIRECTOR, structure=structure)
    Structure.objects.filter(pk=structure.pk).update(is_claimed=True)
    assert sheet not in text(client.get("/roles/")), "somebody holds it now"


def test_thirty_requests_cost_the_queries_of_three(
    structure: Structure, count_queries: Callable[..., int]
) -> None:
    boss, counts = make_person("z@exemple.fr", role=Role.DIRECTOR, structure=structure), []
    for many in (3, 20):
        JoinRequest.objects.bulk_create(
            JoinRequest(
                person=make_person(f"{many}-{n}@exemple.fr"),
                structure=structure,
                role=Role.SUPERVISOR,
                asked_at=boss.date_joined,
            )
            for n in range(many)
        )
        counts.append(count_queries("/demandes/", boss))
    assert counts[0] == counts[1]


def test_an_account_without_role_sees_what_is_public_and_what_to_do(
    camille: User, signed_in_client: SignIn
) -> None:
    page = text(signed_in_client(camille).get("/roles/"))
    assert "Vous n’avez pas encore de rôle" in page
    assert "Trouver ma structure" in page

"""Joining by name or SIRET, page by page: found, asked, answered; and whoever may not answer."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.mail.models import OutgoingMail
from cordee.base.search import index as search
from cordee.members.actions import joining
from cordee.members.actions.joining import (
    Beginning,
    accept_join_request,
    forget_declared,
    refuse_join_request,
    take_up,
)
from cordee.members.actions.memberships import record_membership
from cordee.members.claim_answers import TradesAnswer
from cordee.members.directory_index import index_structures
from cordee.members.models import Activity, Claim, Commune, JoinRequest, RoleSeat, Structure
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
# The commune; the structures with their places.
FIND_QUERIES = 2
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


def new_account(following: str) -> dict[str, str]:
    words = "une corde de douze mètres"
    return {
        "email": "ines@exemple.fr",
        "display_name": "Inès",
        "password1": words,
        "password2": words,
        "next": following,
    }


def mail_body() -> str:
    return str(OutgoingMail.objects.get(recipient="ines@exemple.fr").text)


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
        assert "/rejoindre/commencer/" in page


class TestFindingByName:
    """Before one has an account too."""

    def find(self, client: StrictClient, **asked: str) -> str:
        index_structures(Structure.objects.all())
        return text(client.get("/rejoindre/", asked))

    def test_by_name_and_commune_towards_its_sheet_or_an_account(
        self, structure: Structure, client: StrictClient
    ) -> None:
        asked = {"nom": "jardin", "commune": "Roche-Mirel (38)"}
        page = self.find(client, **asked)
        assert "Les Jardins" in page
        assert f"/rejoindre/{structure.pk}/commencer/" in page
        Structure.objects.update(is_claimed=True)
        page = self.find(client, **asked)
        assert f"/compte/inscription/?next=%2Frejoindre%2F{structure.pk}%2F" in page

    def test_who_has_an_account_asks_at_once(
        self, structure: Structure, camille: User, signed_in_client: SignIn
    ) -> None:
        page = self.find(signed_in_client(camille), nom="jardins")
        assert f'href="/rejoindre/{structure.pk}/"' in page

    def test_one_elsewhere_is_said_to_be_elsewhere(
        self, structure: Structure, client: StrictClient
    ) -> None:
        Commune.objects.filter(pk="38001").update(latitude=48.0, longitude=-4.0)
        name = Commune.objects.get(pk="38001").name
        for number in range(8):
            make_structure(f"Jardins {number}", siret=valid_siret(7100 + number))
        page = self.find(client, nom="jardins", commune=name)
        assert "Ailleurs en France" in page
        assert page.count("C’est la mienne") == 5
        filled = re.findall(r'class="btn btn-primary"[^>]*>([^<]+)', page)
        assert filled == ["Commencer ma fiche"]
        assert "Ailleurs" not in self.find(client, nom="jardins", commune="Roche-Mirel (38)")

    def test_a_closed_one_is_not_offered(self, structure: Structure, client: StrictClient) -> None:
        Structure.objects.update(is_closed=True)
        assert "Aucune structure connue ne porte ce nom" in self.find(client, nom="jardins")

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            ({"nom": ""}, "Il manque votre réponse."),
            ({"nom": "jardins", "commune": "Ys"}, "Nous ne trouvons pas « Ys »"),
            ({"nom": "poissonnerie"}, "Aucune structure connue ne porte ce nom"),
        ],
    )
    def test_what_lacks_is_told(
        self, asked: dict[str, str], words: str, structure: Structure, client: StrictClient
    ) -> None:
        assert words in self.find(client, **asked)

    def test_a_word_of_the_kind_or_of_a_trade_is_no_name(
        self, structure: Structure, client: StrictClient
    ) -> None:
        make_structure("Les Ateliers", siret=valid_siret(7101), commune_id="38002")
        page = self.find(client, nom="Ateliers", commune="Roche-Mirel (38)")
        assert page.count("C’est la mienne") == 1
        for words in ("Jardins", "jar", "ACI Jardins", "Jardins de Roche-Mirel", structure.siret):
            assert "<h2>Les Jardins</h2>" in self.find(client, nom=words), words
        for words in ("chantier", "atelier jardins", "insertion"):
            assert "<h2>Les Jardins</h2>" not in self.find(client, nom=words), words

    def test_nothing_found_leads_to_the_sheet_by_the_one_filled_button(
        self, structure: Structure, client: StrictClient
    ) -> None:
        for asked in ({"nom": "poissonnerie"}, {"siret": valid_siret(7999)}):
            page = self.find(client, **asked)
            assert re.findall(r'class="btn btn-primary"[^>]*>([^<]+)', page) == [
                "Commencer ma fiche"
            ]

    def test_many_are_cut_and_the_cure_is_told(
        self, structure: Structure, client: StrictClient
    ) -> None:
        for number in range(20):
            make_structure(f"Jardins {number}", siret=valid_siret(7100 + number))
        page = self.find(client, nom="jardins")
        assert page.count("C’est la mienne") == 20
        assert "Dites la commune" in page

    def test_queries_do_not_grow(
        self, structure: Structure, client: StrictClient, django_assert_num_queries: Any
    ) -> None:
        for number in range(5):
            make_structure(f"Jardins {number}", siret=valid_siret(7100 + number))
        index_structures(Structure.objects.all())
        with django_assert_num_queries(FIND_QUERIES):
            client.get("/rejoindre/", {"nom": "jardins", "commune": "Roche-Mirel (38)"})


class TestRegistering:
    def test_nobody_directs_it_so_its_sheet_begins(
        self, structure: Structure, camille: User, signed_in_client: SignIn
    ) -> None:
        client = signed_in_client(camille)
        page = text(client.get(f"/rejoindre/{structure.pk}/"))
        assert re.search(r'value="director"[^>]* checked', page)
        answer = ask(client, structure)
        assert answer.url == f"/annuaire/{structure.pk}/reprendre/"
        assert client.get(answer.url).url == f"/annuaire/{structure.pk}/reprendre/metiers/"

    def test_the_way_is_kept_through_the_mail_of_confirmation(
        self, structure: Structure, client: StrictClient
    ) -> None:
        following = f"/rejoindre/{structure.pk}/"
        client.post("/compte/inscription/", new_account(following))
        link = re.search(r"/compte/[^ \n]*confirm[^ \n]+", mail_body())[0]
        assert f"next={quote(following, safe='')}" in link
        # Read on another machine: confirmed there, then signed in, then asked.
        elsewhere = StrictClient()
        page = text(elsewhere.get(link))
        assert f'value="{following}"' in page
        answer = elsewhere.post(link.partition("?")[0], {"next": following})
        assert answer.url == following

    def test_another_site_is_not_followed(self, structure: Structure, client: StrictClient) -> None:
        client.post("/compte/inscription/", new_account("https://voleur.example/"))
        assert "voleur" not in mail_body()


TRADES = {"metiers": ["proprete"], "niveau-proprete": "3", "courriel": "ines@exemple.fr"}
ACCOUNT = {"display_name": "Inès", "password": "une corde de douze mètres"}


class TestBeginning:
    """A sheet begun without an account: nothing is written before its mail is followed."""

    def begin(self, client: StrictClient, where: str, **typed: str) -> str:
        """The link of the mail."""
        answer = client.post(f"/rejoindre/{where}commencer/", TRADES | typed)
        assert answer.status_code == 302, text(answer)
        assert not JoinRequest.objects.exists()
        assert not Claim.objects.exists()
        assert not User.objects.filter(email="ines@exemple.fr").exists()
        found = re.search(r"/rejoindre/suite/[^ \n]+", mail_body())
        assert found
        return found[0]

    def test_the_mail_opens_an_account_a_request_and_the_answers(
        self, structure: Structure, client: StrictClient
    ) -> None:
        link = self.begin(client, f"{structure.pk}/")
        assert "Votre fiche est commencée" in text(client.get(link))
        assert not JoinRequest.objects.exists(), "reading records nothing"
        answer = client.post(link, ACCOUNT)
        assert answer.url == f"/annuaire/{structure.pk}/reprendre/"
        assert client.get(answer.url).url == f"/annuaire/{structure.pk}/reprendre/lieu/"
        asked, claim = JoinRequest.objects.get(), Claim.objects.get()
        assert (asked.role, asked.is_pending) == (Role.DIRECTOR, True)
        assert claim.answers["metiers"]["known"] == {"proprete": 3}
        structure.refresh_from_db()
        assert not structure.is_claimed
        known = Activity.objects.filter(chantier__structure=structure, certainty="known")
        assert not known.exists(), "nobody edits a public sheet unverified"
        accept_join_request(request=asked, by=None, now=timezone.now())
        assert set(known.values_list("trade", flat=True)) == {"proprete"}
        # Followed again, it writes over nothing.
        assert client.post(link, {}).status_code == 422

    def test_one_that_the_directory_has_not_gives_its_siret_later(
        self, structure: Structure, client: StrictClient, signed_in_client: SignIn
    ) -> None:
        where = {"nom": "La Scierie", "commune": "Éragnes"}
        page = text(client.get("/rejoindre/commencer/", where))
        assert 'value="La Scierie"' in page
        assert "Étape" not in page, "the page of the SIRET follows, which is none of the three"
        link = self.begin(client, "", **where)
        assert "parce que vous avez commencé une fiche" in mail_body()
        assert "Son statut (ACI, EI…)" in text(client.get(link))
        assert client.post(link, ACCOUNT).status_code == 422, "the SIRET is asked now"
        siret = valid_siret(7500)
        client.post(link, ACCOUNT | {"siret": siret, "kind": "EI"})
        made = Structure.objects.get(siret=siret)
        assert (made.name, made.kind, made.commune_id) == ("La Scierie", "EI", "38003")
        camille = signed_in_client(make_person("camille@exemple.fr"))
        for address in (f"/annuaire/{made.pk}/", f"/rejoindre/{made.pk}/"):
            assert camille.get(address).status_code == 404, "nothing is public yet"
        assert "La Scierie" not in text(camille.get("/annuaire/"))
        assert client.get(f"/annuaire/{made.pk}/").status_code == 200
        keeper = signed_in_client(User.objects.create_superuser("gardien@exemple.fr"))
        address = f"/demandes/{JoinRequest.objects.get().pk}/"
        assert "l’accepter l’y ajoute" in text(keeper.get(address))
        keeper.post(address, {"answer": "accept"})
        assert "La Scierie" in text(camille.get("/annuaire/"))

    def test_what_nobody_accepted_is_forgotten_and_what_a_network_lists_is_not(
        self, structure: Structure, client: StrictClient
    ) -> None:
        for number, name in ((7500, "La Scierie"), (7501, "Le Moulin")):
            person = make_person(f"{number}@exemple.fr")
            begun = Beginning(person.email, name, commune="38003")
            asked = take_up(
                beginning=begun,
                person=person,
                siret=valid_siret(number),
                kind="ACI",
                now=timezone.now(),
            )
            later = timezone.now() + timedelta(days=40)
            assert forget_declared(later) == 0, "somebody may still accept it"
            if name == "La Scierie":
                record_membership(
                    structure=asked.structure, network=make_network("Val"), by=None, on=later.date()
                )
            refuse_join_request(request=asked, by=None, now=timezone.now(), reason="Non.")
        assert forget_declared(later) == 1
        assert not Structure.objects.filter(name="Le Moulin").exists()
        assert Structure.objects.active().filter(name="La Scierie").exists()

    def test_whoever_directs_it_by_now_keeps_the_sheet(
        self, structure: Structure, client: StrictClient, signed_in_client: SignIn
    ) -> None:
        """Begun before, or while, another came to direct it: no answer is written over theirs."""
        before, late = make_person("avant@exemple.fr"), make_person("apres@exemple.fr")
        common = {"siret": "", "kind": "", "now": timezone.now()}

        def begun(person: User) -> JoinRequest:
            typed = Beginning(
                person.email, "Les Jardins", structure.pk, trades=TradesAnswer({"proprete": 3})
            )
            return take_up(beginning=typed, person=person, **common)

        asked = begun(before)
        make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=structure)
        Structure.objects.update(is_claimed=True)
        Activity.objects.create(
            chantier=structure.chantiers.get(), trade="espaces-verts", certainty="known"
        )
        structure.refresh_from_db()
        asked_late = begun(late)
        assert not Claim.objects.filter(person=late).exists()
        for each in (asked, asked_late):
            accept_join_request(request=each, by=None, now=timezone.now())
        known = Activity.objects.filter(chantier__structure=structure, certainty="known")
        assert set(known.values_list("trade", flat=True)) == {"espaces-verts"}
        assert not Claim.objects.filter(person=before).exists(), "nothing half alive to take up"

    def test_one_address_gets_three_mails_an_hour_and_no_address_of_a_site(
        self, structure: Structure, client: StrictClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = f"/rejoindre/{structure.pk}/commencer/"
        for _ in range(3):
            assert client.post(page, TRADES).url == f"{page}?parti"
        assert client.post(page, TRADES).status_code == 429
        assert OutgoingMail.objects.count() == 3
        assert "Un courrier vous attend" in text(client.get(f"{page}?parti"))
        named = {"nom": "Gagnez sur https://exemple.fr", "commune": "Éragnes"}
        refused = client.post("/rejoindre/commencer/", TRADES | named)
        assert "sans adresse de site" in text(refused)
        assert "Gagnez" not in "".join(OutgoingMail.objects.values_list("subject", flat=True))

    def test_a_network_adds_it_under_its_own_words(
        self, structure: Structure, signed_in_client: SignIn
    ) -> None:
        network, siret = make_network("Val"), valid_siret(7500)
        person = make_person("i@exemple.fr")
        typed = Beginning(person.email, "Le pire voisin", commune="38003")
        take_up(beginning=typed, person=person, siret=siret, kind="ACI", now=timezone.now())
        staff = signed_in_client(
            make_person("n@exemple.fr", role=Role.NETWORK_STAFF, network=network)
        )
        page = f"/reseaux/{network.slug}/adherents/ajout/"
        proof = {"proof": "signed_form", "proof_reference": "b. 12", "proof_on": "2026-01-15"}
        sent = {"siret": siret, "kind": "ACI", "starts_on": "2026-02-01"} | proof
        assert "écrivez son nom" in text(staff.post(page, sent))
        sent |= {"name": "La Scierie", "commune": "Éragnes"}
        assert staff.post(page, sent).status_code == 302
        made = Structure.objects.listed().get(siret=siret)
        assert made.name == "La Scierie"
        assert made.chantiers.get().name == "La Scierie"
        assert "Le pire voisin" not in text(staff.get("/annuaire/"))

    def test_what_is_forgotten_leaves_the_search_and_what_was_accepted_stays(
        self, structure: Structure
    ) -> None:
        person, now = make_person("i@exemple.fr"), timezone.now()
        typed = Beginning(person.email, "La Scierie", commune="38003")
        asked = take_up(
            beginning=typed, person=person, siret=valid_siret(7500), kind="ACI", now=now
        )
        made = asked.structure
        assert list(search.matching(Structure, "scierie")) == [made.pk]
        JoinRequest.objects.update(role=Role.SUPERVISOR)
        accept_join_request(request=asked, by=None, now=now)
        assert forget_declared(now + timedelta(days=40)) == 0
        assert Structure.objects.listed().filter(pk=made.pk).exists()
        RoleSeat.objects.all().delete()
        Structure.objects.filter(pk=made.pk).update(source=Structure.Source.DECLARED)
        assert forget_declared(now + timedelta(days=40)) == 1
        assert not search.matching(Structure, "scierie")

    def test_who_has_an_account_signs_in_first_and_another_reads_whose_it_is(
        self, structure: Structure, client: StrictClient, signed_in_client: SignIn
    ) -> None:
        ines = make_person("ines@exemple.fr")
        link = Beginning(ines.email, "Les Jardins", structure.pk).token
        link = f"/rejoindre/suite/{link}/"
        assert client.get(link).url == f"/compte/connexion/?next={quote(link, safe='')}"
        other = signed_in_client(make_person("camille@exemple.fr"))
        assert "pour une autre adresse" in text(other.get(link))
        other.post(link)
        assert not JoinRequest.objects.exists()
        assert signed_in_client(ines).post(link).url.endswith("/reprendre/")
        assert JoinRequest.objects.get().person == ines

    @pytest.mark.parametrize("token", ["faux", "faux:faux:faux"])
    def test_a_link_that_we_did_not_sign_opens_nothing(
        self, token: str, client: StrictClient
    ) -> None:
        assert client.get(f"/rejoindre/suite/{token}/").status_code == 404

    def test_an_old_link_opens_nothing(
        self, structure: Structure, client: StrictClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        link = self.begin(client, f"{structure.pk}/")
        monkeypatch.setattr(joining, "LINK_KEPT", timedelta(seconds=-1))
        assert client.get(link).status_code == 404

    def test_who_has_an_account_or_finds_it_held_asks_as_before(
        self, structure: Structure, camille: User, client: StrictClient, signed_in_client: SignIn
    ) -> None:
        page = f"/rejoindre/{structure.pk}/commencer/"
        assert signed_in_client(camille).get(page).url == f"/rejoindre/{structure.pk}/"
        Structure.objects.update(is_claimed=True)
        assert client.get(page).url == f"/rejoindre/{structure.pk}/"


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
    assert client.get(sheet).url == f"{sheet}metiers/"
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

"""The journal is read by those concerned, in words, without figures; and forgotten in time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.actions import erase_account
from cordee.accounts.models import JournalEntry, User
from cordee.members.actions.sharing import grant_sharing
from cordee.members.models import Chantier, Network, Structure
from cordee.members.roles import Scope, roles_held_in
from cordee.opportunities.models import Opportunity
from tests.access.matrix import ROLES, WITHOUT_ACCOUNT
from tests.access.world import World
from tests.members.makers import join, make_person
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], StrictClient]


@pytest.fixture
def world() -> World:
    return World()


def person(world: World, role: str) -> User:
    found = world.person(role)
    assert found is not None
    return found


def share(world: World, structure: Structure, network: Network, by: User) -> None:
    grant_sharing(
        structure=structure,
        network=network,
        figure_class="network",
        may_see=True,
        may_compose=False,
        by=by,
        on=timezone.localdate(),
    )


def who_reads(world: World, sign_in: SignIn, address: str) -> set[str]:
    people = {role: world.person(role) for role in ROLES if role not in WITHOUT_ACCOUNT}
    return {r for r, p in people.items() if sign_in(p).get(address).status_code == 200}


def text(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode("utf-8-sig"))


def test_a_structure_reads_what_was_done_to_it_and_others_do_not(
    world: World, signed_in_client: SignIn
) -> None:
    director = person(world, "director")
    share(world, world.own_structure, world.own_network, director)
    chantier = Chantier.objects.get(structure=world.own_structure)
    journal.record(
        by=director,
        verb="economics.record_accounting_year",
        target=chantier,
        after={"receipts_cents": 4_126_003},
    )
    share(world, world.foreign_structure, world.foreign_network, world.foreign_director)
    address = f"/journal/structure/{world.own_structure.pk}/"
    assert who_reads(world, signed_in_client, address) == {*roles_held_in(Scope.STRUCTURE)}
    page = text(signed_in_client(person(world, "supervisor")).get(address))
    assert "A ouvert des chiffres à un réseau" in page
    assert "Capacité, équipes, certifications : à voir" in page
    assert "A noté les comptes d’une année" in page
    assert "4126003" not in page.replace("\u202f", "").replace(" ", "")
    assert "director@exemple.fr" in page, "they work together"
    assert "Vous" in text(signed_in_client(director).get(address))
    assert (
        signed_in_client(director)
        .get(f"/journal/structure/{world.foreign_structure.pk}/")
        .status_code
        == 404
    )


def test_a_network_reads_what_its_members_agreed_with_it_and_nothing_else(
    world: World, signed_in_client: SignIn
) -> None:
    join(world.own_structure, world.foreign_network)
    share(world, world.own_structure, world.own_network, person(world, "director"))
    share(world, world.own_structure, world.foreign_network, person(world, "director"))
    address = f"/journal/reseau/{world.own_network.pk}/"
    assert who_reads(world, signed_in_client, address) == {"network_staff", "delegate"}
    client = signed_in_client(person(world, "network_staff"))
    page = text(client.get(address))
    assert page.count("A ouvert des chiffres à un réseau") == 1
    assert "Les Jardins du Val" in page
    assert client.get(f"/journal/reseau/{world.foreign_network.pk}/").status_code == 404


def test_a_programme_is_read_by_its_team(world: World, signed_in_client: SignIn) -> None:
    journal.record(by=None, verb="members.open_programme", target=world.own_programme)
    address = f"/journal/programme/{world.own_programme.pk}/"
    assert who_reads(world, signed_in_client, address) == {"programme_team"}
    team = signed_in_client(person(world, "programme_team"))
    assert "Cordée, ou un compte effacé" in text(team.get(address))
    assert team.get(f"/journal/programme/{world.foreign_programme.pk}/").status_code == 404


def test_an_opportunity_tells_only_what_its_room_writes(
    world: World, signed_in_client: SignIn
) -> None:
    """RULE-38: interest and partners are told elsewhere, to those who may see them."""
    stranger = make_person("interessee@exemple.fr")
    journal.record(by=stranger, verb="opportunities.correct_fact", target=world.notice)
    journal.record(by=stranger, verb="mobilisation.rank_structures", target=world.notice)
    page = text(
        signed_in_client(person(world, "buyer")).get(f"/journal/opportunite/{world.notice.pk}/")
    )
    assert "A corrigé un fait" in page
    assert "A cherché qui peut répondre" not in page
    assert "interessee@exemple.fr" not in page
    assert "Une personne d’ailleurs" in page


def test_what_one_network_decides_of_a_need_is_not_told_to_another(
    world: World, signed_in_client: SignIn
) -> None:
    need = world.own_need
    for network in (world.own_network, world.foreign_network):
        journal.record(
            by=None,
            verb="opportunities.refuse_need",
            target=need,
            after={"network": network.slug},
        )
    address = f"/journal/opportunite/{need.pk}/export/"
    author = make_person("entreprise@exemple.fr")
    Opportunity.objects.filter(pk=need.pk).update(created_by=author)
    assert text(signed_in_client(author).get(address)).count("a refusé un besoin") == 2
    delegate = signed_in_client(person(world, "delegate"))
    assert text(delegate.get(address)).count("a refusé un besoin") == 1


def test_a_composition_is_read_by_those_it_was_made_for(
    world: World, signed_in_client: SignIn
) -> None:
    for composition in (world.own_composition, world.foreign_composition):
        journal.record(by=None, verb="composing.request_composition", target=composition)
    address = f"/journal/composition/{world.own_composition.pk}/"
    assert who_reads(world, signed_in_client, address) == {"network_staff", "delegate"}
    staff = signed_in_client(person(world, "network_staff"))
    assert "A cherché une équipe" in text(staff.get(address))
    assert staff.get(f"/journal/composition/{world.foreign_composition.pk}/").status_code == 404


@pytest.mark.parametrize(
    "address", ["structure/x", "structure/9", "chantier/1", "autre/1", "composition/1", "reseau/²"]
)
def test_what_is_not_there_is_not_found(
    world: World, signed_in_client: SignIn, address: str
) -> None:
    client = signed_in_client(person(world, "director"))
    assert client.get(f"/journal/{address}/").status_code == 404


def test_one_reads_what_one_did_and_not_what_others_did(
    world: World, signed_in_client: SignIn
) -> None:
    director = person(world, "director")
    share(world, world.own_structure, world.own_network, director)
    share(world, world.foreign_structure, world.foreign_network, world.foreign_director)
    page = text(signed_in_client(director).get("/compte/journal/"))
    assert "Les Jardins du Val" in page
    assert "Les Ateliers du Large" not in page
    assert "Rien n’est encore noté" in text(
        signed_in_client(make_person("nouvelle@exemple.fr")).get("/compte/journal/")
    )


def test_filters_and_the_file_agree(world: World, signed_in_client: SignIn) -> None:
    director, structure = person(world, "director"), world.own_structure
    journal.record(by=director, verb="members.ask_membership", target=structure)
    old = journal.record(by=director, verb="members.guess_trades", target=structure)
    JournalEntry.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=40))
    client = signed_in_client(director)
    since = f"{timezone.localdate() - timedelta(days=10)}"
    for query, asked, guessed in (
        ("", True, True),
        (f"?du={since}", True, False),
        (f"?au={since}", False, True),
        ("?action=members.ask_membership", True, False),
        ("?du=jamais&action=autre", True, True),
        # Midnight in Paris on these days is before, or after, all moments in UTC.
        ("?du=0001-01-01&au=9999-12-31", True, True),
    ):
        rows = text(client.get(f"/journal/structure/{structure.pk}/export/{query}"))
        assert ("a demandé à adhérer" in rows) is asked, query
        assert ("a supposé des métiers" in rows) is guessed, query
        page = text(client.get(f"/journal/structure/{structure.pk}/{query}"))
        assert ("A demandé à adhérer" in page) is asked, query
        assert ("A supposé des métiers" in page) is guessed, query
    [head, line] = text(client.get(f"/compte/journal/export/?du={since}")).splitlines()
    assert head == "quand;qui;a fait;sur;lequel;précision"
    assert line.endswith(";Vous;a demandé à adhérer;Structure;Les Jardins du Val;")
    nothing = text(client.get("/compte/journal/?au=2020-01-01"))
    assert "Rien ne correspond" in nothing


def test_pages_ask_as_much_for_three_lines_as_for_thirty(
    world: World, count_queries: Callable[..., int]
) -> None:
    director, structure = person(world, "director"), world.own_structure

    def write(count: int) -> list[int]:
        for number in range(count):
            other = make_person(f"p{JournalEntry.objects.count()}-{number}@exemple.fr")
            for by in (director, other):
                journal.record(by=by, verb="members.guess_trades", target=structure)
        addresses = (f"/journal/structure/{structure.pk}/", "/compte/journal/")
        return [count_queries(address, director) for address in addresses]

    assert write(3) == write(27)


def test_everyday_lines_go_and_proofs_stay(world: World) -> None:
    structure, now = world.own_structure, timezone.now()
    for verb in ("members.guess_trades", "members.revoke_sharing"):
        for days in (300, 400):
            line = journal.record(by=None, verb=verb, target=structure)
            JournalEntry.objects.filter(pk=line.pk).update(at=now - timedelta(days=days))
    before = JournalEntry.objects.count()
    assert journal.forget_old(now) == 1
    assert journal.forget_old(now) == 0
    assert JournalEntry.objects.count() == before - 1
    assert JournalEntry.objects.filter(verb="members.revoke_sharing").count() == 2


def test_an_erased_person_stays_without_a_name(world: World, signed_in_client: SignIn) -> None:
    director = person(world, "director")
    share(world, world.own_structure, world.own_network, director)
    erase_account(person=director, by=None)
    page = text(
        signed_in_client(person(world, "supervisor")).get(
            f"/journal/structure/{world.own_structure.pk}/"
        )
    )
    assert "A ouvert des chiffres à un réseau" in page
    assert "director@" not in page


def test_pages_lead_to_their_journal_for_those_who_may_read_it(
    world: World, signed_in_client: SignIn
) -> None:
    address = f"/annuaire/{world.own_structure.pk}/"
    link = f'href="/journal/structure/{world.own_structure.pk}/"'
    assert link in text(signed_in_client(person(world, "director")).get(address))
    assert link not in text(signed_in_client(person(world, "company")).get(address))

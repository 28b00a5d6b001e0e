"""A network writes first to one of its members; authors and programme teams only answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Network, Programme, RoleSeat, Structure
from cordee.mobilisation.actions import conversations as actions
from cordee.mobilisation.conversations import relay
from cordee.mobilisation.conversations.access import threads_for
from cordee.mobilisation.models import Campaign, Message, Thread
from cordee.opportunities.actions.needs import decide_need
from cordee.opportunities.models import Opportunity, ProgrammeAttachment
from tests.members.makers import join, make_network, make_person, make_structure
from tests.mobilisation.campaign_makers import make_call, make_delegate, make_member
from tests.mobilisation.proposals.makers import relay as relayed_to
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], StrictClient]


@pytest.fixture
def octavie(network: Network) -> User:
    return make_delegate("octavie@reseau.exemple.fr", network, region_id="84")


@pytest.fixture
def read(jardins: Structure, director: User) -> Structure:
    """A member in the Isère whom somebody reads for."""
    Structure.objects.filter(pk=jardins.pk).update(commune_id="38002", department_id="38")
    return jardins


@pytest.fixture
def notice(network: Network) -> Opportunity:
    return make_call(now=timezone.now())


def to(opportunity: Opportunity, structure: Structure | None = None) -> str:
    base = f"/conversations/avis/{opportunity.pk}/ecrire/"
    return base if structure is None else f"{base}{structure.pk}/"


def message_to(network: Network, text: str = "Le point d’eau est confirmé.") -> dict[str, Any]:
    return {"network": network.pk, "text": text}


def test_a_delegate_writes_first_and_the_structure_answers(
    read: Structure,
    director: User,
    octavie: User,
    notice: Opportunity,
    network: Network,
    signed_in_client: SignIn,
) -> None:
    client = signed_in_client(octavie)
    assert "Écrire à un membre" in client.get(f"/conversations/avis/{notice.pk}/").content.decode()
    assert "Les Jardins du Val" in client.get(to(notice)).content.decode()
    assert "Vous écrivez pour Réseau du Val" in client.get(to(notice, read)).content.decode()
    for _ in range(2):  # a double click
        done = client.post(to(notice, read), message_to(network))
    thread = Thread.objects.get()
    assert done["Location"] == f"/conversations/{thread.pk}/"
    message = thread.messages.get()
    assert (message.side, message.by) == (Message.Side.COUNTERPART, octavie)
    verbs = list(JournalEntry.objects.filter(by=octavie).values_list("verb", flat=True))
    assert verbs.count("mobilisation.open_thread") == 1
    assert verbs.count("mobilisation.write_message") == 1

    relay.run(timezone.now() + timedelta(minutes=6))
    (mail,) = OutgoingMail.objects.filter(kind=relay.KIND)
    assert mail.recipient == director.email
    assert "point d’eau" in mail.text
    assert octavie.email not in mail.text
    theirs = signed_in_client(director)
    assert "1\u202fconversation à lire" in theirs.get("/mobilisation/").content.decode()
    theirs.post(f"/conversations/{thread.pk}/", {"text": "Merci, nous irons voir."})
    assert "nous irons voir" in client.get(f"/conversations/{thread.pk}/").content.decode()


def test_writing_first_opens_the_conversation_that_is_there(
    thread: Thread, read: Structure, octavie: User, network: Network, signed_in_client: SignIn
) -> None:
    client, need = signed_in_client(octavie), thread.opportunity
    assert "Reprendre" in client.get(to(need)).content.decode()
    opened = client.get(to(need, read))
    assert (opened.status_code, opened["Location"]) == (302, f"/conversations/{thread.pk}/#ecrire")
    client.post(to(need, read), message_to(network))
    assert Thread.objects.get() == thread
    assert thread.messages.count() == 2


def test_in_a_closed_conversation_nothing_is_written_and_the_words_stay(
    thread: Thread, read: Structure, octavie: User, network: Network, signed_in_client: SignIn
) -> None:
    actions.set_closed(thread=thread, is_closed=True, by=octavie, now=timezone.now())
    refused = signed_in_client(octavie).post(to(thread.opportunity, read), message_to(network))
    assert refused.status_code == 422
    assert "point d’eau" in refused.content.decode()
    assert "Rouvrez-la" in refused.content.decode()


def test_only_in_her_territory_and_her_network(
    read: Structure, network: Network, notice: Opportunity, signed_in_client: SignIn
) -> None:
    away = make_delegate("ailleurs@reseau.exemple.fr", network, department_id="73")
    other = make_delegate("large@reseau.exemple.fr", make_network("Réseau du Large"))
    for person in (away, other):
        client = signed_in_client(person)
        assert client.get(to(notice, read)).status_code == 404
        assert client.post(to(notice, read), message_to(network)).status_code == 404
        page = client.get(to(notice)).content.decode()
        assert "Les Jardins du Val" not in page
        assert "Personne ne lirait votre message" in page
    assert not Thread.objects.exists()


def test_one_does_not_write_for_a_network_that_is_not_hers(
    read: Structure, octavie: User, notice: Opportunity, signed_in_client: SignIn
) -> None:
    large = make_network("Réseau du Large")
    join(read, large)
    assert signed_in_client(octavie).post(to(notice, read), message_to(large)).status_code == 422
    assert not Thread.objects.exists()


def test_who_relays_for_two_networks_says_for_which(
    read: Structure, octavie: User, network: Network, notice: Opportunity, signed_in_client: SignIn
) -> None:
    large = make_network("Réseau du Large")
    join(read, large)
    RoleSeat.objects.create(person=octavie, role=RoleSeat.Role.NETWORK_STAFF, network=large)
    client = signed_in_client(octavie)
    for each in (network, large):
        client.post(to(notice, read), message_to(each))
    assert set(Thread.objects.values_list("network", flat=True)) == {network.pk, large.pk}
    assert client.get(to(notice, read)).status_code == 200


def test_where_nobody_reads_nobody_is_written_to(
    read: Structure, director: User, octavie: User, notice: Opportunity, signed_in_client: SignIn
) -> None:
    User.objects.filter(pk=director.pk).update(is_active=False)
    client = signed_in_client(octavie)
    assert client.get(to(notice, read)).status_code == 404
    assert "Personne ne lirait votre message" in client.get(to(notice)).content.decode()


def test_she_does_not_write_to_the_structure_that_she_directs(
    read: Structure, octavie: User, notice: Opportunity, signed_in_client: SignIn
) -> None:
    RoleSeat.objects.create(person=octavie, role=RoleSeat.Role.DIRECTOR, structure=read)
    assert signed_in_client(octavie).get(to(notice, read)).status_code == 404


def test_a_need_that_the_network_does_not_relay_is_written_about_to_nobody(
    opportunity: Opportunity, read: Structure, nadia: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(nadia)
    assert client.get(to(opportunity, read)).status_code == 200
    decide_need(
        state="refused",
        audience=opportunity.audiences.get(),
        words="Non",
        by=nadia,
        now=timezone.now(),
    )
    assert client.get(to(opportunity, read)).status_code == 404


def test_an_author_and_a_programme_team_only_answer(
    opportunity: Opportunity, read: Structure, company: User, signed_in_client: SignIn
) -> None:
    """RULE-38: nobody tells an author who is interested, and so they do not write first."""
    today = timezone.localdate()
    programme = Programme.objects.create(
        name="Grand chantier", slug="grand-chantier", owner="A", starts_on=today, ends_on=today
    )
    team = make_person("programme@exemple.fr", role="programme_team", programme=programme)
    call = make_call(now=timezone.now())
    ProgrammeAttachment.objects.create(
        programme=programme, opportunity=call, by=team, at=timezone.now()
    )
    for person, about in ((company, opportunity), (team, call)):
        client = signed_in_client(person)
        for address in (to(about), to(about, read)):
            assert client.get(address).status_code == 404
        panel = client.get(f"/conversations/avis/{about.pk}/").content.decode()
        assert "Vous n’écrivez pas en premier" in panel
        assert "Écrire à un membre" not in panel
    page = signed_in_client(company).get(f"/opportunites/besoins/{opportunity.pk}/")
    assert f"/conversations/avis/{opportunity.pk}/" in page.content.decode()


def test_another_structure_learns_nothing(
    read: Structure,
    octavie: User,
    notice: Opportunity,
    network: Network,
    signed_in_client: SignIn,
) -> None:
    neighbour = make_structure("Les Ateliers du Val")
    join(neighbour, network)
    other = make_person("autre@membre.exemple.fr", role="director", structure=neighbour)
    actions.write_first(
        opportunity=notice,
        structure=read,
        network=network,
        text="Oui",
        by=octavie,
        now=timezone.now(),
    )
    assert not threads_for(other, on=timezone.localdate()).exists()
    client = signed_in_client(other)
    assert client.get(to(notice, read)).status_code == 404
    assert "Les Jardins" not in client.get(f"/conversations/avis/{notice.pk}/").content.decode()


def test_writing_first_to_many_is_a_campaign(
    octavie: User, network: Network, notice: Opportunity
) -> None:
    now = timezone.now()
    members = [
        make_member(f"Structure {number}", network)
        for number in range(actions.MOST_FIRST_AN_HOUR + 1)
    ]

    def write(structure: Structure, minutes: int = 0) -> Thread:
        return actions.write_first(
            opportunity=notice,
            structure=structure,
            network=network,
            text="Bonjour",
            by=octavie,
            now=now + timedelta(minutes=minutes),
        )

    threads = [write(structure) for structure in members[:-1]]
    with pytest.raises(ValidationError, match="campagne"):
        write(members[-1])
    assert Thread.objects.count() == len(threads)
    # One that is there already is no first message; nor is one that was answered.
    write(members[0], minutes=2)
    asker = User.objects.get(seats__structure=members[0])
    actions.write(thread=threads[0], side=Message.Side.STRUCTURE, text="Merci", by=asker, now=now)
    write(members[-1])


def test_the_board_of_a_campaign_leads_to_whom_one_may_write(
    read: Structure, notice: Opportunity, network: Network, signed_in_client: SignIn
) -> None:
    isere = make_delegate("isere@reseau.exemple.fr", network, department_id="38")
    mute = make_structure("Sans compte", department_id="38", commune_id="38002")
    away = make_member("Loin d’ici", network, department_id="73", commune_id="73001")
    join(mute, network)
    relayed_to(network, notice, [read, mute, away])
    campaign = Campaign.objects.get()
    page = signed_in_client(isere).get(f"/mobilisation/campagnes/{campaign.pk}/").content.decode()
    assert f"{to(notice, read)}?reseau={network.pk}" in page
    for structure in (mute, away):
        assert structure.name in page
        assert to(notice, structure) not in page


def test_pages_take_a_fixed_number_of_queries(
    octavie: User, notice: Opportunity, network: Network, count_queries: Callable[..., int]
) -> None:
    counts = []
    for size in (3, 20):
        members = [make_member(f"Structure {size} {number}", network) for number in range(size)]
        Campaign.objects.all().delete()
        relayed_to(network, notice, members)
        for structure in members:
            made = Thread.objects.create(
                opportunity=notice,
                structure=structure,
                network=network,
                opened_at=timezone.now(),
                last_at=timezone.now(),
            )
            Message.objects.create(thread=made, side="structure", text="Bonjour", at=timezone.now())
        campaign = Campaign.objects.get()
        counts.append(
            [
                count_queries(path, octavie)
                for path in (
                    to(notice),
                    f"/conversations/avis/{notice.pk}/",
                    f"/mobilisation/campagnes/{campaign.pk}/",
                    "/mobilisation/",
                )
            ]
        )
    assert counts[0] == counts[1]


def test_the_home_says_what_is_to_be_read(
    thread: Thread,
    director: User,
    nadia: User,
    company: User,
    signed_in_client: SignIn,
) -> None:
    def home(person: User) -> str:
        return signed_in_client(person).get("/mobilisation/").content.decode()

    assert "1\u202fconversation à lire" in home(nadia)
    assert "tout est lu" in home(director)
    # The author has a need and no conversation yet; who has no part in any reads nothing of them.
    assert "Aucune conversation pour l’instant" in home(company)
    assert "Aucune conversation" not in home(
        make_person("achats@exemple.fr", role="buyer", department_id="38")
    )

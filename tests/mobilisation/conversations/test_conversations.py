"""Private threads: who reads them, what is done to a message, and what goes with an account."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cordee.accounts.actions import erase_account
from cordee.accounts.models import JournalEntry, User
from cordee.members.models import Network, Programme, RoleSeat, Structure
from cordee.mobilisation.actions import conversations as actions
from cordee.mobilisation.conversations import account_closing
from cordee.mobilisation.conversations.access import counterparts_of, threads_for
from cordee.mobilisation.models import Message, MessageReport, Thread
from cordee.mobilisation.models.conversations import MOST_AN_HOUR
from cordee.opportunities.actions.needs import decide_need
from cordee.opportunities.models import Opportunity, ProgrammeAttachment
from tests.members.makers import join, make_network, make_person, make_structure
from tests.mobilisation.conversations.conftest import open_thread

pytestmark = pytest.mark.django_db


def url(thread: Thread, more: str = "") -> str:
    return f"/conversations/{thread.pk}/{more}"


def test_another_structure_never_learns_of_it(
    thread: Thread, network: Network, opportunity: Opportunity, signed_in_client: Any
) -> None:
    """RULE-38: same network, same need, and still not a trace: page, list, panel, count."""
    neighbour = make_structure("Les Ateliers du Val")
    join(neighbour, network)
    other = make_person("autre@membre.exemple.fr", role="director", structure=neighbour)
    client = signed_in_client(other)
    assert not threads_for(other, on=timezone.localdate()).exists()
    for more in ("", "export/csv/"):
        assert client.get(url(thread, more)).status_code == 404
    assert client.post(url(thread), {"text": "Bonjour"}).status_code == 404
    panel = client.get(f"/conversations/avis/{opportunity.pk}/").content.decode()
    assert "Les Jardins du Val" not in panel
    assert "Poser une question" in panel
    assert "Aucune conversation" in client.get("/conversations/").content.decode()


def test_a_network_does_not_read_what_is_told_to_the_author(
    opportunity: Opportunity, director: User, nadia: User, company: User, signed_in_client: Any
) -> None:
    told = open_thread(opportunity, director, "auteur", "Combien de coffrets ?")
    assert signed_in_client(nadia).get(url(told)).status_code == 404
    page = signed_in_client(company).get(url(told)).content.decode()
    assert "Combien de coffrets" in page
    assert "Les Jardins du Val (direction)" in page
    # Nobody's address is shown, to either side.
    assert director.email not in page
    assert company.email not in signed_in_client(director).get(url(told)).content.decode()


def test_one_thread_by_counterpart(
    thread: Thread, opportunity: Opportunity, director: User
) -> None:
    again = open_thread(opportunity, director, "reseau", "Et où ?")
    assert again == thread
    assert open_thread(opportunity, director, "auteur", "Et où ?") != thread
    assert thread.messages.count() == 2


def test_a_programme_team_is_asked_where_the_opportunity_is_its(
    opportunity: Opportunity, director: User, signed_in_client: Any
) -> None:
    today = timezone.localdate()
    programme = Programme.objects.create(
        name="Grand chantier", slug="grand-chantier", owner="A", starts_on=today, ends_on=today
    )
    team = make_person("programme@exemple.fr", role="programme_team", programme=programme)
    ProgrammeAttachment.objects.create(
        programme=programme, opportunity=opportunity, by=team, at=timezone.now()
    )
    offered = counterparts_of(
        Structure.objects.get(seats__person=director), opportunity, director, on=today
    )
    assert [each.key.split("-")[0] for each in offered] == ["reseau", "auteur", "programme"]


def test_one_asks_only_where_one_may(
    opportunity: Opportunity, nadia: User, company: User, signed_in_client: Any
) -> None:
    address = f"/conversations/avis/{opportunity.pk}/poser/"
    for person in (nadia, company):
        assert signed_in_client(person).get(address).status_code == 404
    # The author's own structure does not ask itself; one of no network sees nothing.
    alone = make_person("seule@exemple.fr", role="director", structure=make_structure("Seule"))
    assert signed_in_client(alone).get(address).status_code == 404


def test_asking_on_the_page(
    opportunity: Opportunity, director: User, network: Network, signed_in_client: Any
) -> None:
    client = signed_in_client(director)
    address = f"/conversations/avis/{opportunity.pk}/poser/"
    structure = Structure.objects.get(seats__person=director)
    wrong = client.post(address, {"structure": structure.pk, "to": "reseau-0", "text": "Gardé"})
    assert wrong.status_code == 422
    assert "Gardé" in wrong.content.decode()
    form = {"structure": structure.pk, "to": f"reseau-{network.pk}", "text": "<b>Quand</b> ?"}
    for _ in range(2):  # a double click
        done = client.post(address, form)
    page = client.get(done["Location"]).content.decode()
    assert "&lt;b&gt;Quand&lt;/b&gt;" in page
    assert Message.objects.count() == 1


def test_links_of_others_are_plain_text(thread: Thread, nadia: User, signed_in_client: Any) -> None:
    client = signed_in_client(nadia)
    client.post(url(thread), {"text": "Voyez http://ailleurs.exemple.fr/piege"})
    page = client.get(url(thread)).content.decode()
    assert "http://ailleurs.exemple.fr/piege" in page
    assert 'href="http://ailleurs' not in page


def test_unread_marks(thread: Thread, nadia: User, director: User, signed_in_client: Any) -> None:
    reader, writer = signed_in_client(nadia), signed_in_client(director)
    assert "1\u202fconversation à lire" in reader.get("/conversations/").content.decode()
    assert "Vous avez tout lu" in writer.get("/conversations/").content.decode()
    assert "Nouveau" in reader.get(url(thread)).content.decode()
    assert "Nouveau" not in reader.get(url(thread)).content.decode()
    assert "Vous avez tout lu" in reader.get("/conversations/").content.decode()
    reader.post(url(thread), {"text": "Le 2 mars."})
    assert "1\u202fmessage à lire" in writer.get("/conversations/").content.decode()


def test_one_takes_back_what_one_wrote_and_nobody_else_does(
    thread: Thread, director: User, nadia: User, signed_in_client: Any
) -> None:
    message, client = thread.messages.get(), signed_in_client(director)
    address = f"/conversations/messages/{message.pk}/retirer/"
    assert signed_in_client(nadia).get(address).status_code == 404
    client.post(address)
    client.post(address)
    page = signed_in_client(nadia).get(url(thread)).content.decode()
    assert "Message retiré" in page
    assert message.text not in page


def test_a_reported_message_is_read_alone_hidden_and_shown_again(
    opportunity: Opportunity, director: User, company: User, nadia: User, signed_in_client: Any
) -> None:
    """Told to the author, so that the network was not there; it reads the one message only."""
    told = open_thread(opportunity, director, "auteur", "Une question secrète")
    answer = actions.write(
        thread=told,
        side=Message.Side.COUNTERPART,
        text="Des mots qui blessent",
        by=company,
        now=timezone.now(),
    )
    theirs, reader = signed_in_client(director), signed_in_client(nadia)
    address = f"/conversations/messages/{answer.pk}/signaler/"
    for _ in range(2):
        assert theirs.post(address, {"words": "C’est blessant"}).status_code == 302
    report = MessageReport.objects.get()
    # One does not report one's own side.
    assert signed_in_client(company).get(address).status_code == 404
    page = reader.get(f"/conversations/signalements/{report.pk}/").content.decode()
    assert "Des mots qui blessent" in page
    assert "secrète" not in page
    assert reader.get(url(told)).status_code == 404
    decide = f"/conversations/signalements/{report.pk}/"
    assert reader.post(decide, {"decision": "hide", "reason": ""}).status_code == 422
    reader.post(decide, {"decision": "hide", "reason": "Propos blessants"})
    hidden = theirs.get(url(told)).content.decode()
    assert "Propos blessants" in hidden
    assert "Des mots qui blessent" not in hidden
    reader.post(decide, {"decision": "keep"})
    assert "Des mots qui blessent" in theirs.get(url(told)).content.decode()
    assert theirs.get(decide).status_code == 404


def test_the_journal_holds_no_word(thread: Thread, director: User) -> None:
    entries = JournalEntry.objects.filter(verb__startswith="mobilisation.")
    verbs = set(entries.values_list("verb", flat=True))
    assert {"mobilisation.open_thread", "mobilisation.write_message"} <= verbs
    assert "quand" not in json.dumps(list(entries.values_list("before", "after")))


def test_closed_nobody_writes(thread: Thread, nadia: User, signed_in_client: Any) -> None:
    client = signed_in_client(nadia)
    client.post(url(thread, "clore/"), {"clore": "oui"})
    assert client.post(url(thread), {"text": "Encore"}).status_code == 422
    client.post(url(thread, "clore/"), {})
    assert client.post(url(thread), {"text": "Encore"}).status_code == 302


def test_a_person_may_not_write_without_end(thread: Thread, nadia: User) -> None:
    now = timezone.now()
    for number in range(MOST_AN_HOUR):
        actions.write(
            thread=thread, side=Message.Side.COUNTERPART, text=f"{number}", by=nadia, now=now
        )
    with pytest.raises(ValidationError, match="beaucoup écrit"):
        actions.write(
            thread=thread, side=Message.Side.COUNTERPART, text="Encore", by=nadia, now=now
        )


def test_a_need_no_longer_published_closes_its_threads_to_the_structure(
    thread: Thread, opportunity: Opportunity, nadia: User, director: User
) -> None:
    decide_need(
        state="refused",
        audience=opportunity.audiences.get(),
        words="Retiré",
        by=nadia,
        now=timezone.now(),
    )
    on = timezone.localdate()
    assert not threads_for(director, on=on).exists()
    assert threads_for(nadia, on=on).exists()


def test_who_loses_her_seat_loses_the_thread(thread: Thread, nadia: User) -> None:
    RoleSeat.objects.filter(person=nadia).delete()
    assert not threads_for(nadia, on=timezone.localdate()).exists()


def test_words_go_with_the_account(
    thread: Thread, director: User, nadia: User, signed_in_client: Any
) -> None:
    erase_account(person=director, by=None)
    message = thread.messages.get()
    assert (message.text, message.by) == ("", None)
    page = signed_in_client(nadia).get(url(thread)).content.decode()
    assert "effacé avec le compte" in page
    assert "Personne ne lit de l’autre côté" in page


def test_old_threads_are_forgotten_by_settings(thread: Thread, settings: Any) -> None:
    settings.KEEP_CONVERSATION_MONTHS = 36
    assert account_closing.forget(timezone.now() + timedelta(days=3 * 365)) == 0
    assert account_closing.forget(timezone.now() + timedelta(days=3 * 366)) == 1
    assert account_closing.forget(timezone.now() + timedelta(days=3 * 366)) == 0
    assert Message.objects.count() == 0


def test_a_thread_is_exported_by_its_two_sides(
    thread: Thread, director: User, signed_in_client: Any
) -> None:
    client = signed_in_client(director)
    table = b"".join(client.get(url(thread, "export/csv/")).streaming_content).decode()
    assert "Les Jardins du Val (direction)" in table.splitlines()[1]
    assert table.splitlines()[1].endswith("Pouvez-vous nous dire quand ?")


def test_the_list_takes_a_fixed_number_of_queries(
    opportunity: Opportunity, nadia: User, network: Network, count_queries: Any
) -> None:
    def more(how_many: int) -> int:
        for _ in range(how_many):
            structure = make_structure()
            now = timezone.now()
            made = Thread.objects.create(
                opportunity=opportunity,
                structure=structure,
                network=network,
                opened_at=now,
                last_at=now,
            )
            Message.objects.create(thread=made, side="structure", text="Bonjour", at=now)
        return int(count_queries("/conversations/", nadia))

    assert more(3) == more(20)


def test_a_long_thread_takes_a_fixed_number_of_queries(
    thread: Thread, nadia: User, signed_in_client: Any
) -> None:
    client, counts = signed_in_client(nadia), []
    for _ in range(2):
        now = timezone.now()
        Message.objects.bulk_create(
            Message(thread=thread, side="structure", text="Bonjour", at=now) for _ in range(20)
        )
        client.get(url(thread))
        with CaptureQueriesContext(connection) as queries:
            client.get(url(thread))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_two_networks_do_not_read_each_other(
    thread: Thread, opportunity: Opportunity, signed_in_client: Any
) -> None:
    other = make_person("x@exemple.fr", role="network_staff", network=make_network("Autre"))
    assert signed_in_client(other).get(url(thread)).status_code == 404

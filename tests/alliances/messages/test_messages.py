"""Messages of an alliance: out by mail and back, when each is told, what is reported of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.actions import erase_account
from cordee.accounts.models import JournalEntry, User
from cordee.alliances.access import inside_for
from cordee.alliances.messages import access as messages_access
from cordee.alliances.messages import actions, relay
from cordee.alliances.messages.relay import address_of
from cordee.alliances.models import AllianceMessage, AllianceMessageReport, MessagePace
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Network, RoleSeat
from cordee.mobilisation.conversations import receiving
from cordee.mobilisation.conversations.receiving import receive
from cordee.mobilisation.conversations.reply_routes import read_address
from cordee.mobilisation.models.conversations import MOST_AN_HOUR, MOST_MAILS_AN_HOUR
from tests.alliances.makers import Rope
from tests.members.makers import join, make_network, make_person

Make = Callable[..., Rope]
Role, Pace = RoleSeat.Role, MessagePace.Pace
MAILS = Path(__file__).parents[2] / "mobilisation" / "conversations" / "mails"
DOMAIN = "reponses.exemple.fr"


@pytest.fixture(autouse=True)
def domain(settings: Any) -> None:
    settings.MAIL_REPLY_DOMAIN = DOMAIN


@pytest.fixture
def team(rope: Make) -> Rope:
    return rope().gather()


def say(team: Rope, key: str, text: str, now: datetime | None = None) -> AllianceMessage:
    return actions.write(
        alliance=team.alliance,
        text=text,
        side=team.structures[key].shown_name,
        by=team.directors[key],
        now=now or team.now,
    )


def sent(kind: str = relay.KIND) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind=kind).order_by("pk"))


def to(letters: list[OutgoingMail]) -> set[str]:
    return {letter.recipient.split("@")[0] for letter in letters}


def answer(name: str, team: Rope, person: User, writer: User | None = None) -> receiving.Outcome:
    address = address_of(team.alliance, person)
    raw = (MAILS / f"{name}.eml").read_bytes().replace(b"ADDRESS", address.encode())
    sender = (writer or person).email.encode()
    raw = raw.replace(b"direction@membre.exemple.fr", sender)
    return receive(raw, now=timezone.now())


# --- Out ----------------------------------------------------------------------------------------


def test_words_go_out_to_those_inside_after_a_while(team: Rope) -> None:
    say(team, "toits", "Le plan arrive demain.")
    assert relay.run(team.later(minutes=4)) == 0
    assert relay.run(team.later(minutes=5)) == 3
    assert relay.run(team.later(minutes=6)) == 0
    letters = sent()
    assert to(letters) == {"reseau", "jardins", "peintres"}, "not to the company: it is not in yet"
    for letter in letters:
        assert "Le plan arrive demain." in letter.text
        assert "Les Toits du Val" in letter.text
        told = read_address(letter.reply_to)
        assert told is not None
        assert told.person_pk == letter.for_person
        assert len(letter.reply_to.partition("@")[0]) <= 64
        assert "toits@" not in letter.text + letter.html + letter.reply_to


def test_what_is_taken_back_or_hidden_meanwhile_stays(team: Rope) -> None:
    taken, hidden = say(team, "toits", "Non"), say(team, "toits", "Un prix")
    actions.take_back(message=taken, by=team.directors["toits"], now=team.now)
    actions.hide(message=hidden, reason="Un prix", by=team.leader, now=team.now)
    assert relay.run(team.later(minutes=9)) == 0


def test_who_left_since_gets_nothing(team: Rope) -> None:
    say(team, "toits", "Le plan arrive demain.")
    RoleSeat.objects.filter(person=team.directors["jardins"]).delete()
    assert relay.run(team.later(minutes=5)) == 2
    assert "jardins" not in to(sent())


def test_many_messages_make_few_mails(team: Rope) -> None:
    for number in range(8):
        say(team, "toits", f"Point {number}", team.later(minutes=number))
        relay.run(team.later(minutes=number + 5))
    mine = [letter for letter in sent() if letter.recipient == "jardins@exemple.fr"]
    assert len(mine) == MOST_MAILS_AN_HOUR
    relay.run(team.later(minutes=66))
    last = sent()[-1]
    assert all(f"Point {number}" in last.text for number in range(4, 8))
    assert "4" in last.subject


def test_a_subcontractor_exchanges_apart_with_those_it_works_for(
    rope: Make, signed_in_client: Any
) -> None:
    """The team says to whom it writes; what a subcontractor writes is read by nobody else."""
    team = rope().alone_to_documents()
    mirel, toits = team.party("mirel"), team.party("toits")
    page = reverse("alliances:messages", args=[team.alliance.pk])
    lead, company = (signed_in_client(team.directors[key]) for key in ("jardins", "mirel"))
    lead.post(page, {"to": mirel.key, "text": "Quand pouvez-vous venir ?"})
    lead.post(page, {"to": toits.key, "text": "Un mot pour les toits"})
    lead.post(page, {"to": "equipe", "text": "Un mot pour nous"})
    company.post(page, {"to": toits.key, "text": "En avril."})
    said = list(AllianceMessage.objects.order_by("pk").values_list("about", "text"))
    assert said == [
        (mirel.pk, "Quand pouvez-vous venir ?"),
        (toits.pk, "Un mot pour les toits"),
        (None, "Un mot pour nous"),
        (mirel.pk, "En avril."),
    ]
    assert relay.run(timezone.now() + timedelta(minutes=6)) == 4
    letters = {letter.recipient.split("@")[0]: letter.text for letter in sent()}
    assert set(letters) == {"reseau", "jardins", "mirel", "toits"}
    for text in (letters["mirel"], company.get(page).content.decode()):
        assert "Quand pouvez-vous venir" in text
        assert "Un mot pour" not in text
    assert "En avril." in letters["jardins"]
    assert "sauf les sous-traitants" in letters["jardins"]
    assert "Un mot pour les toits" in letters["toits"]
    assert "avril" not in letters["toits"]
    read = lead.get(page).content.decode()
    assert f"à l’équipe et à {mirel.structure.shown_name}" in read
    # By mail it answers those it works for; a message that it does not read is not there for it.
    answer("gmail", team, team.directors["mirel"])
    last = AllianceMessage.objects.latest("pk")
    assert (last.about, last.origin) == (mirel, "mail")
    other = AllianceMessage.objects.get(about=toits)
    report = reverse("alliances:report_message", args=[team.alliance.pk, other.pk])
    assert company.get(report).status_code == 404


def test_each_chooses_when_she_is_told(team: Rope, signed_in_client: Any) -> None:
    daily, never = team.directors["jardins"], team.directors["peintres"]
    choose = reverse("alliances:message_pace", args=[team.alliance.pk])
    page = reverse("alliances:messages", args=[team.alliance.pk])
    for person, pace in ((daily, "daily"), (never, "never")):
        client = signed_in_client(person)
        assert client.post(choose, {"pace": pace}).status_code == 302
        assert f'value="{pace}"' in client.get(page).content.decode()
    assert client.post(choose, {"pace": "sometimes"}).status_code == 302
    assert MessagePace.objects.get(person=never).pace == "never"

    MessagePace.objects.update(notified_until=team.now - timedelta(days=2))
    morning = timezone.localtime(team.now).replace(hour=7, minute=0, second=0, microsecond=0)
    say(team, "toits", "Hier au soir", morning - timedelta(hours=10))
    say(team, "toits", "Ce matin", morning - timedelta(hours=1))
    assert relay.run(morning - timedelta(minutes=1)) == 1
    assert to(sent()) == {"reseau"}, "each at once, to whoever chose nothing"
    assert relay.run(morning) == 1
    assert relay.run(morning + timedelta(minutes=1)) == 0
    letter = sent()[-1]
    assert letter.recipient == daily.email
    assert "Hier au soir" in letter.text
    assert "Ce matin" in letter.text
    assert letter.reply_to == address_of(team.alliance, daily)
    assert relay.run(morning + timedelta(days=1)) == 0, "nothing new, no mail"
    client = signed_in_client(daily)
    client.post(choose, {"pace": "each"})
    say(team, "toits", "Plus tard", morning + timedelta(days=1))
    assert relay.run(morning + timedelta(days=1, minutes=5)) == 2


def test_without_a_domain_one_answers_in_the_application(team: Rope, settings: Any) -> None:
    settings.MAIL_REPLY_DOMAIN = ""
    say(team, "toits", "Le plan arrive demain.")
    relay.run(team.later(minutes=5))
    assert {letter.reply_to for letter in sent()} == {""}
    assert "On ne répond pas à ce courrier" in sent()[0].text


def test_her_words_go_from_the_mails_that_carried_them(team: Rope) -> None:
    say(team, "toits", "Le plan arrive demain.")
    relay.run(team.later(minutes=5))
    OutgoingMail.objects.filter(kind=relay.KIND).update(state="sent", sent_at=timezone.now())
    erase_account(person=team.directors["toits"], by=None)
    assert sent()
    assert all((letter.text, letter.html) == ("", "") for letter in sent())


# --- And back -----------------------------------------------------------------------------------


def test_an_answer_lands_as_the_person_who_wrote_it(team: Rope, signed_in_client: Any) -> None:
    director = team.directors["jardins"]
    assert answer("gmail", team, director).what == receiving.KEPT
    assert answer("gmail", team, director).what == receiving.TWICE
    message = AllianceMessage.objects.get()
    assert (message.by, message.side) == (director, "Les Jardins du Val")
    assert message.origin == AllianceMessage.Origin.MAIL
    assert message.text.startswith("Oui, nous pouvons commencer le 2 mars.")
    assert "a écrit" not in message.text
    assert "Les Jardins du Val" not in message.text
    page = reverse("alliances:messages", args=[team.alliance.pk])
    assert "par courrier" in signed_in_client(team.leader).get(page).content.decode()
    assert relay.run(timezone.now() + timedelta(minutes=6)) == 3, "the others get it by mail too"


def test_who_leads_answers_for_the_network(team: Rope) -> None:
    assert answer("iphone", team, team.leader).what == receiving.KEPT
    assert AllianceMessage.objects.get().side == "Réseau du Val"


def test_who_lost_the_role_is_refused_in_words_and_nothing_else(team: Rope) -> None:
    director = team.directors["jardins"]
    RoleSeat.objects.filter(person=director).delete()
    assert answer("gmail", team, director).what == receiving.NOT_A_PARTICIPANT
    assert not AllianceMessage.objects.exists()
    (letter,) = sent(receiving.KIND)
    assert "ne prenez plus part" in letter.text
    assert team.alliance.title not in letter.subject + letter.text + letter.html


@pytest.mark.parametrize("writer", ["toits", "mirel"])
def test_another_person_with_her_address_publishes_nothing(writer: str, team: Rope) -> None:
    """Of the alliance or not: their account gets the words back, and who wrote them nothing."""
    director, other = team.directors["jardins"], team.directors[writer]
    outcome = answer("gmail", team, director, writer=other)
    assert outcome.what == receiving.NOT_THE_SENDER
    assert not AllianceMessage.objects.exists()
    (letter,) = sent(receiving.KIND)
    assert letter.recipient == director.email
    assert "nous pouvons commencer" in letter.text
    assert reverse("alliances:messages", args=[team.alliance.pk]) in letter.text


@pytest.mark.parametrize(
    ("name", "words"), [("attachment", "pièce jointe"), ("only_a_quote", "au")]
)
def test_what_cannot_be_taken_is_refused(name: str, words: str, team: Rope) -> None:
    director = team.directors["jardins"]
    outcome = answer(name, team, director)
    assert outcome.what in (receiving.ATTACHMENTS, receiving.NO_WORDS)
    (letter,) = sent(receiving.KIND)
    assert words in letter.text
    assert team.alliance.title in letter.subject
    assert reverse("alliances:messages", args=[team.alliance.pk]) in letter.text


def test_too_many_words_within_an_hour_are_refused(team: Rope) -> None:
    director = team.directors["jardins"]
    for number in range(MOST_AN_HOUR):
        say(team, "jardins", f"Point {number}", timezone.now())
    assert answer("gmail", team, director).what == receiving.REFUSED
    assert "beaucoup écrit" in sent(receiving.KIND)[0].text


# --- Reported -----------------------------------------------------------------------------------


def test_a_network_reads_that_message_alone_and_answers(team: Rope, signed_in_client: Any) -> None:
    message = say(team, "toits", "Mirel travaille mal.")
    say(team, "toits", "Un autre message.")
    page = reverse("alliances:report_message", args=[team.alliance.pk, message.pk])
    reporter = signed_in_client(team.directors["jardins"])
    assert signed_in_client(team.directors["toits"]).get(page).status_code == 404, "not their own"
    assert "Réseau du Val le lira" in reporter.get(page).content.decode()
    told = {"network": str(team.network.pk), "words": "Elle parle d’une entreprise."}
    assert reporter.post(page, told | {"words": " "}).status_code == 422
    assert reporter.post(page, told).status_code == 302
    assert reporter.post(page, told).status_code == 302
    report = AllianceMessageReport.objects.get()
    letters = sent("message_reports")
    assert to(letters) == {"reseau"}
    assert "Mirel" not in letters[0].text, "the words stay in Cordée"

    thread_page = reverse("alliances:messages", args=[team.alliance.pk])
    assert "ne vous a pas encore répondu" in reporter.get(thread_page).content.decode()
    author = signed_in_client(team.directors["toits"])
    assert "signal" not in author.get(f"{thread_page}?page=1").content.decode().split("<aside>")[0]
    decide = reverse("alliances:report", args=[report.pk])
    staff = signed_in_client(team.leader)
    assert "Mirel travaille mal." in staff.get(decide).content.decode()
    assert reporter.get(decide).status_code == 404
    said = {"decision": "asked", "answer": "Nous le demandons.", "request": ""}
    assert staff.post(decide, said).status_code == 422
    said["request"] = "Ne nommez pas une entreprise."
    assert staff.post(decide, said).status_code == 302
    assert "Vous avez demandé son retrait" in staff.get(decide).content.decode()
    by_person = {letter.recipient.split("@")[0]: letter for letter in sent("message_reports")}
    assert "Nous le demandons." in by_person["jardins"].text
    assert "Ne nommez pas une entreprise." in by_person["toits"].text
    assert "Jardins" not in by_person["toits"].text, "who reported it is not named"
    assert "Nous le demandons." in reporter.get(thread_page).content.decode()
    seen = author.get(thread_page).content.decode()
    assert "On vous demande de le retirer" in seen
    assert "Nous le demandons." not in seen

    take_back = reverse("alliances:take_message_back", args=[team.alliance.pk, message.pk])
    assert "Retirer ce message" in author.get(take_back).content.decode()
    assert AllianceMessage.objects.get(pk=message.pk).text, "a GET takes nothing back"
    author.post(take_back)
    for client in (author, reporter, staff):
        assert "Message retiré par qui l’a écrit" in client.get(thread_page).content.decode()
    assert "Ce message est retiré" in staff.get(decide).content.decode()
    lines = JournalEntry.objects.filter(verb__contains="report")
    assert {line.verb for line in lines} == {"alliances.report_message", "alliances.answer_report"}
    assert not lines.filter(target_kind="alliances.alliance").exists(), "those inside read no line"


def test_a_network_that_does_not_lead_learns_neither_where_nor_who(
    team: Rope, signed_in_client: Any
) -> None:
    other = make_network("Réseau du Large")
    reader = make_person("large@exemple.fr", role=Role.NETWORK_STAFF, network=other)
    for key in ("jardins", "toits"):
        join(team.structures[key], other)
    message = say(team, "toits", "Mirel travaille mal.")
    assert networks_of(team, "jardins", message) == ["Réseau du Large", "Réseau du Val"]
    assert networks_of(team, "peintres", message) == ["Réseau du Val"], "they are not in the other"
    report = actions.report(
        message=message, network=other, words="Non", by=team.directors["jardins"], now=team.now
    )
    client = signed_in_client(reader)
    read = client.get(reverse("alliances:report", args=[report.pk])).content.decode()
    assert "Mirel travaille mal." in read
    for hidden in (team.alliance.title, "Les Toits du Val", "Les Jardins du Val"):
        assert hidden not in read
    panel = client.get(reverse("alliances:reports"))
    assert "1\u202fmessage attend votre réponse" in panel.content.decode()
    assert client.get(reverse("conversations:reports")).status_code == 200
    assert (
        signed_in_client(team.leader).get(reverse("alliances:report", args=[report.pk])).status_code
        == 404
    ), "reported to another network"


def test_the_network_above_reads_what_is_said_for_the_one_that_leads(team: Rope) -> None:
    national = make_network("Réseau national")
    make_person("national@exemple.fr", role=Role.NETWORK_STAFF, network=national)
    Network.objects.filter(pk=team.network.pk).update(parent=national)
    message = actions.write(
        alliance=team.alliance, text="Non", side="Réseau du Val", by=team.leader, now=team.now
    )
    assert networks_of(team, "jardins", message) == ["Réseau du Val", "Réseau national"]


def networks_of(team: Rope, key: str, message: AllianceMessage) -> list[str]:
    person = team.directors[key]
    access = inside_for(person, team.alliance.pk)
    return [str(one) for one in messages_access.readers_of(access, message, person, on=team.on)]


def test_where_no_network_reads_the_page_says_whom_to_ask(
    team: Rope, signed_in_client: Any
) -> None:
    message = say(team, "toits", "Non")
    RoleSeat.objects.filter(network=team.network).delete()
    page = reverse("alliances:report_message", args=[team.alliance.pk, message.pk])
    assert "Aucun réseau ne peut lire" in (
        signed_in_client(team.directors["jardins"]).get(page).content.decode()
    )


def test_nothing_is_reported_or_asked_of_a_message_without_words(team: Rope) -> None:
    message, other = say(team, "toits", "Non"), say(team, "toits", "Oui")
    director = team.directors["jardins"]
    report = actions.report(
        message=message, network=team.network, words="Non", by=director, now=team.now
    )
    for row in (message, other):
        actions.take_back(message=row, by=team.directors["toits"], now=team.now)
    with pytest.raises(ValidationError, match="plus affiché"):
        actions.report(message=other, network=team.network, words="x", by=director, now=team.now)
    with pytest.raises(ValidationError, match="plus de texte"):
        actions.decide(
            report=report,
            outcome=actions.Outcome.ASKED,
            answer="Oui",
            request="Retirez",
            by=team.leader,
            now=team.now,
        )
    actions.decide(
        report=report,
        outcome=actions.Outcome.KEPT,
        answer="Elle l’a retiré.",
        by=team.leader,
        now=team.now,
    )
    report.refresh_from_db()
    assert (report.outcome, report.request) == ("kept", "")


def test_the_thread_asks_as_much_whatever_is_reported(team: Rope, count_queries: Any) -> None:
    page = reverse("alliances:messages", args=[team.alliance.pk])
    rows = [say(team, "toits", f"Point {number}") for number in range(3)]
    few = count_queries(page, team.leader)
    rows += [say(team, "peintres", f"Point {number}") for number in range(25)]
    for row in rows:
        actions.report(
            message=row,
            network=team.network,
            words="Non",
            by=team.directors["jardins"],
            now=team.now,
        )
    assert count_queries(page, team.leader) == few


def test_the_page_that_reports_says_who_reads_and_leads_back(
    team: Rope, signed_in_client: Any
) -> None:
    message = say(team, "toits", "Non")
    page = reverse("alliances:report_message", args=[team.alliance.pk, message.pk])
    read = signed_in_client(team.directors["jardins"]).get(page).content.decode()
    assert "Réseau du Val le lira, et vous répondra." in " ".join(read.split())
    assert "décidera s’il reste visible" not in read, "that is said of conversations"
    assert f'href="{reverse("alliances:messages", args=[team.alliance.pk])}"' in read

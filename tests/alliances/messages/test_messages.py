"""Messages of an alliance: out by mail and back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.actions import erase_account
from cordee.accounts.models import User
from cordee.alliances.access import inside_for
from cordee.alliances.messages import access as messages_access
from cordee.alliances.messages import actions, relay
from cordee.alliances.messages.relay import address_of
from cordee.alliances.models import AllianceMessage
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import RoleSeat
from cordee.mobilisation.conversations import receiving
from cordee.mobilisation.conversations.receiving import receive
from cordee.mobilisation.conversations.reply_routes import read_address
from cordee.mobilisation.models.conversations import MOST_AN_HOUR, MOST_MAILS_AN_HOUR
from tests.alliances.makers import Rope

Make = Callable[..., Rope]
Role = RoleSeat.Role
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
    with pytest.raises(Http404):
        messages_access.message_for(inside_for(team.directors["mirel"], team.alliance.pk), other.pk)


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


def test_the_thread_asks_as_much_however_long(team: Rope, count_queries: Any) -> None:
    page = reverse("alliances:messages", args=[team.alliance.pk])
    for number in range(3):
        say(team, "toits", f"Point {number}")
    few = count_queries(page, team.leader)
    for number in range(25):
        say(team, "peintres", f"Point {number}")
    assert count_queries(page, team.leader) == few

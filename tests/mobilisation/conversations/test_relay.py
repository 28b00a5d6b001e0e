"""By mail: out with a signed address, in through one command, and nothing twice."""

import io
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.actions import erase_account
from cordee.accounts.models import User
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import RoleSeat
from cordee.mobilisation.actions import conversations as actions
from cordee.mobilisation.conversations import receiving, relay
from cordee.mobilisation.conversations.receiving import Outcome, receive
from cordee.mobilisation.conversations.reply_routes import ThreadAddress, read_address
from cordee.mobilisation.conversations.reply_routes import reply_address as address_of
from cordee.mobilisation.models import Message, ReceivedMail, Thread
from cordee.mobilisation.models.conversations import MOST_MAILS_AN_HOUR

pytestmark = pytest.mark.django_db
MAILS = Path(__file__).parent / "mails"
DOMAIN = "reponses.exemple.fr"


@pytest.fixture(autouse=True)
def domain(settings: Any) -> None:
    settings.MAIL_REPLY_DOMAIN = DOMAIN


def reply_address(thread_pk: int, person_pk: int) -> str:
    return address_of("fil", thread_pk, person_pk)


def mail(name: str, thread: Thread, person: User) -> bytes:
    address = reply_address(thread.pk, person.pk)
    return (MAILS / f"{name}.eml").read_bytes().replace(b"ADDRESS", address.encode())


def got(name: str, thread: Thread, person: User) -> Outcome:
    return receive(mail(name, thread, person), now=timezone.now())


def later(minutes: int) -> Any:
    return timezone.now() + timedelta(minutes=minutes)


def sent(kind: str = "conversation") -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind=kind).order_by("pk"))


def say(thread: Thread, person: User, text: str, now: Any) -> Message:
    return actions.write(
        thread=thread, side=Message.Side.COUNTERPART, text=text, by=person, now=now
    )


def test_an_address_proves_itself_and_nothing_else_does(thread: Thread, nadia: User) -> None:
    address = reply_address(thread.pk, nadia.pk)
    assert read_address(address.upper()) == ThreadAddress("fil", str(thread.pk), nadia.pk)
    local, _, _ = address.partition("@")
    assert len(local) <= 64
    wrong = local[:-1] + ("a" if local[-1] != "a" else "b")
    other = local.replace(f"fil-{thread.pk}-", f"fil-{thread.pk + 1}-")
    of_another_sort = local.replace("fil-", "al-")
    for one in (wrong, other, of_another_sort, local[:-1]):
        assert read_address(f"{one}@{DOMAIN}") is None
    for letter in "abcdefghijklmnopqrstuvwxyz234567":
        # One of them is the next letter of the whole proof.
        assert read_address(f"{local}{letter}@{DOMAIN}") is None
    for one in (f"{local}@exemple.fr", "", "fil-1-1-@x"):
        assert read_address(one) is None


def test_an_address_given_before_still_works(thread: Thread, nadia: User, settings: Any) -> None:
    """There was one sort of thread, and its proofs had 26 letters."""
    settings.SECRET_KEY = "a-key-of-this-test"
    told = "fil-7-12-ax6xovenkyksibogopzgzaoxa4"
    assert read_address(f"{told}@{DOMAIN}") == ThreadAddress("fil", "7", 12)


def test_a_message_leaves_once_it_may_not_be_changed(
    thread: Thread, nadia: User, director: User
) -> None:
    assert relay.run(later(4)) == 0
    assert relay.run(later(5)) == 1
    assert relay.run(later(6)) == 0
    (letter,) = sent()
    assert letter.recipient == nadia.email
    assert letter.reply_to == reply_address(thread.pk, nadia.pk)
    assert "Pouvez-vous nous dire quand" in letter.text
    assert "Les Jardins du Val (direction)" in letter.text
    for words in (letter.text, letter.html, letter.subject, letter.reply_to):
        assert director.email not in words


def test_without_a_domain_one_answers_in_the_application(thread: Thread, settings: Any) -> None:
    settings.MAIL_REPLY_DOMAIN = ""
    relay.run(later(5))
    (letter,) = sent()
    assert letter.reply_to == ""
    assert "On ne répond pas à ce courrier" in letter.text


def test_what_is_taken_back_or_hidden_does_not_leave(thread: Thread, director: User) -> None:
    actions.take_back(message=thread.messages.get(), by=director, now=timezone.now())
    assert relay.run(later(9)) == 0


def test_a_thread_mails_a_few_times_an_hour_and_the_rest_leaves_together(
    thread: Thread, director: User, nadia: User
) -> None:
    start = timezone.now()
    relay.run(start + timedelta(minutes=5))
    for number in range(1, 8):
        say(thread, nadia, f"Réponse {number}", start + timedelta(minutes=number))
        relay.run(start + timedelta(minutes=number + 5))
    assert len(sent()) == MOST_MAILS_AN_HOUR
    assert relay.run(start + timedelta(minutes=66)) == 4
    digest = sent()[-1]
    assert len(sent()) == MOST_MAILS_AN_HOUR + 1
    assert digest.recipient == director.email
    for number in range(4, 8):
        assert f"Réponse {number}" in digest.text


@pytest.mark.parametrize("name", ["gmail", "outlook", "outlook_html_only", "iphone"])
def test_an_answer_becomes_a_message(
    name: str, thread: Thread, director: User, nadia: User
) -> None:
    outcome = got(name, thread, director)
    assert outcome.what == receiving.KEPT
    message = thread.messages.order_by("-pk")[0]
    assert (message.by, message.side, message.origin) == (director, "structure", "mail")
    assert "cordee@exemple.fr" not in message.text
    assert not sent("conversation_refusal")


def test_the_same_mail_twice_is_one_message(thread: Thread, director: User) -> None:
    assert got("gmail", thread, director).what == receiving.KEPT
    assert got("gmail", thread, director).what == receiving.TWICE
    assert thread.messages.count() == 2
    assert got("attachment", thread, director).what == receiving.ATTACHMENTS
    assert got("attachment", thread, director).what == receiving.TWICE
    assert len(sent("conversation_refusal")) == 1


@pytest.mark.parametrize("name", ["out_of_office", "bounce", "mailing_list"])
def test_nothing_is_answered_to_a_machine(name: str, thread: Thread, director: User) -> None:
    assert got(name, thread, director).what == receiving.AUTOMATIC
    assert thread.messages.count() == 1
    assert OutgoingMail.objects.filter(kind="conversation_refusal").count() == 0


@pytest.mark.parametrize(
    ("name", "what", "words"),
    [
        ("attachment", receiving.ATTACHMENTS, "pièce jointe"),
        ("only_a_quote", receiving.NO_WORDS, "aucun texte"),
    ],
)
def test_a_refusal_is_told_in_french(
    name: str, what: str, words: str, thread: Thread, director: User
) -> None:
    assert got(name, thread, director).what == what
    (letter,) = sent("conversation_refusal")
    assert letter.recipient == director.email
    assert words in letter.text
    assert thread.messages.count() == 1


def from_(sender: str, thread: Thread, person: User, ident: str = "autre") -> Outcome:
    raw = mail("gmail", thread, person).replace(b"direction@membre.exemple.fr", sender.encode())
    raw = re.sub(rb"(?i)message-id:.*", f"Message-ID: <{ident}@exemple.fr>".encode(), raw)
    return receive(raw, now=timezone.now())


@pytest.mark.parametrize("writer", ["nadia@reseau.exemple.fr", "quelquun@ailleurs.exemple.fr"])
def test_nobody_writes_in_the_name_of_whom_the_address_is(
    writer: str, thread: Thread, director: User, nadia: User
) -> None:
    """Whether they take part or not: the account gets the words back, the sender nothing."""
    assert from_(writer, thread, director).what == receiving.NOT_THE_SENDER
    assert thread.messages.count() == 1
    (letter,) = sent("conversation_refusal")
    assert (letter.recipient, letter.for_person) == (director.email, director.pk)
    for words in (letter.text, letter.html):
        assert "Oui, nous pouvons commencer" in words
        assert writer in words
        assert reverse("conversations:thread", args=[thread.pk]) in words


@pytest.mark.parametrize(
    "sender", ["Direction@MEMBRE.exemple.fr", "Zoé <direction@membre.exemple.fr>"]
)
def test_her_address_is_hers_however_written(sender: str, thread: Thread, director: User) -> None:
    assert from_(sender, thread, director).what == receiving.KEPT


def test_each_address_that_she_proved_is_hers(thread: Thread, director: User) -> None:
    director.emailaddress_set.create(email="zoe@maison-été.fr", verified=True)
    director.emailaddress_set.create(email="zoe@pas-encore.fr", verified=False)
    assert from_("zoe@xn--maison-t-h1ab.fr", thread, director).what == receiving.KEPT
    refused = from_("zoe@pas-encore.fr", thread, director, "2")
    assert refused.what == receiving.NOT_THE_SENDER


def test_two_senders_are_none(thread: Thread, director: User) -> None:
    both = "direction@membre.exemple.fr, nadia@reseau.exemple.fr"
    assert from_(both, thread, director).what == receiving.NOT_THE_SENDER


def test_what_others_send_takes_nothing_from_her(thread: Thread, director: User) -> None:
    """Neither their mails of the hour, nor the answers they get to their own faults."""
    for number in range(receiving.MOST_MAILS_AN_HOUR + 1):
        from_("quelquun@ailleurs.exemple.fr", thread, director, f"n{number}")
    assert len(sent("conversation_refusal")) == receiving.MOST_REFUSALS_A_DAY
    assert got("attachment", thread, director).what == receiving.ATTACHMENTS
    assert len(sent("conversation_refusal")) == receiving.MOST_REFUSALS_A_DAY + 1
    assert got("gmail", thread, director).what == receiving.KEPT


def test_a_mail_of_too_many_parts_is_refused_in_words(thread: Thread, director: User) -> None:
    address = reply_address(thread.pk, director.pk)
    raw = (
        f"From: {director.email}\nTo: {address}\n"
        "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nOui.\n" * 200
    )
    assert receive(raw.encode(), now=timezone.now()).what == receiving.TOO_BIG
    assert "trop compliqué" in sent("conversation_refusal")[0].text


def test_a_wrong_address_is_told_nothing(thread: Thread, director: User) -> None:
    raw = (MAILS / "gmail.eml").read_bytes().replace(b"ADDRESS", b"fil-1-1-abc@" + DOMAIN.encode())
    assert receive(raw, now=timezone.now()).what == receiving.NO_ADDRESS
    assert not sent("conversation_refusal")


def test_who_left_the_structure_no_longer_writes(thread: Thread, director: User) -> None:
    address = mail("gmail", thread, director)
    RoleSeat.objects.filter(person=director).delete()
    assert receive(address, now=timezone.now()).what == receiving.NOT_A_PARTICIPANT
    assert thread.messages.count() == 1
    (letter,) = sent("conversation_refusal")
    assert "ne prenez plus part" in letter.text
    assert thread.opportunity.title not in letter.subject + letter.text, "nothing is said of it"


def test_a_closed_thread_says_so(thread: Thread, director: User) -> None:
    actions.set_closed(thread=thread, is_closed=True, by=director, now=timezone.now())
    assert got("gmail", thread, director).what == receiving.REFUSED
    assert "close" in sent("conversation_refusal")[0].text


def test_size_and_rate_are_limited(thread: Thread, director: User) -> None:
    big = mail("iphone", thread, director) + b"x" * receiving.MOST_BYTES
    assert receive(big, now=timezone.now()).what == receiving.TOO_BIG
    now = timezone.now()
    ReceivedMail.objects.bulk_create(
        ReceivedMail(digest=f"{number}", at=now, outcome="kept", person=director)
        for number in range(receiving.MOST_MAILS_AN_HOUR)
    )
    assert got("gmail", thread, director).what == receiving.TOO_MANY
    assert thread.messages.count() == 1


def test_refusals_do_not_answer_each_other_for_ever(thread: Thread, director: User) -> None:
    raw = mail("attachment", thread, director)
    for number in range(8):
        receive(raw.replace(b"attachment-0006", f"again-{number}".encode()), now=timezone.now())
    assert len(sent("conversation_refusal")) == receiving.MOST_REFUSALS_A_DAY


def test_the_command_takes_a_mail_from_its_input(
    thread: Thread, director: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Input:
        buffer = io.BytesIO(mail("gmail", thread, director))

    monkeypatch.setattr(sys, "stdin", Input)
    out = io.StringIO()
    call_command("receive_mail", stdout=out)
    assert out.getvalue().strip() == receiving.KEPT
    assert thread.messages.count() == 2


def test_her_words_go_from_the_mails_that_carried_them(thread: Thread, director: User) -> None:
    relay.run(later(5))
    OutgoingMail.objects.filter(kind="conversation").update(state="sent", sent_at=timezone.now())
    erase_account(person=director, by=None)
    (letter,) = sent()
    assert (letter.text, letter.html) == ("", "")

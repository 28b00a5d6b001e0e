"""A mail that comes in becomes a message, or is refused in plain French; nothing twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.mobilisation.conversations.addresses import read_address
from cordee.mobilisation.conversations.doors import Door, door_of
from cordee.mobilisation.conversations.parsing import Incoming, read_mail
from cordee.mobilisation.models import ReceivedMail

MOST_BYTES = 2_000_000
MOST_MAILS_AN_HOUR = 20
MOST_REFUSALS_A_DAY = 3
KIND = "conversation_refusal"

KEPT, TWICE, AUTOMATIC, NO_ADDRESS = "kept", "twice", "automatic", "no_address"
NOT_A_PARTICIPANT, TOO_BIG, TOO_MANY = "not_a_participant", "too_big", "too_many"
ATTACHMENTS, NO_WORDS, REFUSED = "attachments", "no_words", "refused"

# What is answered to somebody who takes part, or did when we gave her the address. To others
# nothing is, so that nobody learns of it.
REASONS = {
    NOT_A_PARTICIPANT: "Vous ne prenez plus part à cet échange. Votre message n’y est pas ajouté.",
    TOO_BIG: "Votre courrier est trop gros. Envoyez seulement du texte.",
    TOO_MANY: "Vous avez envoyé beaucoup de courriers en une heure. Reprenez plus tard.",
    ATTACHMENTS: (
        "Votre courrier porte une pièce jointe. Elles ne passent pas par Cordée. "
        "Renvoyez votre message sans pièce jointe."
    ),
    NO_WORDS: "Nous n’avons trouvé aucun texte à vous. Écrivez au-dessus du message cité.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail; `words` say it in French where somebody was answered."""

    what: str
    words: str = ""


def receive(raw: bytes, *, now: datetime) -> Outcome:
    """Read one mail and do what it asks. Handed in twice, it is one message."""
    mail = read_mail(raw[:MOST_BYTES])
    if ReceivedMail.objects.filter(digest=mail.digest).exists():
        return Outcome(TWICE)
    if mail.is_automatic:
        return _noted(mail, Outcome(AUTOMATIC), None, now)
    told = next((found for each in mail.recipients if (found := read_address(each))), None)
    door = None if told is None else door_of(told.mark)
    if told is None or door is None:
        return _noted(mail, Outcome(NO_ADDRESS), None, now)
    person = _sender(mail.sender)
    thread = None if person is None else door.open_to(person, told.thread, now=now)
    if person is None or (thread is None and person.pk != told.person_pk):
        return _noted(mail, Outcome(NOT_A_PARTICIPANT), None, now)
    refusal = _refusal(mail, raw, person, now) if thread is not None else NOT_A_PARTICIPANT
    if refusal:
        outcome = Outcome(refusal, REASONS[refusal])
    else:
        try:
            with transaction.atomic():
                return _keep(mail, door, thread, person, now)
        except IntegrityError:
            # The same mail, handed in by another process at this moment.
            return Outcome(TWICE)
        except ValidationError as refused:
            outcome = Outcome(REFUSED, " ".join(refused.messages))
    with transaction.atomic():
        outcome = _noted(mail, outcome, person, now)
        if outcome.what != TWICE:
            _answer(mail, person, door, thread, outcome.words, now)
    return outcome


def _keep(mail: Incoming, door: Door, thread: Any, person: User, now: datetime) -> Outcome:
    received = ReceivedMail.objects.create(digest=mail.digest, at=now, outcome=KEPT, person=person)
    message = door.write(thread, text=mail.text, by=person, now=now)
    # The same words as a moment before are the same message: it keeps its first mail.
    if message is not None and not ReceivedMail.objects.filter(message=message).exists():
        received.message = message
        received.save(update_fields=["message"])
    return Outcome(KEPT)


def _sender(address: str) -> User | None:
    """Who writes, by an address that she proved."""
    people = User.objects.filter(is_active=True)
    return (
        people.filter(emailaddress__email__iexact=address, emailaddress__verified=True).first()
        or people.filter(email__iexact=address).first()
    )


def _refusal(mail: Incoming, raw: bytes, person: User, now: datetime) -> str:
    if len(raw) > MOST_BYTES:
        return TOO_BIG
    recent = ReceivedMail.objects.filter(person=person, at__gt=now - timedelta(hours=1))
    if recent.count() >= MOST_MAILS_AN_HOUR:
        return TOO_MANY
    if mail.attachments:
        return ATTACHMENTS
    return "" if mail.text else NO_WORDS


def _noted(mail: Incoming, outcome: Outcome, person: User | None, now: datetime) -> Outcome:
    _, is_new = ReceivedMail.objects.get_or_create(
        digest=mail.digest, defaults={"at": now, "outcome": outcome.what, "person": person}
    )
    return outcome if is_new else Outcome(TWICE)


def _answer(
    mail: Incoming, person: User, door: Door, thread: Any | None, words: str, now: datetime
) -> None:
    """Say why, a few times a day at most: two machines must not answer each other for ever."""
    refused = ReceivedMail.objects.filter(person=person, at__gt=now - timedelta(days=1))
    if refused.exclude(outcome=KEPT).count() > MOST_REFUSALS_A_DAY:
        return
    mailing.write_to(
        person,
        kind=KIND,
        template="mobilisation/mail/conversation_refusal",
        # Of a thread that is hers no more, nothing is said.
        context={
            "title": "" if thread is None else door.title_of(thread),
            "url": "" if thread is None else door.url_of(thread),
            "words": words,
        },
        key=f"conversation_refusal:{mail.digest}",
    )

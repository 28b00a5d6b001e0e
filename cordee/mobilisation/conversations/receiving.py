"""A mail that comes in becomes a message, or is refused in plain French; nothing twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.mobilisation.actions import conversations as actions
from cordee.mobilisation.conversations.access import people_of, side_of, threads_for
from cordee.mobilisation.conversations.addresses import read_address
from cordee.mobilisation.conversations.parsing import Incoming, read_mail
from cordee.mobilisation.models import Message, ReceivedMail, Thread

MOST_BYTES = 2_000_000
MOST_MAILS_AN_HOUR = 20
MOST_REFUSALS_A_DAY = 3
KIND = "conversation_refusal"

KEPT, TWICE, AUTOMATIC, NO_ADDRESS = "kept", "twice", "automatic", "no_address"
NOT_A_PARTICIPANT, TOO_BIG, TOO_MANY = "not_a_participant", "too_big", "too_many"
ATTACHMENTS, NO_WORDS, REFUSED = "attachments", "no_words", "refused"

# What is answered to somebody who takes part; to others nothing is, so that nobody learns of it.
REASONS = {
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
    message: Message | None = None


def receive(raw: bytes, *, now: datetime) -> Outcome:
    """Read one mail and do what it asks. Handed in twice, it is one message."""
    mail = read_mail(raw[:MOST_BYTES])
    if ReceivedMail.objects.filter(digest=mail.digest).exists():
        return Outcome(TWICE)
    if mail.is_automatic:
        return _noted(mail, Outcome(AUTOMATIC), None, now)
    told = next((found for each in mail.recipients if (found := read_address(each))), None)
    if told is None:
        return _noted(mail, Outcome(NO_ADDRESS), None, now)
    sender = _participant(mail.sender, told[0], now)
    if sender is None:
        return _noted(mail, Outcome(NOT_A_PARTICIPANT), None, now)
    person, thread = sender
    refusal = _refusal(mail, raw, person, now)
    if refusal:
        outcome = Outcome(refusal, REASONS[refusal])
    else:
        try:
            with transaction.atomic():
                return _keep(mail, thread, person, now)
        except IntegrityError:
            # The same mail, handed in by another process at this moment.
            return Outcome(TWICE)
        except ValidationError as refused:
            outcome = Outcome(REFUSED, " ".join(refused.messages))
    with transaction.atomic():
        outcome = _noted(mail, outcome, person, now)
        if outcome.what != TWICE:
            _answer(mail, person, thread, outcome.words, now)
    return outcome


def _keep(mail: Incoming, thread: Thread, person: User, now: datetime) -> Outcome:
    received = ReceivedMail.objects.create(digest=mail.digest, at=now, outcome=KEPT, person=person)
    message = actions.write(
        thread=thread,
        side=side_of(person, thread),
        text=mail.text,
        by=person,
        now=now,
        origin=Message.Origin.MAIL,
    )
    if ReceivedMail.objects.filter(message=message).exists():
        return Outcome(KEPT, message=message)
    received.message = message
    received.save(update_fields=["message"])
    return Outcome(KEPT, message=message)


def _participant(address: str, thread_pk: int, now: datetime) -> tuple[User, Thread] | None:
    """Who writes, where she takes part in the thread today: by an address that she proved."""
    person = (
        User.objects.filter(is_active=True)
        .filter(emailaddress__email__iexact=address, emailaddress__verified=True)
        .first()
        or User.objects.filter(is_active=True, email__iexact=address).first()
    )
    if person is None:
        return None
    thread = threads_for(person, on=timezone.localdate(now)).filter(pk=thread_pk).first()
    if thread is None or not people_of(thread, side_of(person, thread)).contains(person):
        return None
    return person, thread


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


def _answer(mail: Incoming, person: User, thread: Thread, words: str, now: datetime) -> None:
    """Say why, a few times a day at most: two machines must not answer each other for ever."""
    refused = ReceivedMail.objects.filter(person=person, at__gt=now - timedelta(days=1))
    if refused.exclude(outcome=KEPT).count() > MOST_REFUSALS_A_DAY:
        return
    mailing.write_to(
        person,
        kind=KIND,
        template="mobilisation/mail/conversation_refusal",
        context={"thread": thread, "words": words},
        key=f"conversation_refusal:{mail.digest}",
    )

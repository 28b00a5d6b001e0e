"""A mail that comes in becomes a message, or is refused in plain French; nothing twice."""

import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.mobilisation.conversations.parsing import Incoming, read_mail
from cordee.mobilisation.conversations.reply_routes import ReplyRoute, read_address, routes
from cordee.mobilisation.models import ReceivedMail
from cordee.mobilisation.models.conversations import MOST_LETTERS

MOST_BYTES = 2_000_000
MOST_MAILS_AN_HOUR = 20
MOST_REFUSALS_A_DAY = 3
KIND = "conversation_refusal"

KEPT, TWICE, AUTOMATIC, NO_ADDRESS = "kept", "twice", "automatic", "no_address"
NOT_A_PARTICIPANT, TOO_BIG, TOO_MANY = "not_a_participant", "too_big", "too_many"
NOT_THE_SENDER = "not_the_sender"
ATTACHMENTS, NO_WORDS, REFUSED = "attachments", "no_words", "refused"

# What is answered to whom we gave the address, at an address of the account. To others nothing is,
# so that nobody learns of it.
REASONS = {
    NOT_THE_SENDER: (
        "Un courrier est arrivé à votre adresse de réponse, mais d’une autre adresse que celles de "
        "votre compte. Il n’est pas publié. Si ces mots sont de vous, recopiez-les dans Cordée, ou "
        "ajoutez cette adresse à votre compte. Sinon, ne faites rien."
    ),
    NOT_A_PARTICIPANT: "Vous ne prenez plus part à cet échange. Votre message n’y est pas ajouté.",
    TOO_BIG: "Votre courrier est trop gros, ou trop compliqué. Envoyez seulement du texte.",
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
    # Answers of absence and reports of failure are kept out, and never answered: two automata
    # would write to each other without end.
    if mail.is_automatic:
        return _noted(mail, Outcome(AUTOMATIC), None, now)
    address = next((found for each in mail.recipients if (found := read_address(each))), None)
    route = None if address is None else routes.get(address.mark)
    if address is None or route is None:
        return _noted(mail, Outcome(NO_ADDRESS), None, now)
    person = User.objects.filter(pk=address.person_pk, is_active=True).first()
    thread = None if person is None else route.open_to(person, address.thread, now=now)
    is_own = person is not None and _proves(person, mail.sender)
    # Neither from the account nor to a thread that is open to it: nobody is written to, so that
    # whoever tries addresses learns nothing.
    if person is None or (thread is None and not is_own):
        return _noted(mail, Outcome(NOT_A_PARTICIPANT), None, now)
    if not is_own:
        refusal = NOT_THE_SENDER
    else:
        refusal = NOT_A_PARTICIPANT if thread is None else _refusal(mail, raw, person, now)
    if refusal:
        outcome = Outcome(refusal, REASONS[refusal])
    else:
        try:
            # A block of its own: where the message is refused, its row of `ReceivedMail` is undone
            # with it, and the refusal can be noted under the same fingerprint.
            with transaction.atomic():
                return _keep(mail, route, thread, person, now)
        except IntegrityError:
            # The same mail, handed in by another process at this moment.
            return Outcome(TWICE)
        except ValidationError as refused:
            outcome = Outcome(REFUSED, " ".join(refused.messages))
    with transaction.atomic():
        outcome = _noted(mail, outcome, person, now)
        if outcome.what != TWICE:
            _answer(mail, person, route, thread, outcome, now)
    return outcome


def _keep(mail: Incoming, route: ReplyRoute, thread: Any, person: User, now: datetime) -> Outcome:
    received = ReceivedMail.objects.create(digest=mail.digest, at=now, outcome=KEPT, person=person)
    message = route.write(thread, text=mail.text, by=person, now=now)
    # The same words as a moment before are the same message: it keeps its first mail.
    if message is not None and not ReceivedMail.objects.filter(message=message).exists():
        received.message = message
        received.save(update_fields=["message"])
    return Outcome(KEPT)


def _proves(person: User, sender: str) -> bool:
    """Whether an address is one of the account: its own, or another that it proved.

    Mail servers check that a mail comes from the domain it names (DMARC, docs/mails.md): whoever
    got hold of a reply address writes in nobody else's name.
    """
    proven = EmailAddress.objects.filter(user=person, verified=True)
    known = {
        _normal(address) for address in (person.email, *proven.values_list("email", flat=True))
    }
    return bool(sender) and _normal(sender) in known


def _normal(address: str) -> str:
    """One writing of an address: small letters, composed accents, its domain as it travels."""
    local, _, domain = unicodedata.normalize("NFC", address).strip().lower().rpartition("@")
    # Domains with accents are written in Unicode or in ASCII ("xn--…"), according to the program.
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return f"{local}@{domain}"


def _refusal(mail: Incoming, raw: bytes, person: User, now: datetime) -> str:
    if len(raw) > MOST_BYTES or not mail.is_whole:
        return TOO_BIG
    recent = ReceivedMail.objects.filter(person=person, at__gt=now - timedelta(hours=1))
    # What others send to the user's address takes nothing from them.
    if recent.exclude(outcome=NOT_THE_SENDER).count() >= MOST_MAILS_AN_HOUR:
        return TOO_MANY
    if mail.attachments:
        return ATTACHMENTS
    return "" if mail.text else NO_WORDS


def _noted(mail: Incoming, outcome: Outcome, person: User | None, now: datetime) -> Outcome:
    # The unique fingerprint decides between two processes: whoever comes second answers nobody.
    _, is_new = ReceivedMail.objects.get_or_create(
        digest=mail.digest, defaults={"at": now, "outcome": outcome.what, "person": person}
    )
    return outcome if is_new else Outcome(TWICE)


def _answer(
    mail: Incoming,
    person: User,
    route: ReplyRoute,
    thread: Any | None,
    outcome: Outcome,
    now: datetime,
) -> None:
    """Say why, a few times a day at most: two machines must not answer each other for ever."""
    refused = ReceivedMail.objects.filter(person=person, at__gt=now - timedelta(days=1))
    # Counted apart: mails that strangers send must not use up the answers owed to the user.
    of_others = Q(outcome=NOT_THE_SENDER)
    is_of_others = outcome.what == NOT_THE_SENDER
    refused = refused.filter(of_others if is_of_others else ~of_others).exclude(outcome=KEPT)
    if refused.count() > MOST_REFUSALS_A_DAY:
        return
    mailing.write_to(
        person,
        kind=KIND,
        template="mobilisation/mail/conversation_refusal",
        # Of a thread that is theirs no more, nothing is said.
        context={
            "title": "" if thread is None else route.title_of(thread),
            "url": "" if thread is None else route.url_of(thread),
            "words": outcome.words,
            "sender": mail.sender[:254] if is_of_others else "",
            "text": mail.text[:MOST_LETTERS] if is_of_others else "",
        },
        key=f"conversation_refusal:{mail.digest}",
    )

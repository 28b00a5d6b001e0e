"""What a structure says, by a link, in Cordée or on the telephone."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.models import Network
from cordee.mobilisation.models import Answer, Ask, Recipient
from cordee.mobilisation.models.answers import REFUSALS
from cordee.mobilisation.models.campaigns import closing, end_of


class TooLate(Exception):
    """Answers are closed."""


def readers_of(ask: Ask) -> list[Network]:
    """The networks that have relayed the question: who will read what is answered now."""
    relayed = Recipient.objects.relayed().filter(ask=ask)
    return list(Network.objects.filter(pk__in=relayed.values("campaign__network")))


def last_answer(ask: Ask) -> Answer | None:
    """What counts today."""
    return ask.answers.standing().last_first().first()


@transaction.atomic
def record_answer(
    *,
    ask: Ask,
    choice: Answer.Choice,
    reason: str = "",
    words: str = "",
    channel: Answer.Channel,
    by: User,
    now: datetime,
) -> Answer:
    """Record what the structure itself says; sent twice, it is said once.

    Said again, it is read by the networks that have relayed since. Raises TooLate.
    """
    ask = _held(ask)
    if not ask.is_open(now):
        raise TooLate
    content = _clean(choice, reason, words)
    last = last_answer(ask)
    if last is not None and last.content == content and last.channel != Answer.Channel.TELEPHONE:
        last.readers.add(*readers_of(ask))
        return last
    return _write(Answer(ask=ask, channel=channel, by=by, given_at=now), content)


@transaction.atomic
def record_spoken_answer(
    *,
    ask: Ask,
    network: Network,
    choice: Answer.Choice,
    reason: str = "",
    words: str = "",
    heard_on: date,
    heard_from: str,
    by: User,
    now: datetime,
) -> Answer:
    """Record an answer heard on the telephone for a network that relayed; entered twice, kept once.

    It counts from the end of the day it was heard: what the user writes themselves afterwards wins.
    One may enter it after answers closed, if it was heard before. Raises ValidationError for a day
    after today, before the question or after the end: both as this network asked, for the days of
    another one are not told here.
    """
    ask = _held(ask)
    check_heard_on(heard_on, *_asked_by(network, ask), now)
    content = _clean(choice, reason, words)
    last = last_answer(ask)
    if (
        last is not None
        and last.content == content
        and (last.heard_on, last.heard_from) == (heard_on, heard_from)
    ):
        return last
    return _write(
        Answer(
            ask=ask,
            channel=Answer.Channel.TELEPHONE,
            by=by,
            given_at=min(now, end_of(heard_on)),
            heard_on=heard_on,
            heard_from=heard_from,
            heard_for=network,
        ),
        content,
    )


def check_heard_on(heard_on: date, asked_at: datetime, closes_at: datetime, now: datetime) -> None:
    """Raises ValidationError for a day to come, before the question or after the end."""
    told = ""
    if heard_on > timezone.localdate(now):
        told = "Ce jour n’est pas encore venu."
    elif heard_on < timezone.localdate(asked_at):
        told = "Ce jour vient avant l’envoi de la question."
    elif heard_on > timezone.localdate(closes_at):
        told = "Les réponses étaient closes ce jour-là. Vérifiez la date entendue."
    if told:
        raise ValidationError({"heard_on": told})


def _asked_by(network: Network, ask: Ask) -> tuple[datetime, datetime]:
    """From when and until when one network asks; as the question does where it did not relay."""
    relayed = Recipient.objects.relayed().filter(ask=ask, campaign__network=network)
    span = relayed.aggregate(first=Min("relayed_at"), last=Max("campaign__answer_by"))
    if span["first"] is None:
        return ask.asked_at, ask.closes_at
    return span["first"], closing(span["last"], ask.need.deadline)


@transaction.atomic
def withdraw_spoken_answer(*, answer: Answer, by: User, now: datetime) -> None:
    """Take back a mistaken entry of a call; the answer before counts again. Twice does no harm."""
    if answer.channel != Answer.Channel.TELEPHONE:
        raise ValidationError("Une structure change elle-même sa réponse.")
    taken = Answer.objects.standing().filter(pk=answer.pk).update(withdrawn_at=now, withdrawn_by=by)
    if taken:
        journal.record("mobilisation.take_back_heard", answer.ask, by=by)


def _held(ask: Ask) -> Ask:
    """The question under our hand: two answers at once are read one after the other."""
    held: Ask = (
        Ask.objects.select_for_update(of=("self",))
        .select_related("opportunity__joined_to")
        .get(pk=ask.pk)
    )
    return held


def _clean(choice: Answer.Choice, reason: str, words: str) -> tuple[str, str, str]:
    """A yes has no reason; who says yes after a no leaves it behind."""
    if choice in REFUSALS:
        return str(choice), str(reason), words.strip()
    return str(choice), "", words.strip()


def _write(answer: Answer, content: tuple[str, str, str]) -> Answer:
    answer.choice, answer.reason, answer.words = content
    answer.save()
    answer.readers.set(readers_of(answer.ask))
    # The journal says that the user answered, not what: its lines are read by more people.
    journal.record(
        "mobilisation.record_heard"
        if answer.channel == Answer.Channel.TELEPHONE
        else "mobilisation.answer",
        answer.ask,
        by=answer.by,
        after={"channel": str(answer.channel)},
    )
    return answer

"""Letters of a network: to whom, when their mails leave, who answers. The rules are those of
campaigns: who directs a member and wants such mails, in office hours, so many a week in all.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.tasks import task
from django.urls import reverse
from django.utils import timezone

from cordee.accounts import journal, mailing
from cordee.accounts.answer_links import AnswerLinks
from cordee.accounts.models import User
from cordee.base.found import first_or_404
from cordee.base.mail import outbox
from cordee.base.ui import french
from cordee.members.actions.undoable import keep_row
from cordee.members.models import Department, Network, Structure
from cordee.mobilisation.actions.answers import check_heard_on
from cordee.mobilisation.actions.relaying import LAST_MAIL
from cordee.mobilisation.campaigns import mail_times
from cordee.mobilisation.campaigns.access import RelayPost, people_of, post_in
from cordee.mobilisation.models import Answer, Campaign
from cordee.practices.commissions.access import ABSENT, Inside, inside_for
from cordee.practices.models import Letter, LetterDate, LetterRecipient
from cordee.practices.models.letters import LetterQuerySet

KIND, TEMPLATE = "letters", "practices/mail/letter"
LINKS = AnswerLinks("cordee.practices.letters")
# More is a list that nobody reads over: one narrows it.
MOST, MOST_SOURCES = 200, 10
LEAST_DATES, MOST_DATES = 2, 5
# Sent again within it, the same letter is a double click.
AGAIN = timedelta(minutes=10)


# --- Who writes, who answers --------------------------------------------------------------------


def writer_for(user: User, slug: str) -> tuple[Inside, RelayPost]:
    """Who relays for this very network, in their territory: neither its parent's people, nor a
    delegation's; or 404."""
    found = inside_for(user, slug)
    return found, post_in(user, found.network)


def letters_for(found: Inside) -> LetterQuerySet:
    """Those that the network wrote, for who writes for it."""
    return Letter.objects.filter(network=found.network)


def letter_for(found: Inside, pk: int) -> Letter:
    """One of them, or 404."""
    return first_or_404(letters_for(found).filter(pk=pk), ABSENT)


def path_for(row: LetterRecipient, person: User) -> str:
    """The address, without its site, where a person answers."""
    return reverse("practices:letter_answer", args=[LINKS.token_for(row.pk, person.pk)])


def asked() -> QuerySet[LetterRecipient]:
    """What was written to structures and not stopped, with all that its mail and its page say."""
    rows = LetterRecipient.objects.filter(letter__taken_back_at__isnull=True)
    return rows.select_related("letter__network", "letter__by", "structure")


def heard_for(letter: Letter, pk: int) -> LetterRecipient:
    """Whose answer about dates its network may write down, or correct; or 404. What a structure
    said by itself stands."""
    said_itself = Q(answered_at__isnull=False, heard_on__isnull=True)
    rows = asked().filter(letter=letter, letter__answer_by__isnull=False).exclude(said_itself)
    return first_or_404(rows.filter(pk=pk), ABSENT)


# --- To whom -------------------------------------------------------------------------------------


def sources_of(network: Network) -> list[tuple[str, str]]:
    """(key, words) of earlier questions of a network: its last campaigns and letters with dates."""
    sent = Campaign.objects.sent().filter(network=network).order_by("-sent_at")[:MOST_SOURCES]
    dated = Letter.objects.in_force().filter(network=network, answer_by__isnull=False)
    found = [(f"campagne-{row.pk}", row.subject) for row in sent]
    return found + [(f"courrier-{row.pk}", row.subject) for row in dated[:MOST_SOURCES]]


def chosen(
    post: RelayPost, department: Department | None, trade: str, answered: str, *, on: date
) -> QuerySet[Structure]:
    """Members of the territory of who writes, in a place, of a trade, who answered a question."""
    rows = post.members(on=on)
    if department is not None:
        rows = rows.filter(department=department)
    if trade:
        rows = rows.in_trade(trade)
    sort, _, number = answered.partition("-")
    key = int(number or 0)
    if sort == "campagne":
        said = Answer.objects.standing().filter(readers=post.network)
        told = said.filter(ask__recipients__campaign=key)
        rows = rows.filter(pk__in=told.order_by().values("ask__structure"))
    elif sort == "courrier":
        dated = LetterRecipient.objects.filter(letter=key, answered_at__isnull=False)
        rows = rows.filter(pk__in=dated.order_by().values("structure"))
    return rows.order_by("sort_key", "pk")


# --- Writing -------------------------------------------------------------------------------------


@transaction.atomic
def send_letter(
    *,
    letter: Letter,
    dates: Sequence[datetime],
    structures: Collection[int],
    post: RelayPost,
    by: User,
    now: datetime,
) -> Letter:
    """Write to chosen members; sent twice, it is sent once. Mails leave each when it may.

    Raises ValidationError for nobody, too many, a structure that is not theirs to write to, dates
    that are too few, too many or past.
    """
    check_letter(letter, dates, structures, now)
    rows = post.members(on=timezone.localdate(now)).filter(pk__in=structures)
    # Their rows are held until what they get is written: two letters at once see each other.
    pks = rows.order_by().values("pk")
    held = list(Structure.objects.filter(pk__in=pks).order_by("pk").select_for_update())
    if len(held) != len(structures):
        raise ValidationError("Une structure n’est plus de votre réseau, ou de votre territoire.")
    same = {"by": by, "network": post.network, "subject": letter.subject}
    just = Letter.objects.in_force().filter(sent_at__gt=now - AGAIN)
    known = just.filter(**same, message=letter.message).first()
    if known is not None:
        return known
    letter.by, letter.sent_at, letter.network = by, now, post.network
    letter.full_clean()
    letter.save()
    LetterDate.objects.bulk_create(LetterDate(letter=letter, begins_at=each) for each in dates)
    leaves = leaving(letter, held, now=now)
    LetterRecipient.objects.bulk_create(
        LetterRecipient(letter=letter, structure=each, mails_at=leaves[each.pk]) for each in held
    )
    journal.record("practices.send_letter", post.network, by=by, after={"letter": letter.pk})
    # On commit: a worker that is quicker than us must find the letter.
    transaction.on_commit(partial(write_letter.enqueue, letter.pk))
    return letter


@transaction.atomic
def keep_letter(*, letter: Letter, is_kept: bool, by: User, now: datetime) -> None:
    """Stop a letter before its first mail leaves: nobody is asked; or send it after all.

    Raises ValidationError once a mail may have left.
    """
    rows = Structure.objects.filter(letters__letter=letter).order_by("pk")
    held = list(rows.select_for_update(of=("self",)))
    if letter.leaves_at is None or letter.leaves_at <= now:
        raise ValidationError("Trop tard\u00a0: un courrier est parti. Écrivez-en un autre.")
    if is_kept:
        # Others may have written to them since: each has its place in the week anew.
        leaves = leaving(letter, held, now=now)
        for row in letter.recipients.all():
            row.mails_at = leaves[row.structure_id]
            row.save(update_fields=["mails_at"])
    keep_row(row=letter, owner=letter.network, is_kept=is_kept, by=by, now=now)
    if is_kept:
        transaction.on_commit(partial(write_letter.enqueue, letter.pk))
    else:
        outbox.empty_texts(key_prefix=f"letter:{letter.pk}:")


def check_letter(
    letter: Letter, dates: Sequence[datetime], structures: Collection[Any], now: datetime
) -> None:
    """Raises ValidationError for nobody, too many, dates that are too few or too many, or a day to
    answer by that does not come before them."""
    if not structures:
        raise ValidationError("Personne n’est coché\u00a0: cochez au moins une structure.")
    if len(structures) > MOST:
        told = french.count(len(structures), "structure", "structures")
        raise ValidationError(f"{told}\u00a0: resserrez à {MOST} au plus.")
    if dates and not LEAST_DATES <= len(set(dates)) <= MOST_DATES:
        cure = f"Proposez-en de {LEAST_DATES} à {MOST_DATES}, ou aucune."
        told = french.count(len(set(dates)), "date proposée", "dates proposées")
        raise ValidationError({"date_1": f"{told}. {cure}"})
    told = ""
    if bool(dates) != bool(letter.answer_by):
        told = "Dites jusqu’à quand répondre." if dates else "Sans date proposée, laissez vide."
    elif letter.answer_by and not (
        timezone.localdate(now) <= letter.answer_by <= timezone.localdate(min(dates))
    ):
        told = "Choisissez un jour à venir, avant la première date proposée."
    if told:
        raise ValidationError({"answer_by": told})


def leaving(
    letter: Letter, structures: Sequence[Structure], *, now: datetime
) -> Mapping[int, datetime | None]:
    """When the mail of each may leave: in office hours, when the week has room; None where nobody
    reads it, or not in time to answer."""
    rooms = mail_times.rooms([each.pk for each in structures], now)
    people = people_of(structures)
    wanting = mailing.people_who_want([p for some in people.values() for p in some], kind=KIND)
    found: dict[int, datetime | None] = {}
    for pk, some in people.items():
        at = mail_times.next_opening(rooms[pk])
        is_late = letter.answer_by is not None and at > letter.closes_at - LAST_MAIL
        found[pk] = at if not is_late and any(p.pk in wanting for p in some) else None
    return found


def mails_since(
    structures: Collection[int], since: datetime, network: Network | None
) -> Iterator[tuple[int, int, datetime]]:
    """What counts among the mails of a week, with those of campaigns and urgent calls."""
    rows = asked().filter(structure__in=list(structures), mails_at__gt=since)
    if network is not None:
        rows = rows.filter(letter__network=network)
    for structure, letter, at in rows.order_by().values_list("structure", "letter", "mails_at"):
        if at is not None:
            yield structure, letter, at


@task
@transaction.atomic
def write_letter(pk: int) -> None:
    """Put the mails of a letter in the outbox; again does nothing more."""
    # Held: who stops it meanwhile waits, and finds all of its mails.
    held = asked().select_for_update(of=("self", "letter"))
    rows = list(held.filter(letter=pk, mails_at__isnull=False))
    people = people_of([each.structure for each in rows])
    for row in rows:
        for person in people[row.structure_id]:
            mailing.write_to(
                person,
                kind=KIND,
                template=TEMPLATE,
                context=mail_context(row, person),
                key=f"letter:{row.letter_id}:{row.structure_id}:{person.pk}",
                reply_to=row.letter.by.email if row.letter.by else "",
                not_before=row.mails_at,
                # Its link answers for the structure: nobody else reads it in the outbox.
                is_secret=True,
            )


def mail_context(row: LetterRecipient, person: User | None) -> dict[str, Any]:
    """What the mail says; without a person, as it is read before it leaves."""
    path = path_for(row, person) if person is not None else ""
    letter = row.letter
    return {"letter": letter, "network": letter.network, "structure": row.structure, "path": path}


@transaction.atomic
def answer_dates(
    *,
    recipient: LetterRecipient,
    yes: Collection[int],
    by: User,
    now: datetime,
    heard_on: date | None = None,
    heard_from: str = "",
) -> None:
    """Say on which dates (keys) the structure can come; not on the others. Said again, it replaces.
    `heard_on`, `heard_from`: for a network that writes down a call, after answers closed too.

    Raises ValidationError once answers closed.
    """
    letter = recipient.letter
    if heard_on is not None:
        check_heard_on(heard_on, letter.sent_at, letter.closes_at, now)
    elif letter.closes_at < now:
        raise ValidationError("Les réponses sont closes. Appelez votre réseau.")
    recipient.dates.set(letter.dates.filter(pk__in=yes))
    recipient.answered_at, recipient.by = now, by
    recipient.heard_on, recipient.heard_from = heard_on, heard_from
    recipient.save(update_fields=["answered_at", "by", "heard_on", "heard_from"])
    # That it answered, not what: lines of the journal are read by more people.
    after = {"structure": recipient.structure_id}
    journal.record("practices.answer_dates", letter.network, by=by, after=after)


@transaction.atomic
def withdraw_heard(*, recipient: LetterRecipient, by: User) -> None:
    """Take back what was written down of a call: of another structure, or misheard."""
    recipient.dates.clear()
    asked().filter(pk=recipient.pk).update(answered_at=None, by=None, heard_on=None, heard_from="")
    after = {"structure": recipient.structure_id}
    journal.record("practices.withdraw_heard", recipient.letter.network, by=by, after=after)

"""Writing to people: which sorts of mail there are, and who wants which.

Rooms name their sorts when the application starts; the demo gives each template something to be
tried with (`demo/mails/`: the page /courrier/apercus/ and a test draw them all):

    mailing.register("asks", "Appels de votre réseau", why="Votre réseau vous écrit.")

In templates: `person` where there is one, `site` for links, `why` and `unsubscribe_url` for the
foot, which the layout and the text both write by themselves.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import MailRefusal, User
from cordee.base.mail import outbox
from cordee.base.mail.models import OutgoingMail

# Salted: a signature made here opens nothing elsewhere.
_signer = Signer(salt="cordee.accounts.mailing")
# From the first news of a thread: what else is told of it until then leaves in the same mail.
HELD = timedelta(hours=1)
BUNDLE = "accounts/mail/bundle"
# What one mail lists; the others are counted.
MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class MailKind:
    """A sort of mail, in plain words. One that is not optional (an invitation) always leaves."""

    slug: str
    label: str
    is_optional: bool = True
    why: str = outbox.DEFAULT_WHY


_kinds: dict[str, MailKind] = {}


def register(
    slug: str, label: str, *, is_optional: bool = True, why: str = outbox.DEFAULT_WHY
) -> None:
    _kinds[slug] = MailKind(slug, label, is_optional, why)


def kinds() -> list[MailKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.label)


def kind_of(slug: str) -> MailKind | None:
    """None for a sort that no room names any more. "sort:12" is one of a sort, stopped alone."""
    return _kinds.get(slug.partition(":")[0])


def _named(slug: str) -> MailKind:
    return _kinds[slug.partition(":")[0]]


# --- Writing ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MailThread:
    """What several mails tell of: its key ("alliance:12"), its name in French, its path."""

    key: str
    name: str
    path: str


def write_to(
    person: User,
    *,
    kind: str,
    template: str,
    context: Mapping[str, Any],
    key: str,
    reply_to: str = "",
    not_before: datetime | None = None,
    is_secret: bool = False,
    thread: MailThread | None = None,
) -> OutgoingMail | None:
    """Write once for `key` to a person who wants this sort of mail; None where the person does not.

    Raises KeyError for a sort that no room registered. `is_secret`: the text carries a way in, and
    is forgotten once sent. One that only informs names its `thread`: what is told of it within the
    hour leaves as one mail (`run`). What asks something, or proves it, leaves at once.
    """
    if person.pk not in people_who_want([person], kind=kind):
        return None
    more: dict[str, Any] = {"not_before": not_before}
    if thread is not None:
        more = {
            "not_before": timezone.now() + HELD,
            "thread": thread.key,
            "thread_name": thread.name[:200],
            "link": settings.SITE_ADDRESS + thread.path,
        }
    mail, said = _to(person, kind, key, context, reply_to=reply_to, is_secret=is_secret, **more)
    return outbox.put(mail, template=template, context=said)


def _to(
    person: User, kind: str, key: str, context: Mapping[str, Any], **more: Any
) -> tuple[OutgoingMail, dict[str, Any]]:
    """A mail to somebody, not written yet, and what it is written from."""
    foot = foot_for(kind, person=person)
    more |= {"recipient": person.email, "for_person": person.pk}
    mail = OutgoingMail(key=key, kind=kind, unsubscribe_url=foot["unsubscribe_url"], **more)
    return mail, {"person": person, **foot, **context}


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail among many of a template: to whom, what it says, and its key."""

    person: User
    key: str
    context: Mapping[str, Any]
    not_before: datetime | None = None


def people_who_want(people: Iterable[User], *, kind: str) -> set[int]:
    """Ids of those of these people to whom a mail of this sort may be written today.

    Neither closed accounts, nor who stopped this sort of mail.
    """
    active = {person.pk for person in people if person.is_active}
    if not _named(kind).is_optional:
        return active
    refusals = MailRefusal.objects.filter(kind=kind, person__isnull=False)
    # A handful or everybody: a list of ten thousand numbers is no question for a database.
    if len(active) < 500:
        refusals = refusals.filter(person__in=active)
    return active - set(refusals.values_list("person_id", flat=True))


def write_to_many(letters: Sequence[Letter], *, kind: str, template: str) -> None:
    """Write to many people at once, each once for their key, with a fixed number of queries.

    Who does not want this sort of mail is left out: ask `people_who_want` first to know who.
    """
    wanting = people_who_want([letter.person for letter in letters], kind=kind)
    written = [
        _to(each.person, kind, each.key, each.context, not_before=each.not_before)
        for each in letters
        if each.person.pk in wanting
    ]
    outbox.put_many(written, template=template)


def write_to_address(
    address: str,
    *,
    kind: str,
    template: str,
    context: Mapping[str, Any],
    key: str,
    is_secret: bool = False,
) -> OutgoingMail | None:
    """Write once for `key` to an address that may have no account; None where it stopped this."""
    # A refusal of somebody without an account keeps a print: the address itself is forgotten.
    print_ = print_of(address)
    refusals = MailRefusal.objects.filter(kind=kind, address_sha256=print_)
    if _named(kind).is_optional and refusals.exists():
        return None
    foot = foot_for(kind, address=address)
    mail = OutgoingMail(
        key=key,
        kind=kind,
        recipient=address,
        unsubscribe_url=foot["unsubscribe_url"],
        is_secret=is_secret,
    )
    return outbox.put(mail, template=template, context={**foot, **context})


# --- Stopping a sort of mail from the mail itself -----------------------------------------------


@dataclass(frozen=True, slots=True)
class Stop:
    """What an address of "stop writing this" stands for: a person or a print, and a sort."""

    kind: str
    person_pk: int | None = None
    address_sha256: str = ""


def print_of(address: str) -> str:
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()


def foot_for(kind: str, *, person: User | None = None, address: str = "") -> dict[str, str]:
    """What stands under a mail: why one gets it, how to stop it, where to choose."""
    foot = {"why": _named(kind).why, "unsubscribe_url": "", "preferences_url": ""}
    if person is not None:
        foot["preferences_url"] = settings.SITE_ADDRESS + reverse("my_mails")
    if _named(kind).is_optional:
        whom = person.pk if person is not None else print_of(address)
        foot["unsubscribe_url"] = settings.SITE_ADDRESS + reverse(
            # Signed and without sign-in: whoever has the mail in hand may stop it (RFC 8058).
            "stop_mail",
            args=[_signer.sign_object([whom, kind])],
        )
    return foot


def read_stop(signed: str) -> Stop | None:
    """What a signed address stands for; None where we did not sign it. It never expires."""
    try:
        whom, kind = _signer.unsign_object(signed)
    except (BadSignature, ValueError):
        return None
    if isinstance(whom, int):
        return Stop(str(kind), person_pk=whom)
    return Stop(str(kind), address_sha256=str(whom))


# --- Mails of one thread leave as one ------------------------------------------------------------


def run(now: datetime) -> int:
    """What the schedule does each minute; returns how many threads left.

    Informative mails of one thread, to one person, leave an hour after the first of them. Each is
    written in the outbox in the transaction of its cause, and held there. What makes one of them
    marks the others in one transaction: a process that dies in it has sent nothing and lost
    nothing, and the next one begins again.
    """
    held = OutgoingMail.objects.held().order_by()
    groups = held.values("kind", "for_person", "recipient", "thread").annotate(
        due=Min("not_before")
    )
    return sum(_leave(group, now) for group in groups.filter(due__lte=now).order_by("due"))


@transaction.atomic
def _leave(group: Mapping[str, Any], now: datetime) -> bool:
    """Send what one person is told of one thread; False where another process just did."""
    named = {name: value for name, value in group.items() if name != "due"}
    mails = list(OutgoingMail.objects.held().filter(**named).select_for_update().order_by("pk"))
    person = User.objects.filter(pk=group["for_person"]).first()
    rows = OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails])
    if person is None or kind_of(group["kind"]) is None or len(mails) < 2:
        # One alone is sent as it was written.
        return bool(rows.update(thread="", not_before=None))
    last = mails[-1]
    write_to(
        person,
        kind=last.kind,
        template=BUNDLE,
        context=bundle_context(last.thread_name, [mail.subject for mail in mails], last.link),
        key=f"bundle:{mails[0].pk}",
    )
    rows.update(state=OutgoingMail.State.BUNDLED, text="", html="", emptied_at=now)
    return True


def bundle_context(name: str, subjects: list[str], link: str) -> dict[str, Any]:
    """The first news, and how many more there are."""
    return {
        "name": name,
        "count": len(subjects),
        "lines": subjects[:MOST_LINES],
        "more": max(0, len(subjects) - MOST_LINES),
        "link": link,
    }

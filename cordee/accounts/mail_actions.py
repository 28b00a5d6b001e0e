"""Writes about mails: what one wants to get, what came back, what is tried again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from cordee.accounts import journal, mailing
from cordee.accounts.mailing import Stop
from cordee.accounts.models import MailRefusal, User
from cordee.base.mail import outbox, returns, server
from cordee.base.mail.models import DeadAddress, OutgoingMail, OutgoingMailQuerySet


@transaction.atomic
def choose_mails(*, person: User, wanted: Collection[str], now: datetime) -> None:
    """Keep which optional sorts a person wants; what waits to leave and is not wanted is dropped.

    Sorts that always leave, and those that no room names, are left alone.
    """
    for kind in mailing.kinds():
        if not kind.is_optional:
            continue
        if kind.slug in wanted:
            MailRefusal.objects.filter(person=person, kind=kind.slug).delete()
        else:
            _refuse(Stop(kind.slug, person_pk=person.pk), now)
    journal.record("accounts.choose_mails", person, by=person)


@transaction.atomic
def stop_mail(*, stop: Stop, now: datetime) -> None:
    """Stop one sort of mail, from the mail itself: the signed address says for whom."""
    if _is_known(stop):
        _refuse(stop, now)
        _note(stop, "accounts.stop_mail")


@transaction.atomic
def resume_mail(*, stop: Stop) -> None:
    """Undo it, from the same page."""
    if refusals_of(stop).delete()[0]:
        _note(stop, "accounts.want_mail_again")


def refusals_of(stop: Stop) -> QuerySet[MailRefusal]:
    return MailRefusal.objects.filter(
        kind=stop.kind, person=stop.person_pk, address_sha256=stop.address_sha256
    )


def _is_known(stop: Stop) -> bool:
    """An erased person has nothing to stop; a sort that always leaves is not stopped."""
    kind = mailing.kind_of(stop.kind)
    if kind is not None and not kind.is_optional:
        return False
    return stop.person_pk is None or User.objects.filter(pk=stop.person_pk).exists()


def _refuse(stop: Stop, now: datetime) -> None:
    MailRefusal.objects.get_or_create(
        person_id=stop.person_pk,
        address_sha256=stop.address_sha256,
        kind=stop.kind,
        defaults={"since": now},
    )
    if stop.person_pk is not None:
        waiting = OutgoingMail.objects.waiting().filter(claimed_until=None)
        waiting.filter(for_person=stop.person_pk, kind=stop.kind).delete()


def _note(stop: Stop, verb: str) -> None:
    person = User.objects.filter(pk=stop.person_pk).first() if stop.person_pk else None
    if person is not None:
        journal.record(verb, person, by=person, after={"kind": stop.kind})


@transaction.atomic
def note_bounce(
    *, address: str, message_id: str, is_permanent: bool, reason: str, now: datetime
) -> None:
    """A mail came back for good. Where its box is gone, nothing more is sent to that address until
    its owner says that it works."""
    mail = returns.note_bounce(message_id=message_id, reason=reason) if is_permanent else None
    address = address or (mail.recipient if mail is not None else "")
    if is_permanent and address and returns.is_reported_dead(reason):
        returns.mark_dead(address, reason=reason, now=now)


@transaction.atomic
def note_complaint(*, address: str, message_id: str, now: datetime) -> None:
    """The user told their mail program that this is unwanted: every optional sort of mail stops."""
    mail = returns.mail_of(message_id)
    address = address or (mail.recipient if mail is not None else "")
    whose = Q(email__iexact=address) if address else Q(pk=None)
    if mail is not None and mail.for_person is not None:
        whose |= Q(pk=mail.for_person)
    person = User.objects.filter(whose).first()
    for kind in mailing.kinds():
        if not kind.is_optional:
            continue
        if person is not None:
            _refuse(Stop(kind.slug, person_pk=person.pk), now)
        elif address:
            _refuse(Stop(kind.slug, address_sha256=mailing.print_of(address)), now)
    if person is not None:
        journal.record("accounts.note_complaint", person, by=None)


@transaction.atomic
def revive_address(*, person: User) -> None:
    """The user's address works again, the user says: mails to it leave as before."""
    returns.revive(person.email)
    journal.record("accounts.revive_address", person, by=person)


@transaction.atomic
def retry_mail(*, mail: OutgoingMail, by: User) -> bool:
    """Give a mail that failed its tries again; False where there is nothing left to send."""
    done = bool(outbox.retry(OutgoingMail.objects.filter(pk=mail.pk)))
    if done:
        journal.record("accounts.try_mail_again", mail, by=by)
    return done


def mails_given_up() -> OutgoingMailQuerySet:
    """Those that one gesture sends again: not what somebody has stopped since, or a closed account
    would get."""
    stopped = MailRefusal.objects.filter(person=OuterRef("for_person"), kind=OuterRef("kind"))
    closed = User.objects.filter(pk=OuterRef("for_person"), is_active=False)
    chosen = OutgoingMail.objects.given_up().filter(~Exists(stopped), ~Exists(closed))
    by_print = set(MailRefusal.objects.filter(person=None).values_list("kind", "address_sha256"))
    if by_print:
        # Only a print of the address is kept, which no database computes.
        rows = chosen.filter(for_person=None).values_list("pk", "kind", "recipient")
        unwanted = [pk for pk, kind, to in rows if (kind, mailing.print_of(to)) in by_print]
        chosen = chosen.exclude(pk__in=unwanted)
    return chosen


@transaction.atomic
def retry_mails(*, by: User) -> int:
    """Give all mails given up their tries again, at once; returns how many."""
    server.forget_failures()
    how_many = outbox.retry(mails_given_up())
    if how_many:
        journal.record("accounts.try_mails_again", by, by=by, after={"mails": how_many})
    return how_many


def erase_mails(*, person: User, addresses: Collection[str]) -> None:
    """All that was written to a person, and their addresses wherever mails keep them."""
    known = {address.lower() for address in addresses}
    written = Q(for_person=person.pk)
    for address in known:
        written |= Q(recipient__iexact=address)
        OutgoingMail.objects.filter(reply_to__icontains=address).update(reply_to="")
    OutgoingMail.objects.filter(written).delete()
    DeadAddress.objects.filter(address__in=known).delete()

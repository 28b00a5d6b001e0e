"""What of an account one may open: mails, journal, sessions, keys. Each docstring is the rule."""

from collections.abc import Callable
from datetime import date

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import Http404

from cordee.accounts import journal
from cordee.accounts.journal import JournalKind, Subject
from cordee.accounts.models import (
    ApiKey,
    ApiKeyQuerySet,
    JournalEntry,
    JournalQuerySet,
    OpenSession,
    User,
)
from cordee.base.found import first_or_404
from cordee.base.mail.models import OutgoingMail, OutgoingMailQuerySet

type Person = User | AnonymousUser

# Rooms above know the seats: they say who else looks after the whole (see members/apps.py).
_keepers: set[Callable[[User], bool]] = set()
name_operators = _keepers.add


def is_operator(person: Person) -> bool:
    """Whoever runs the server, and whom a higher room names: the staff of national networks."""
    if isinstance(person, AnonymousUser) or not person.is_active:
        return False
    return person.is_superuser or any(rule(person) for rule in _keepers)


def check_operator(person: Person) -> None:
    """How Cordée does is told to who keeps the house; to others the page does not exist."""
    if not is_operator(person):
        raise Http404("Cette page est à qui tient Cordée.")


def mails_for(person: User) -> OutgoingMailQuerySet:
    """Those written to their account or to their present address; nobody reads another's."""
    mine = Q(for_person=person.pk) | Q(for_person=None, recipient__iexact=person.email)
    return OutgoingMail.objects.filter(mine)


def mail_for(person: User, pk: int) -> OutgoingMail:
    """One of `mails_for`, or 404."""
    return first_or_404(
        mails_for(person).filter(pk=pk), "Ce courrier n’existe pas, ou n’est pas à vous."
    )


def outbox_for(person: Person) -> OutgoingMailQuerySet:
    """All mails, as numbers and faults and never as texts: for who keeps the house; else 404."""
    check_operator(person)
    return OutgoingMail.objects.defer("subject", "text", "html")


def sessions_of(user: Person) -> list[OpenSession]:
    """Where the user is signed in themselves; nobody sees those of others."""
    return OpenSession.objects.usable(user) if isinstance(user, User) else []


def session_for(user: Person, pk: int) -> OpenSession:
    """One of their own sessions, or 404."""
    found = next((row for row in sessions_of(user) if row.pk == pk), None)
    if found is None:
        raise Http404("Cette connexion est déjà fermée, ou n’est pas la vôtre.")
    return found


def key_for(user: Person, pk: int) -> Authenticator:
    """One of their own passkeys, or 404: before the user is asked to prove that it is them."""
    keys = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN, user_id=user.pk)
    return first_or_404(keys.filter(pk=pk), "Cette clé n’existe pas, ou n’est pas la vôtre.")


def api_keys_of(user: Person) -> ApiKeyQuerySet:
    """The keys that the user gave to programs, those taken back included; nobody sees another's."""
    return ApiKey.objects.filter(person=user) if isinstance(user, User) else ApiKey.objects.none()


def api_key_for(user: Person, pk: int) -> ApiKey:
    """One of `api_keys_of`, or 404: before the user is asked to prove that it is them."""
    return first_or_404(
        api_keys_of(user).filter(pk=pk), "Cette clé n’existe pas, ou n’est pas la vôtre."
    )


# --- The journal --------------------------------------------------------------------------------

# Rooms above know who works with whom (see members/apps.py).
_acquaintances: set[Callable[[User], set[int]]] = set()
name_acquaintances = _acquaintances.add


def people_nameable_by(person: User) -> set[int]:
    """The user, and who shares a structure or a network with them. Others stay unnamed."""
    known = {person.pk}
    for rule in _acquaintances:
        known |= rule(person)
    return known


def own_lines_for(person: User) -> JournalQuerySet:
    """What the user did themselves."""
    return JournalEntry.objects.filter(by=person)


def journal_for(
    person: User, slug: str, pk: str, *, on: date
) -> tuple[JournalKind, Subject, JournalQuerySet]:
    """What happened to one thing, for those whom its room lets read it; 404 for all others."""
    kind = journal.kinds.get(slug)
    if kind is None or kind.subject is None:
        raise Http404("Rien ne s’écrit de cette sorte.")
    subject = kind.subject(person, pk, on)
    lines = subject.lines | journal.more_lines(slug, pk)
    return kind, subject, JournalEntry.objects.filter(lines)


def is_unconfirmed(person: User) -> bool:
    """Whether nobody ever proved that the address is theirs: by its mail, or by being invited."""
    return (
        person.last_login is None
        and EmailAddress.objects.filter(user=person).exists()
        and not EmailAddress.objects.filter(user=person, verified=True).exists()
    )


def has_confirmed_account(address: str) -> bool:
    """Whether somebody signs in with an address. Told only to who holds a link sent to it."""
    holder = User.objects.filter(email__iexact=address).first()
    return holder is not None and not is_unconfirmed(holder)

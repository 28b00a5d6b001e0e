"""Who may have a feed of what, and what an address still opens. Each docstring is the rule.

An address is the number of its feed, and a signature that only this site can make. Nothing secret
is stored: whoever reads the base, or a copy of it, cannot open a feed without the key of the site.
Another nonce makes another signature, so the old address opens nothing.
"""

from datetime import date

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.signing import Signer
from django.db.models import Model
from django.http import Http404
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from cordee.accounts.access import Person
from cordee.base.found import first_or_404
from cordee.members.models import Structure
from cordee.mobilisation.models import FeedKey
from cordee.mobilisation.models.feeds import FeedKeyQuerySet
from cordee.opportunities.access import networks_of, programmes_for, searches_for

_SIGNER = Signer(salt="cordee.mobilisation.feeds")


def token_of(key: FeedKey) -> str:
    """A signature of 256 bits, in letters that an address takes as they are."""
    return f"{key.pk}-{_SIGNER.signature(f'{key.pk}:{key.nonce}')}"


def is_token_of(key: FeedKey, token: str) -> bool:
    return constant_time_compare(token_of(key), token)


def pk_in(token: str) -> int | None:
    """The number a token begins with: whether it is rightly signed is another question."""
    number = token.partition("-")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None


def address_of(key: FeedKey) -> str:
    """What one pastes into a reader."""
    return settings.SITE_ADDRESS + reverse("feeds:feed", args=[token_of(key)])


class FeedClosed(Exception):
    """The address is ours, and opens nothing any more."""


def scopes_for(person: Person, *, on: date) -> list[tuple[str, str, list[Model]]]:
    """What a person may follow today, as (heading, its name in a key, rows): structures of a seat,
    networks of their people, programmes, and searches kept.
    """
    if isinstance(person, AnonymousUser):
        return []
    programmes = programmes_for(person).filter(ends_on__gte=on)
    return [
        (
            "Mes structures",
            "structure",
            list(Structure.objects.filter(seats__person=person).distinct()),
        ),
        ("Mes réseaux", "network", list(networks_of(person, on=on).distinct())),
        ("Programmes", "programme", list(programmes)),
        ("Mes recherches", "search", list(searches_for(person))),
    ]


def may_follow(key: FeedKey, *, on: date) -> bool:
    """Whether its owner could open this feed today: by their account, seat or membership."""
    person = key.person
    if not person.is_active:
        return False
    if key.structure_id is not None:
        return Structure.objects.filter(pk=key.structure_id, seats__person=person).exists()
    if key.network_id is not None:
        return networks_of(person, on=on).filter(pk=key.network_id).exists()
    if key.programme_id is not None:
        return programmes_for(person).filter(pk=key.programme_id).exists()
    # A constraint: an address follows exactly one of the four.
    return key.search in searches_for(person)


def keys_for(person: Person) -> FeedKeyQuerySet:
    """The user's own addresses that are not closed; nobody else learns that they exist."""
    if isinstance(person, AnonymousUser):
        return FeedKey.objects.none()
    return FeedKey.objects.standing().filter(person=person)


def key_for(person: Person, pk: int) -> FeedKey:
    """One of `keys_for`, or Http404."""
    return first_or_404(
        with_scope(keys_for(person)).filter(pk=pk),
        "Cette adresse n’existe pas, ou n’est pas la vôtre.",
    )


def key_behind(token: str, *, on: date) -> FeedKey:
    """The key of an address, whoever reads it: the address stands for its owner's rights today.

    Http404 where we did not sign it, or where it was renewed since; `FeedClosed` where the owner
    closed it, or could not open it themselves any more.
    """
    pk = pk_in(token)
    key = with_scope(FeedKey.objects.filter(pk=pk)).first() if pk is not None else None
    if key is None or not is_token_of(key, token):
        raise Http404("Cette adresse n’existe pas.")
    if key.revoked_at is not None or not may_follow(key, on=on):
        raise FeedClosed
    return key


def with_scope(keys: FeedKeyQuerySet) -> FeedKeyQuerySet:
    """With the rows that its title and its content read."""
    return keys.select_related(
        "person",
        "structure__commune",
        "structure__department",
        "network",
        "programme",
        "search__person",
    )

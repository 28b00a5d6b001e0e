"""Who asks: a program with the key of a person, or their browser with its session.

Either way `request.user` is that person, and what the person may open follows from their seats of
today. A key never opens more than their pages do: whoever must prove twice that it is them must
have set that up, and a closed account has no key.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer, SessionAuth

from cordee.accounts import key_actions, second_factor
from cordee.accounts.models import ApiKey, User
from cordee.base import limits
from cordee.base.api.problems import Refusal


class ByKey(HttpBearer):
    """`Authorization: Bearer cordee_…`"""

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        now = timezone.now()
        usable = ApiKey.objects.usable(now).select_related("person")
        # Looked up by fingerprint: the secret itself is stored nowhere, and how long the search
        # takes says nothing of it.
        key = usable.filter(secret_sha256=key_actions.print_of(token.strip())).first()
        if key is None:
            return None
        request.user = key.person
        # After the person is set: the limit and the second factor are theirs, not the key's, so
        # that making several keys gains nothing.
        _come_in(request, key.person)
        key_actions.note_use(key=key, now=now)
        return key


class BySession(SessionAuth):
    """The session of a page of ours; a write also proves that it comes from one (CSRF)."""

    def __call__(self, request: HttpRequest) -> Any:
        # A key that opens nothing is refused, not replaced by whoever is signed in beside.
        if request.headers.get("Authorization"):
            return None
        if not request.user.is_authenticated:
            return None
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        if not isinstance(request.user, User):
            return None
        _come_in(request, request.user)
        return request.user


def _come_in(request: HttpRequest, person: User) -> None:
    limits.count("ask", person.pk, timezone.now().timestamp())
    lacks_proof = (
        settings.SECOND_FACTOR
        and second_factor.is_required(request)
        and not second_factor.has_one(person)
    )
    if lacks_proof:
        raise Refusal(
            403,
            "Votre rôle demande une deuxième vérification, qui n’est pas en place.",
            cure="Mettez-la en place dans « Sécurité de mon compte », puis recommencez.",
        )


def need_compose(request: HttpRequest) -> None:
    """Before what costs a computation. Raises `Refusal` where the key only reads, `NotNow` where
    the person, by keys and pages together, asks too often."""
    _need(request, ApiKey.Scope.COMPOSE, "Cette clé ne fait que lire.")
    limits.count("compute", request.user.pk, timezone.now().timestamp())


def need_act(request: HttpRequest) -> None:
    """Before what binds a structure. Raises `Refusal` where the key may not do it."""
    _need(request, ApiKey.Scope.ACT, "Cette clé n’agit pas dans vos alliances.")


def _need(request: HttpRequest, scope: ApiKey.Scope, refusal: str) -> None:
    by = request.auth  # type: ignore[attr-defined]
    if isinstance(by, ApiKey) and not by.opens(scope):
        words = f"« {scope.label} »"
        cure = f"Faites une clé qui peut {words}, dans « Clés pour mes logiciels »."
        raise Refusal(403, refusal, field="Authorization", cure=cure)


AUTH = [ByKey(), BySession()]

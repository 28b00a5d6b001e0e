"""Who must prove twice that it is them, what they reach until they have set it up, and whether
somebody has just proved it again: what an approval keeps beside a name.

Rooms name who must: `second_factor.require_for(rule)`. The setting SECOND_FACTOR turns it off
where a demo is served: its people are invented, and sign in with one click.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from cordee.accounts.models import User
from cordee.base.api import problems

PAGE = "account_second_factor"
# What the user needs to set it up, to confirm their address, to leave; rooms add what every page
# asks for.
_open = {
    PAGE,
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
}
# Open to everybody, and of no use to whoever is signed in but must set it up first.
NOT_SO_PUBLIC = frozenset({"home", "account_login", "account_signup"})
_TAKEN_FOR_A_STRANGER = "_cordee_taken_for_a_stranger"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

Rule = Callable[[HttpRequest], bool]
_rules: set[Rule] = set()
require_for = _rules.add
# Keep a route reachable, by its name, before the second factor is set up.
leave_open = _open.add
# How each way of proving it is named in what is kept.
METHODS = {"totp": "code", "recovery_codes": "code", "webauthn": "key"}


def stays_open(url_name: str) -> bool:
    """Whether whoever still has to set it up reaches a route as themselves."""
    return url_name in _open


def is_required(request: HttpRequest) -> bool:
    """Whether a role of theirs asks for a second factor."""
    return isinstance(request.user, User) and any(rule(request) for rule in _rules)


def has_one(person: User) -> bool:
    return bool(Authenticator.objects.filter(user=person, type__in=FACTORS).exists())


class SecondFactorMiddleware:
    """Leads whoever lacks the second factor of a role to the page that explains it.

    A route that is open without sign-in takes that person for a stranger: a view that looks at
    the viewer tells no more than to somebody who is not signed in. What a stranger may not open
    leads to the page too. The API refuses by itself, in words for programs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        person: User | None = getattr(request, _TAKEN_FOR_A_STRANGER, None)
        if person is not None and isinstance(request.user, AnonymousUser):
            request.user = person
            if response.status_code == 404:
                return _to_set_it_up(request)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not settings.SECOND_FACTOR or not isinstance(request.user, User):
            return None
        match = request.resolver_match
        name = match.view_name if match else ""
        if stays_open(name) or problems.is_api(request):
            return None
        if not is_required(request) or has_one(request.user):
            return None
        # Every page asks for sign-in unless it says otherwise (`middleware.LoginWallMiddleware`).
        if getattr(view, "login_required", True) or name in NOT_SO_PUBLIC:
            return _to_set_it_up(request)
        setattr(request, _TAKEN_FOR_A_STRANGER, request.user)
        request.user = AnonymousUser()
        return None


def _to_set_it_up(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # htmx would put the page of a redirect into the part that it asked for.
        return HttpResponse(headers={"HX-Redirect": reverse(PAGE)})
    return HttpResponseRedirect(reverse(PAGE))


@dataclass(frozen=True, slots=True)
class Proof:
    """How the user proved it ("password", "code", "key") and when; "none" where the user has no
    means to.
    """

    method: str
    at: datetime | None

    @property
    def is_given(self) -> bool:
        return self.at is not None


NO_MEANS = Proof("none", None)


def fresh_proof(request: HttpRequest, *, now: datetime, within: timedelta) -> Proof:
    """The proof that the user gave again within some minutes.

    Raises `ReauthenticationRequired`, which leads them to the page that asks for it and back, where
    the user gave none; gives `NO_MEANS` where their account has neither a password nor a second
    factor.
    """
    person = request.user
    if not isinstance(person, User):
        raise ReauthenticationRequired
    if not get_reauthentication_flows(person):
        return NO_MEANS
    # The latest first. A minute ahead is allowed, since the clocks of two servers may differ.
    for record in reversed(get_authentication_records(request, person)):
        at = datetime.fromtimestamp(record["at"], tz=UTC)
        if record.get("reauthenticated") and now - within <= at <= now + timedelta(minutes=1):
            return Proof(METHODS.get(record.get("type", ""), record["method"]), at)
    raise ReauthenticationRequired

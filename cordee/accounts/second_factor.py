"""Who must prove twice that it is her, and what she reaches until she has set it up.

Rooms name who must: `second_factor.require_for(rule)`. The setting SECOND_FACTOR turns it off
where a demo is served: its people are invented, and sign in with one click.
"""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from cordee.accounts.models import User

PAGE = "account_second_factor"
# What she needs to set it up, to confirm her address, to leave; rooms add what every page asks for.
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
# Public pages tell the same to everybody; the home page alone greets who is signed in.
NOT_SO_PUBLIC = frozenset({"home"})
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

Rule = Callable[[HttpRequest], bool]
_rules: list[Rule] = []


def require_for(rule: Rule) -> None:
    if rule not in _rules:
        _rules.append(rule)


def leave_open(url_name: str) -> None:
    """Keep a route reachable before the second factor is set up."""
    _open.add(url_name)


def is_required(request: HttpRequest) -> bool:
    """Whether a role of hers asks for a second factor."""
    return isinstance(request.user, User) and any(rule(request) for rule in _rules)


def has_one(person: User) -> bool:
    return Authenticator.objects.filter(user=person, type__in=FACTORS).exists()


class SecondFactorMiddleware:
    """Leads whoever lacks her second factor to the page that explains it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not settings.SECOND_FACTOR or not isinstance(request.user, User):
            return None
        match = request.resolver_match
        name = match.view_name if match else ""
        is_public = not getattr(view, "login_required", True) and name not in NOT_SO_PUBLIC
        if is_public or name in _open or not is_required(request) or has_one(request.user):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": reverse(PAGE)})
        return HttpResponseRedirect(reverse(PAGE))

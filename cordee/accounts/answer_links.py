"""Links of mails where one answers without signing in: signed, for one question and one person.

They carry two numbers and no address, and are good for nothing else. Until when they work follows
from the question itself, whoever is signed in: the address is the key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods


class LinkExpired(Exception):
    """The link is ours, and opens nothing any more."""


class LinkDamaged(Exception):
    """The link is not as we wrote it: cut by a mail program, or made up."""


@dataclass(frozen=True, slots=True)
class AnswerLinks:
    """The links of one sort of question; `salt`: what no other sort has."""

    salt: str

    def token_for(self, question: int, person: int) -> str:
        return self._signer.sign(f"{question}-{person}")

    def read(self, token: str) -> tuple[int, int] | None:
        """The question and the person that a token names; None where we did not sign it."""
        try:
            question, _, person = self._signer.unsign(token).partition("-")
        except signing.BadSignature:
            return None
        return int(question), int(person)

    @property
    def _signer(self) -> signing.Signer:
        return signing.Signer(salt=self.salt, sep=".")


def opened_by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """No search engine keeps such a page, no other site hears of it, a GET records nothing. What
    opens nothing says why."""

    # Without CSRF check: the signed address is the only authority here, no cookie counts; and mail
    # programs open pages where cookies are refused.
    @login_not_required
    @csrf_exempt
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except LinkDamaged:
            response = render(request, "accounts/link_damaged.html", status=404)
        except LinkExpired:
            response = render(request, "accounts/link_expired.html", status=410)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return wrapped

from datetime import datetime
from typing import TypedDict

from django.http import HttpRequest
from django.utils import timezone

from cordee.accounts.models import User


class SignedInRequest(HttpRequest):
    """The request of a page behind the login wall: whoever asks is a user."""

    user: User


class ByNow(TypedDict):
    by: User
    now: datetime


def by_now(request: SignedInRequest) -> ByNow:
    """Who acts, and when, as actions take it: `accept(party=party, **by_now(request))`."""
    return {"by": request.user, "now": timezone.now()}

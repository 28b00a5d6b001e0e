from django.http import HttpRequest

from cordee.accounts.models import User


class SignedInRequest(HttpRequest):
    """The request of a page behind the login wall: whoever asks is a user."""

    user: User

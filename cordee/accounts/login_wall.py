"""Whoever is not signed in is led to the form; a part of a page asked behind it is refused."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase


class LoginWallMiddleware(LoginRequiredMiddleware):
    """As Django's, with 401 for a field that saves itself.

    Behind a page, a redirect is followed unseen: the form comes back as a success that nothing
    shows, and what was typed would look saved.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401)
        return super().handle_no_permission(request, view_func)

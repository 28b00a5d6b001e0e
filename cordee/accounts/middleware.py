"""Where a person is signed in, one row a session, renewed at most every ten minutes; and whoever is
not signed in is led to the form.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from cordee.accounts.models import OpenSession, User

SEEN = "accounts.seen"
EVERY = timedelta(minutes=10)

# Order counts here too: an Android phone also calls itself Linux, an iPhone « like Mac OS X ».
SYSTEMS = (
    (r"iPhone|iPad", "un iPhone ou un iPad"),
    (r"Android", "un téléphone ou une tablette Android"),
    (r"Windows", "un ordinateur Windows"),
    (r"CrOS", "un Chromebook"),
    (r"Macintosh|Mac OS", "un Mac"),
    (r"Linux|X11", "un ordinateur Linux"),
)
# Order counts: most browsers also name those they resemble.
BROWSERS = (
    (r"Edg", "Edge"),
    (r"OPR|Opera", "Opera"),
    (r"SamsungBrowser", "Samsung Internet"),
    (r"Firefox|FxiOS", "Firefox"),
    (r"Chrome|CriOS|Chromium", "Chrome"),
    (r"Safari", "Safari"),
)
UNKNOWN = "Un appareil que nous ne reconnaissons pas"


def device_of(user_agent: str) -> str:
    """ "Firefox sur un ordinateur Windows": what a browser says of itself, in plain words."""
    browser = next((name for words, name in BROWSERS if re.search(words, user_agent)), "")
    system = next((name for words, name in SYSTEMS if re.search(words, user_agent)), "")
    if browser and system:
        return f"{browser} sur {system}"
    if system:
        return system[:1].upper() + system[1:]
    return browser or UNKNOWN


class DevicesMiddleware:
    """Notes where and when a session was last used. Neither address nor place is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User) and request.session.session_key:
            note(request, timezone.now())
        return self.get_response(request)


def note(request: HttpRequest, now: datetime) -> None:
    key = request.session.session_key
    seen = request.session.get(SEEN)
    # A key changes at sign-in and with the password: the row follows it.
    if seen and seen[0] == key and datetime.fromisoformat(seen[1]) > now - EVERY:
        return
    noted: dict[str, Any] = {
        "person": request.user,
        "device": device_of(request.headers.get("User-Agent", "")),
        "last_used_at": now,
    }
    # Two pages that load at once may both find no row: the second insertion is ignored.
    if not OpenSession.objects.filter(key=key).update(**noted):
        OpenSession.objects.bulk_create([OpenSession(key=key, **noted)], ignore_conflicts=True)
    # Kept in the session, which is read anyway: most pages then cost no write at all.
    request.session[SEEN] = [key, now.isoformat()]


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

"""From a page to what waits elsewhere, and back to it once that is done."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

# A page opened from the day says so in its address, which a form without `action` sends along.
NAME, DAY = "depuis", "jour"
# Another page gives its own address.
BACK = "retour"


def from_the_day(url: str) -> str:
    """An address of ours, marked as opened from the day; its query and its place are kept."""
    page, mark, place = url.partition("#")
    return f"{page}{'&' if '?' in page else '?'}{NAME}={DAY}{mark}{place}"


def coming_back(url: str, page: str) -> str:
    """An address of ours that leads back to `page`, the address of another page of ours."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode({BACK: page})}"


def page_before(request: HttpRequest) -> str:
    """The page of ours that the user came from and goes back to; nothing where none is told."""
    page = request.GET.get(BACK, "")
    # Written by anybody: an address of elsewhere leads nowhere.
    is_ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_ours else ""


def redirect_after(request: HttpRequest, page: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """Go on after a gesture: to where the user came from, else to the route `page`."""
    if request.GET.get(NAME) == DAY:
        return redirect("today:today")
    before = page_before(request)
    return HttpResponseRedirect(before or resolve_url(page, *args, **kwargs))

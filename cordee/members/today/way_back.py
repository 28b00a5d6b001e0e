"""From the page of the day to what waits, and back to the day once that is done."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

# A page opened from the day says so in its address, which a form without `action` sends along.
NAME, DAY = "depuis", "jour"


def from_the_day(url: str) -> str:
    """An address of ours, marked as opened from the day; its query and its place are kept."""
    page, mark, place = url.partition("#")
    return f"{page}{'&' if '?' in page else '?'}{NAME}={DAY}{mark}{place}"


def redirect_after(request: HttpRequest, page: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """Go on after a gesture: to the day where the user came from it, else to the route `page`."""
    if request.GET.get(NAME) == DAY:
        return redirect("today:today")
    return redirect(page, *args, **kwargs)

"""How any page of ours shows the HTML part of a mail: in a frame where nothing runs.

A mail carries its style in its tags, which our pages forbid. So it is an answer of its own, under
a policy of its own, and the browser treats it as coming from nowhere: no script, no form, nothing
loaded from anywhere. Its links open in the whole window.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

_ALONE: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}
_AROUND: dict[str, Any] = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}


def sandboxed(view: Callable[..., HttpResponse]) -> Any:
    """For a view that answers with the HTML part itself (`page_of_mail`)."""
    return xframe_options_sameorigin(csp_override(_ALONE)(view))


def with_frame(view: Callable[..., HttpResponse]) -> Any:
    """For a page that holds such a frame."""
    return csp_override(_AROUND)(view)


def page_of_mail(html: str) -> HttpResponse:
    return HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))

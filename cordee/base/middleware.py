"""Before every view: what is too large is refused unread, what cannot be done now becomes a page
that says so, and HEAD is GET without its body.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from cordee.base import limits
from cordee.base.ui import errors

type GetResponse = Callable[[HttpRequest], HttpResponseBase]


class LimitsMiddleware:
    """Stands before every middleware that reads a body: its `process_view` runs first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        if len(request.path) + len(meta.get("QUERY_STRING", "")) > limits.MOST_ADDRESS:
            return errors.too_long(request, 414)
        if (
            sum(len(n) + len(v) for n, v in meta.items() if n.startswith("HTTP_"))
            > limits.MOST_HEADERS
        ):
            return errors.too_long(request, 431)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        has_length = length.isascii() and length.isdigit()
        # A body in chunks has no size that could be refused, and Django reads none of it.
        if not has_length or "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return errors.length_required(request)
        if int(length[:15]) <= limits.MOST_BODY:
            return None
        is_known = request.user.is_authenticated
        if int(length[:15]) <= limits.most_bytes_of(view, is_signed_in=is_known):
            return None
        return errors.too_large(request, limits.file_bytes_of(view, is_signed_in=is_known))

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        if isinstance(exception, limits.NotNow):
            return errors.not_now(request, exception)
        return None


def is_head(request: HttpRequest) -> bool:
    """Whether a view that sees a GET was asked by HEAD: it then marks nothing as read or shown."""
    return request.META.get("REQUEST_METHOD") == "HEAD"


class HeadMiddleware:
    """Views see a GET; what they answer leaves without its body."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        response = self.get_response(request)
        request.method = "HEAD"
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = []
        else:
            length = len(response.content)  # type: ignore[attr-defined]
            response.content = b""  # type: ignore[attr-defined]
            response.headers.setdefault("Content-Length", str(length))
        return response

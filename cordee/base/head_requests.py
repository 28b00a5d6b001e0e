"""HEAD is GET without its body: for every view alike, so that none has to think of it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

type GetResponse = Callable[[HttpRequest], HttpResponseBase]


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

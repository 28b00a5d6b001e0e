"""HEAD answers as GET does, whatever a view was declared for, and without its body."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import RequestFactory
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cordee.base.middleware import HeadMiddleware

type View = Callable[[HttpRequest], HttpResponseBase]


@require_GET
def reads(request: HttpRequest) -> HttpResponse:
    return HttpResponse("une page", headers={"ETag": '"a"'})


@require_http_methods(["GET", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.method, status=200 if request.method == "GET" else 500)


@require_GET
def streams(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse([b"une", b"ligne"], content_type="text/csv")


@require_POST
def writes(request: HttpRequest) -> HttpResponse:
    raise AssertionError("HEAD writes nothing")


@pytest.mark.parametrize("view", [reads, form, streams, writes])
def test_head_is_get_without_its_body(view: View) -> None:
    middleware = HeadMiddleware(view)
    got = middleware(RequestFactory().get("/"))
    request = RequestFactory().head("/")
    head = middleware(request)
    assert head.status_code == got.status_code
    told = {name: value for name, value in head.headers.items() if name != "Content-Length"}
    assert told == dict(got.headers)
    if isinstance(head, StreamingHttpResponse):
        assert b"".join(head) == b""
    else:
        assert isinstance(head, HttpResponse)
        assert isinstance(got, HttpResponse)
        assert head.content == b""
        assert head.headers["Content-Length"] == str(len(got.content))
    assert request.method == "HEAD"

"""A public API on this machine, which misbehaves on demand."""

import gzip
import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(slots=True)
class Request:
    """`query`: the first value of each name. `content`: what was posted, read as JSON."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    content: Any = None


@dataclass(slots=True)
class Reply:
    """`cut`: send so many bytes only, yet announce them all. `seconds`: wait before sending.

    `drip`: send one byte at a time, so many seconds apart. `is_reset`: break the line instead.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    seconds: float = 0.0
    drip: float = 0.0
    is_reset: bool = False
    has_length: bool = True


type Behave = Callable[[Request], Reply]


def as_json(value: Any, **more: Any) -> Reply:
    return Reply(
        json.dumps(value, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"} | more.pop("headers", {}),
        **more,
    )


def packed(value: Any, *, cut: int | None = None) -> Reply:
    """JSON through gzip; `cut` leaves only so many bytes of it, and says nothing."""
    body = gzip.compress(json.dumps(value).encode())
    return Reply(body[:cut], headers={"Content-Encoding": "gzip"}, has_length=cut is None)


def misbehaving(*first: Reply, then: Behave) -> Behave:
    """These answers one after the other, then those of a source in order."""
    waiting = list(first)
    return lambda request: waiting.pop(0) if waiting else then(request)


@dataclass(slots=True)
class LocalSource:
    """`url`: where it listens. `asked`: every request so far, with its time."""

    url: str
    behave: Behave
    asked: list[Request] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


@contextmanager
def serving(behave: Behave) -> Iterator[LocalSource]:
    source = LocalSource("", behave)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            pass

        def _answer(self) -> None:
            source.times.append(time.monotonic())
            parts = urlsplit(self.path)
            posted = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(
                self.command,
                parts.path,
                {name: values[0] for name, values in parse_qs(parts.query).items()},
                {name.lower(): value for name, value in self.headers.items()},
                json.loads(posted) if posted else None,
            )
            source.asked.append(request)
            self._send(source.behave(request))

        do_GET = do_POST = _answer

        def _send(self, reply: Reply) -> None:
            self.close_connection = True
            if reply.is_reset:
                # No lingering: the peer sees a reset and not an end.
                self.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                self.connection.close()
                return
            time.sleep(reply.seconds)
            try:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.has_length:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.send_header("Connection", "close")
                self.end_headers()
                self._write(reply)
            except OSError:
                # The client gave up, as it should.
                pass

        def _write(self, reply: Reply) -> None:
            body = reply.body[: reply.cut] if reply.cut is not None else reply.body
            if not reply.drip:
                self.wfile.write(body)
                return
            for position in range(len(body)):
                self.wfile.write(body[position : position + 1])
                self.wfile.flush()
                time.sleep(reply.drip)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    # A handler that sleeps on purpose is not waited for.
    server.block_on_close = False
    source.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield source
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""One exchange over HTTP, bounded in time and size: a question goes out, a whole reply comes back.

`http.client` rather than `urllib.request`, which hides the socket that a total time needs.
"""

import contextlib
import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


class Passing(Exception):
    """May be better in a moment: asked for again. `wait`: the seconds the source asks for."""

    def __init__(self, reason: str, *, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class SourceDown(Exception):
    """The source gives no answer today. `status`: that of HTTP, 0 where there was none."""

    def __init__(self, reason: str, cure: str, *, wait: float = 0.0, status: int = 0) -> None:
        super().__init__(f"{reason} {cure}")
        self.reason = reason if reason.endswith(".") else f"{reason}."
        self.cure = cure
        self.wait = wait
        self.status = status


def refusal(status: int, body: bytes) -> str:
    """What a status means, with the beginning of what the source wrote about it."""
    meaning = {
        401: "la source veut une clé",
        403: "la source nous refuse",
        404: "il n’y a rien à cette adresse",
        410: "cette page n’existe plus",
        429: "trop de demandes",
    }.get(status, "la source est en panne" if status >= 500 else "la source refuse la demande")
    words = " ".join(body[:400].decode("utf-8", errors="replace").split())
    is_page = words.startswith("<")
    return f"Réponse {status} : {meaning}" + (
        f" «\u00a0{words[:150]}\u00a0»" if words and not is_page else ""
    )


CHUNK = 65_536
MAX_REFUSAL_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, between two pieces, and in all; bytes once decompressed.

    Looking up a name is bounded by the system alone.
    """

    connect: float = 10.0
    read: float = 30.0
    total: float = 120.0
    max_bytes: int = 50_000_000


@dataclass(frozen=True, slots=True)
class Reply:
    """`headers` in lower case. `body` is empty where it was written to a file."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    charset: str = ""


def exchange(
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    limits: Limits,
    path: Path | None = None,
) -> Reply:
    """GET, or POST where there is a body. The content of a 200 goes to `path` where one is given.

    Raises `Passing` for what time may cure and `SourceDown` for what it does not.
    """
    connection, asked = _connection(url, limits)
    started = time.monotonic()
    try:
        connection.connect()
        with _bounded(connection.sock, limits) as is_cut:
            connection.request(
                "GET" if body is None else "POST",
                asked,
                body=body,
                headers={"Accept-Encoding": "gzip", **headers},
            )
            return _reply(connection.getresponse(), limits, path, is_cut)
    except ssl.SSLCertVerificationError as wrong:
        raise SourceDown(
            f"Le certificat de {connection.host} n’est pas valable ({wrong.verify_message}).",
            "N’insistez pas : prévenez la source, ou mettez à jour les certificats de la machine.",
        ) from wrong
    except (OSError, http.client.HTTPException, zlib.error) as fault:
        raise Passing(_reason(fault, time.monotonic() - started, limits)) from fault
    finally:
        connection.close()


def _connection(url: str, limits: Limits) -> tuple[http.client.HTTPConnection, str]:
    """(a connection to open, what to ask there). Raises `SourceDown` for what is no address."""
    try:
        url.encode("ascii")
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https"):
        raise SourceDown(
            f"« {url[:200]} » n’est pas une adresse.", "Corrigez l’adresse dans les réglages."
        )
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    # The fragment stays here: it is never part of a request.
    asked = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return kind(host, port, timeout=limits.connect), asked


@contextlib.contextmanager
def _bounded(sock: socket.socket, limits: Limits) -> Iterator[threading.Event]:
    """Cut the line when the total time is over: a source may send one byte now and then for ever.

    The plain `shutdown`, under TLS too: the reader, in another thread, then meets an end of file,
    and learns by the event that it is none.
    """
    is_cut = threading.Event()

    def cut() -> None:
        is_cut.set()
        with contextlib.suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    sock.settimeout(limits.read)
    timer = threading.Timer(limits.total, cut)
    timer.daemon = True
    timer.start()
    try:
        yield is_cut
    finally:
        timer.cancel()


def _reason(fault: Exception, seconds: float, limits: Limits) -> str:
    if isinstance(fault, TimeoutError) or seconds >= limits.total:
        return f"La source n’a pas fini de répondre en {seconds:.0f} s"
    if isinstance(fault, socket.gaierror):
        return "Le nom de la source est introuvable : le réseau est-il coupé ?"
    if isinstance(fault, http.client.IncompleteRead | EOFError | zlib.error):
        return "La réponse est incomplète"
    if isinstance(fault, ConnectionError):
        return "La connexion a été coupée"
    return f"La source ne répond pas ({type(fault).__name__})"


def _reply(
    response: http.client.HTTPResponse,
    limits: Limits,
    path: Path | None,
    is_cut: threading.Event,
) -> Reply:
    headers = {name.lower(): value for name, value in response.getheaders()}
    charset = (response.headers.get_content_charset() or "").lower()
    if response.status != 200:
        return Reply(response.status, headers, _refused(response), charset)
    pieces = _pieces(response, limits, is_cut)
    if path is None:
        return Reply(200, headers, b"".join(pieces), charset)
    # Renamed when whole: a cut download never has the name of a good one.
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return Reply(200, headers, b"", charset)


def _refused(response: http.client.HTTPResponse) -> bytes:
    """The beginning of a refusal, which may be a whole page, packed, or cut: it tells enough."""
    if response.status == 304 or response.headers.get("content-encoding"):
        return b""
    with contextlib.suppress(OSError, http.client.HTTPException):
        return response.read(MAX_REFUSAL_BYTES)
    return b""


def _pieces(
    response: http.client.HTTPResponse, limits: Limits, is_cut: threading.Event
) -> Iterator[bytes]:
    """The content, decompressed. Raises where it ends before its end or goes on for too long."""
    is_gzip = response.headers.get("content-encoding", "").lower() == "gzip"
    # 16 more than the window: with the header and the checksum of gzip.
    unpacker = zlib.decompressobj(wbits=31) if is_gzip else None
    size = 0
    while raw := response.read(CHUNK):
        piece = raw
        if unpacker is not None:
            # Bounded as it is unpacked: a few kilobytes may hold gigabytes.
            piece = unpacker.decompress(raw, limits.max_bytes + 1 - size)
        size += len(piece)
        if size > limits.max_bytes:
            raise SourceDown(
                f"La réponse dépasse {limits.max_bytes // 1_000_000} Mo.",
                "Demandez moins à la fois, ou vérifiez l’adresse de la source.",
            )
        yield piece
    # `read` does not complain where the line was cut before the announced length.
    if is_cut.is_set() or response.length or (unpacker is not None and not unpacker.eof):
        raise http.client.IncompleteRead(b"")

"""A patient and polite reader of one public source over HTTP; the standard library only.

It keeps a pause between requests, waits as long as it is told to, tries again what may pass,
bounds time and size, and says in French what went wrong. It follows a page that moved only to
the hosts of its own source.
"""

import contextlib
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from cordee.base.web.transport import Limits, Passing, Reply, SourceDown, exchange, refusal

AGENT = "Cordee (logiciel libre; lecture des avis publics)"
# A source that moves more often than that within one request is going in circles.
MAX_REDIRECTS = 3
MOST_PATIENCE = 7 * 86_400.0
"""Seconds. A source that asks for more than a week is tried again after a week."""

MOVED_FOR_GOOD = {301, 308}
MOVED_TODAY = {302, 303, 307}
# Others turn a POST into a GET (RFC 9110, 15.4): the question would be lost on the way.
KEEPS_THE_QUESTION = {307, 308}
# Statuses that say « later »; all others say « never like this ».
MAY_PASS = {408, 425, 429, 500, 502, 503, 504}


@dataclass(frozen=True, slots=True)
class Manners:
    """How a source is asked. Seconds, save `attempts`: tries of one request, the first included."""

    interval: float = 1.0
    attempts: int = 5
    first_pause: float = 1.0
    longest_pause: float = 60.0
    longest_wait: float = 300.0
    """A `Retry-After` beyond this ends the run; the next one is put off until then."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is empty where nothing changed (`is_new` false) or where it went to a file.

    `moved_to`: the address that the source now gives for good, or empty.
    """

    body: bytes
    is_new: bool = True
    charset: str = ""
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""


@dataclass(slots=True)
class Trace:
    """What was asked and how it was answered: the first address, and how often each status came."""

    first: str = ""
    statuses: Counter[int] = field(default_factory=Counter)


class Client:
    """Asks one source. `hosts`: those to which it may send us, beside the one first asked.

    Every method raises `SourceDown`, and nothing else, where there is no answer to be had.
    """

    def __init__(
        self,
        *,
        hosts: tuple[str, ...] = (),
        manners: Manners | None = None,
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.hosts = hosts
        self.manners = manners or Manners()
        self.limits = limits or Limits()
        self.moved_to = ""
        self.trace = Trace()
        self._sleep = sleep
        self._last = float("-inf")

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Answer:
        """What is at an address, unless it is still what these two validators describe."""
        headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        return self._ask(url, headers={k: v for k, v in headers.items() if v})

    def get_json(self, url: str, *, etag: str = "", last_modified: str = "") -> tuple[Answer, Any]:
        """The same as JSON; None where nothing changed. Broken JSON is asked for again."""
        headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        return self._ask_json(url, headers={k: v for k, v in headers.items() if v})

    def post_json(self, url: str, question: Mapping[str, Any]) -> Any:
        """The JSON answer to a JSON question."""
        body = json.dumps(question, sort_keys=True).encode()
        return self._ask_json(url, headers={"Content-Type": "application/json"}, body=body)[1]

    def download(self, url: str, path: Path, *, limits: Limits) -> Answer:
        """Write what is at an address to a file, which holds it whole or is not there."""
        return self._ask(url, headers={}, limits=limits, path=path)

    def _ask_json(
        self, url: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> tuple[Answer, Any]:
        read: list[Any] = [None]

        def parse(answer: Answer) -> None:
            read[0] = parsed(answer) if answer.is_new else None

        answer = self._ask(
            url, headers={"Accept": "application/json", **headers}, body=body, check=parse
        )
        return answer, read[0]

    def _ask(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        limits: Limits | None = None,
        path: Path | None = None,
        check: Callable[[Answer], None] = lambda answer: None,
    ) -> Answer:
        for attempt in range(1, self.manners.attempts + 1):
            try:
                answer = self._follow(url, headers, body, limits or self.limits, path)
                check(answer)
                return answer
            except Passing as fault:
                if attempt == self.manners.attempts:
                    raise SourceDown(
                        f"{fault.reason} ({attempt} essais)" if attempt > 1 else fault.reason,
                        "Rien à faire : Cordée essaiera de nouveau.",
                    ) from fault
                self._sleep(self._pause(attempt, fault))
        raise AssertionError("attempts is at least 1")

    def _pause(self, attempt: int, fault: Passing) -> float:
        """Twice as long each time, half of it by chance, so that many readers do not come at once.

        Raises `SourceDown` where the source asks for more patience than a run has.
        """
        if fault.wait > self.manners.longest_wait:
            raise SourceDown(
                f"{fault.reason}, et la source demande d’attendre {round(fault.wait)} s.",
                "Rien à faire : Cordée attendra ce temps.",
                wait=fault.wait,
            ) from fault
        longest = min(self.manners.longest_pause, self.manners.first_pause * 2.0 ** (attempt - 1))
        return max(fault.wait, longest * random.uniform(0.5, 1.0))

    def _follow(
        self,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        limits: Limits,
        path: Path | None,
    ) -> Answer:
        for_good, at = True, url
        for _ in range(MAX_REDIRECTS + 1):
            self._wait_for_our_turn()
            self.trace.first = self.trace.first or f"{'GET' if body is None else 'POST'} {at}"
            reply = exchange(
                at, headers={"User-Agent": AGENT, **headers}, body=body, limits=limits, path=path
            )
            self.trace.statuses[reply.status] += 1
            # Taken at its word, an answer of nothing would pass for one that did not change.
            if reply.status == 304 and not any(name.startswith("If-") for name in headers):
                raise Passing("La source dit que rien n’a changé, sans qu’on le lui ait demandé")
            if reply.status not in MOVED_FOR_GOOD | MOVED_TODAY:
                return self._answer(reply, at if for_good and at != url else "", path)
            # One temporary hop is enough: the address in the settings is still the right one.
            for_good = for_good and reply.status in MOVED_FOR_GOOD
            at = self._new_address(at, reply, is_question=body is not None)
        raise SourceDown(
            f"L’adresse {url} renvoie sans fin d’une page à une autre.",
            "Vérifiez l’adresse de la source dans les réglages.",
        )

    def _wait_for_our_turn(self) -> None:
        # A clock that nobody sets: the pause holds over a change of hour.
        left = self._last + self.manners.interval - time.monotonic()
        if left > 0:
            self._sleep(left)
        self._last = time.monotonic()

    def may_go(self, url: str, target: str) -> bool:
        """Whether what was read at one address may send us to another one.

        Only to the same host, to those of this source or below them, and never from HTTPS to HTTP.
        """
        try:
            old, new = urlsplit(url), urlsplit(target)
        except ValueError:
            return False
        is_ours = new.hostname is not None and any(
            new.hostname == host or new.hostname.endswith(f".{host}")
            for host in (*self.hosts, old.hostname)
            if host
        )
        return is_ours and (new.scheme == "https" or (old.scheme == "http" == new.scheme))

    def _new_address(self, url: str, reply: Reply, *, is_question: bool) -> str:
        target = reply.headers.get("location", "")
        # No address at all is refused below, and told as it is written.
        with contextlib.suppress(ValueError):
            target = urljoin(url, target)
        if (
            target != url
            and self.may_go(url, target)
            and (not is_question or reply.status in KEEPS_THE_QUESTION)
        ):
            return target
        raise SourceDown(
            f"La page {url} a déménagé vers {target or 'une adresse qui n’est pas dite'}, "
            "où Cordée ne va pas sans votre accord.",
            "Vérifiez cette adresse, puis écrivez-la dans les réglages.",
        )

    def _answer(self, reply: Reply, moved_to: str, path: Path | None) -> Answer:
        if moved_to:
            self.moved_to = moved_to.partition("?")[0]
        if reply.status == 304:
            return Answer(b"", is_new=False)
        if reply.status == 200:
            return Answer(
                body=reply.body,
                charset=reply.charset,
                etag=reply.headers.get("etag", ""),
                last_modified=reply.headers.get("last-modified", ""),
                moved_to=moved_to,
            )
        if reply.status in MAY_PASS:
            wait = _seconds(reply.headers.get("retry-after", ""))
            raise Passing(refusal(reply.status, reply.body), wait=wait)
        raise SourceDown(
            refusal(reply.status, reply.body),
            "Vérifiez l’adresse de la source dans les réglages ; sinon l’API a changé.",
            status=reply.status,
        )


def _seconds(retry_after: str) -> float:
    """The wait of a `Retry-After`, in seconds or as a date; 0 where it says nothing readable."""
    try:
        if retry_after.strip().isdecimal():
            asked = float(retry_after)
        else:
            until = parsedate_to_datetime(retry_after)
            asked = (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(0.0, asked), MOST_PATIENCE)


def parsed(answer: Answer) -> Any:
    """The JSON of an answer. Bytes that are not what the page claims become lone surrogates.

    So one badly encoded record is found, and named, without losing the page around it.
    """
    charset = answer.charset or "utf-8"
    try:
        text = answer.body.decode("utf-8-sig" if charset == "utf-8" else charset)
    except (UnicodeDecodeError, LookupError):
        text = answer.body.decode("utf-8-sig", errors="surrogateescape")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as broken:
        raise Passing(f"La réponse n’est pas du JSON ({str(broken)[:80]})") from broken
